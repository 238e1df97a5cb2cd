import Documents
package import ModelRunner
package import Packaging
package import SystemPackage
package import Tensors

/// The data that a person named: a file, a folder, or `-` for standard input.
package struct DataInput: Sendable {
    let path: FilePath
    /// What it holds; nil to go by its extension.
    let format: DataFormat?
    package let header: DataOptions.Header
    /// The columns to use, in the model's order.
    package let selection: [String]?
    let limits: ArchiveLimits

    /// - Parameters:
    ///   - argument: the path, or `-`.
    ///   - format: the word for the format, when it was given.
    ///   - header: whether the first row names the columns.
    ///   - selection: the columns to use.
    ///   - limits: bounds on a zip of arrays.
    package init(
        _ argument: String,
        format: DataFormat?,
        header: DataOptions.Header = .auto,
        selection: [String]? = nil,
        limits: ArchiveLimits = .standard
    ) {
        path = FilePath(argument)
        self.format = format
        self.header = header
        self.selection = selection
        self.limits = limits
    }

    var isStandardInput: Bool { path.string == "-" }

    /// The path, where it is a folder's.
    package var folder: FilePath? {
        !isStandardInput && (try? path.stat().type) == .directory ? path : nil
    }

    /// As messages name it.
    package var shown: String { isStandardInput ? "standard input" : Printable(path.string).description }

    /// The format as far as it is known before the file is opened.
    var knownFormat: DataFormat? {
        if let format { return format }
        return isStandardInput ? nil : try? DataFormat(of: path)
    }

    /// - Parameters:
    ///   - options: how it is to be read.
    ///   - parquet: opens what is read in a sandbox.
    /// - Returns: a source at the first row of data.
    /// - Throws: ``Failure`` that names the place of what is wrong.
    package func open(_ options: DataOptions, _ parquet: ParquetFiles) async throws(Failure) -> any RowSource {
        guard knownFormat == .parquet else { return try open(options) }
        do throws(FileFault) {
            let name = isStandardInput ? FilePath("standard input") : path
            return try await parquet.open(isStandardInput ? nil : path, named: name, options: options)
        } catch {
            switch error {
            case .data(let error): throw failure(error, reading: options.form)
            case .run(let error): throw Failure(error)
            }
        }
    }

    private func open(_ options: DataOptions) throws(Failure) -> any RowSource {
        do throws(DataError) {
            let archives = NpzArchive.opener(limits: limits)
            guard isStandardInput else {
                return try DataFile.open(path, format: format, options: options, archives: archives)
            }
            return try DataFile.open(
                .standardInput,
                named: FilePath("standard input"),
                format: format ?? .csv,
                options: options,
                archives: archives
            )
        } catch {
            throw failure(error, reading: options.form)
        }
    }

    /// The failure that an error of the file is.
    package func failure(_ error: DataError, reading form: DataOptions.Form) -> Failure {
        var failure = Failure(error)
        if form == .matrix, error.isTextAmongNumbers {
            failure.hint = "if the model takes a pandas table with columns of several types, say --table"
        }
        return failure
    }

    /// Whether both are the same file.
    package func isFile(_ other: FilePath) -> Bool {
        guard !isStandardInput, let from = try? path.stat(), let to = try? other.stat() else { return false }
        return from.deviceID == to.deviceID && from.inode == to.inode
    }
}

extension DataError {
    /// True when a cell holds a text where rows of numbers are wanted.
    var isTextAmongNumbers: Bool {
        reason.hasSuffix("is not a number") || reason.hasSuffix("is a text, not a number")
            || reason.hasSuffix("not numbers")
    }
}

extension ParquetFiles {
    package static func making(_ options: RunOptions) throws(Failure) -> ParquetFiles {
        do throws(RunError) {
            return try ParquetFiles(options)
        } catch {
            throw Failure(error)
        }
    }
}
