import Documents
package import ModelRunner
package import Tensors

extension DataInput {
    /// All rows of a source that was opened of it, for what looks at them all at once.
    ///
    /// - Parameter source: at its first row.
    /// - Returns: at least one row.
    /// - Throws: ``Failure`` that names the place of what is wrong.
    package func all(of source: any RowSource) throws(Failure) -> Chunk {
        do throws(DataError) {
            guard let chunk = try source.next(maximumRows: .max) else {
                throw DataError(.invalid, path, reason: "it has no rows", remedy: "give it at least one")
            }
            guard try source.next(maximumRows: 1) == nil else {
                throw DataError(.invalid, path, reason: "it is larger than one call takes", remedy: "give fewer files")
            }
            return chunk
        } catch {
            throw Failure(error)
        }
    }

    /// Its one column, of values of any type.
    ///
    /// - Parameter parquet: opens what is read in a sandbox.
    /// - Returns: a value for each row.
    /// - Throws: ``Failure`` when it has several columns, or no row.
    package func oneColumn(_ parquet: ParquetFiles) async throws(Failure) -> Column {
        var options = DataOptions(header: header, expectedCount: 1)
        options.form = .table
        switch try all(of: try await open(options, parquet)).values {
        case .columns(let columns): return columns[0]
        case .matrix(let tensor), .texts(let tensor): return Column(tensor)
        }
    }
}
