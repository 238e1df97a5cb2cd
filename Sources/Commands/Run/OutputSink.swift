package import ModelRunner
package import SystemPackage
package import Tensors

extension ParquetFiles {
    /// Where predictions go, of whatever format; Parquet is written in a sandbox.
    ///
    /// - Parameters:
    ///   - path: the file; nil for standard output.
    ///   - format: nil to go by the file's extension, and for CSV on standard output.
    ///   - options: how texts are written.
    /// - Returns: a sink that writes beside the file until it is finished.
    /// - Throws: ``Failure``.
    package func sink(
        _ path: FilePath?,
        format: DataFormat?,
        _ options: OutputOptions
    ) async throws(Failure) -> any RowSink {
        let chosen: DataFormat
        do throws(DataError) {
            if let format { chosen = format } else { chosen = if let path { try DataFormat(of: path) } else { .csv } }
            if chosen != .parquet {
                guard let path else {
                    return try DataFile.create(FileDescriptor.standardOutput, format: chosen, options: options)
                }
                return try DataFile.create(path, format: chosen, options: options)
            }
        } catch {
            throw Failure(error)
        }
        let columns: any ColumnWriter
        do throws(RunError) {
            columns = try await writer()
        } catch {
            throw Failure(error)
        }
        do throws(DataError) {
            return try DataFile.create(path, writer: columns, options: options)
        } catch {
            throw Failure(error)
        }
    }
}
