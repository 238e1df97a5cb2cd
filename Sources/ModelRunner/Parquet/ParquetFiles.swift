import Documents
package import SystemPackage
package import Tensors

/// Reads and writes Parquet files for a run, each in a sandbox of its own.
///
/// No code that knows the format runs outside of one: a file is a stranger's, and its readers are a large piece of code
/// in C++. What it needs is fetched and built the first time.
package struct ParquetFiles: Sendable {
    private let hosts: ToolHosts

    /// - Parameter options: what the person running it decided.
    /// - Throws: ``RunError`` when the system gives no pipe.
    package init(_ options: RunOptions) throws(RunError) {
        hosts = try ToolHosts(options)
    }

    /// Ends what is under way, and all that comes.
    package func cancel() { hosts.cancel() }

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: the file; nil for standard input.
    ///   - name: what it is called in errors.
    ///   - data: the columns that it must have, and what is to become of them.
    /// - Returns: a source at the first row of data.
    /// - Throws: ``FileFault``.
    package func open(
        _ path: FilePath?,
        named name: FilePath,
        options data: DataOptions
    ) async throws(FileFault) -> any RowSource {
        let (store, input) = try prepare(path, named: name)
        let host: ToolProcess.Host
        do throws(RunError) {
            host = try await hosts.host(for: .parquet, store)
        } catch {
            throw .run(error)
        }
        let reader: ParquetReader
        do throws(ToolProcess.Fault) {
            reader = try ParquetReader(input.file, named: name, keeping: input.folder, host)
        } catch {
            throw fault(error) ?? .data(error.reading(name))
        }
        do throws(DataError) {
            return try DataFile.open(reader, named: name, options: data)
        } catch {
            throw .data(error)
        }
    }

    /// Begins to write a file.
    ///
    /// - Returns: what makes its bytes.
    /// - Throws: ``RunError`` when the environment or the sandbox for it cannot be had.
    package func writer() async throws(RunError) -> any ColumnWriter {
        let host = try await hosts.host(for: .parquet, try Store())
        do throws(ToolProcess.Fault) {
            return try ParquetWriter(host)
        } catch {
            if case .run(let error)? = fault(error) { throw error }
            throw RunError(.setup, .resource, error.writing().description)
        }
    }

    private func prepare(_ path: FilePath?, named name: FilePath) throws(FileFault) -> (Store, ParquetInput) {
        do {
            let store = try Store()
            let input = try ParquetInput(path, named: name, store)
            try input.validate()
            return (store, input)
        } catch let error as DataError {
            throw .data(error)
        } catch let error as RunError {
            throw .run(error)
        } catch {
            throw .run(RunError(.setup, .resource, "\(error)"))
        }
    }

    private func fault(_ fault: ToolProcess.Fault) -> FileFault? {
        guard case .sandbox(let error) = fault else { return nil }
        return .run(RunError(error, phase: .setup))
    }
}
