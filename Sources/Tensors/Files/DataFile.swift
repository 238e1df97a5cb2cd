internal import Documents
package import SystemPackage

/// Opens data files by their extension.
package enum DataFile {
    /// Opens a file or a folder and checks what can be known before its rows are read.
    ///
    /// - Parameters:
    ///   - path: a data file, or a folder of images or of texts.
    ///   - format: what it is; nil to go by its extension.
    ///   - options: how to read it, and the columns that it must have.
    ///   - archives: reads zips; without it a `.npz` is refused.
    /// - Returns: a source at the first row of data; there is at least one.
    /// - Throws: ``DataError``.
    package static func open(
        _ path: FilePath,
        format: DataFormat? = nil,
        options: DataOptions = DataOptions(),
        archives: ArrayArchiveOpener? = nil
    ) throws(DataError) -> any RowSource {
        if format == nil, FolderSource.isFolder(path), (try? DataFormat(of: path)) == nil {
            return try FolderSource(path)
        }
        let format = if let format { format } else { try DataFormat(of: path) }
        return try open(InputFile(path), format: format, options: options, archives: archives)
    }

    /// Opens a stream, such as standard input, which stays open.
    ///
    /// What cannot be read from its first byte to its last in one go is kept in a file without a name meanwhile.
    ///
    /// - Parameters:
    ///   - stream: the descriptor to read from.
    ///   - name: what it is called in errors.
    ///   - format: what it holds.
    ///   - options: how to read it, and the columns that it must have.
    ///   - archives: reads zips; without it a `.npz` is refused.
    /// - Returns: a source at the first row of data; there is at least one.
    /// - Throws: ``DataError``.
    package static func open(
        _ stream: FileDescriptor,
        named name: FilePath,
        format: DataFormat,
        options: DataOptions = DataOptions(),
        archives: ArrayArchiveOpener? = nil
    ) throws(DataError) -> any RowSource {
        try open(InputFile(stream: stream, named: name), format: format, options: options, archives: archives)
    }

    private static func open(
        _ input: InputFile,
        format: DataFormat,
        options: DataOptions,
        archives: ArrayArchiveOpener?
    ) throws(DataError) -> any RowSource {
        switch format {
        case .npy:
            return try NpySource(input.seekable(), options: options)
        case .npz:
            guard let archives else {
                throw DataError(.unsupported, input.path, reason: ".npz is not read here", remedy: "use .npy")
            }
            return try NpzSource.open(input.seekable(), options: options, archives: archives)
        case .txt:
            return try LineSource(input, options: options)
        case .parquet:
            let reason = ".parquet is read by a tool in a sandbox, and not here"
            throw DataError(.unsupported, input.path, reason: reason, remedy: "use .csv or .npy")
        case .csv, .tsv, .json, .jsonl:
            guard options.form == .matrix else { return try table(input, format: format, options: options) }
        }
        switch format {
        case .csv: return try DelimitedSource(input, delimiter: .comma, options: options)
        case .tsv: return try DelimitedSource(input, delimiter: .tab, options: options)
        default: return try JSONSource(rows(input, format, options), path: input.path, options: options)
        }
    }

    private static func table(
        _ input: InputFile,
        format: DataFormat,
        options: DataOptions
    ) throws(DataError) -> any RowSource {
        let input = try input.seekable()
        let source = try TableSource(input, options: options) { input throws(DataError) in
            switch format {
            case .csv: return try DelimitedRecords(input, delimiter: .comma, options: options)
            case .tsv: return try DelimitedRecords(input, delimiter: .tab, options: options)
            default: return try JSONRecords(rows(input, format, options), path: input.path)
            }
        }
        return options.form == .texts ? TextSource(source, path: input.path) : source
    }

    private static func rows(_ input: InputFile, _ format: DataFormat, _ options: DataOptions) -> JSONRows {
        format == .jsonl
            ? .lines(JSONLines(input, blockSize: options.blockSize))
            : .list(JSONList(input, blockSize: options.blockSize))
    }

    /// The rows of a file of typed columns that is read by another program.
    ///
    /// - Parameters:
    ///   - reader: reads the file.
    ///   - path: what it is called in errors.
    ///   - options: the columns that it must have, and what is to become of them.
    /// - Returns: a source at the first row of data.
    /// - Throws: ``DataError``.
    package static func open(
        _ reader: any ColumnReader,
        named path: FilePath,
        options: DataOptions = DataOptions()
    ) throws(DataError) -> any RowSource {
        let source = try ColumnSource(reader, path: path, options: options)
        return options.form == .texts ? TextSource(source, path: path) : source
    }

    /// Begins a file of typed columns, which another program makes.
    ///
    /// - Parameters:
    ///   - path: where the file appears when the sink is finished; nil for `stream`.
    ///   - stream: where its bytes go otherwise; it stays open.
    ///   - writer: makes the bytes.
    ///   - options: names.
    /// - Returns: a sink that writes beside the target until it is finished.
    /// - Throws: ``DataError`` when nothing can be written there.
    package static func create(
        _ path: FilePath?,
        orStream stream: FileDescriptor = .standardOutput,
        writer: any ColumnWriter,
        options: OutputOptions = OutputOptions()
    ) throws(DataError) -> any RowSink {
        let output: OutputFile
        if let path { output = try OutputFile(replacing: path) } else { output = OutputFile(stream: stream) }
        return ColumnSink(output, writer: writer, options: options)
    }

    /// Begins a file for a model's output.
    ///
    /// - Parameters:
    ///   - path: where the file appears when the sink is finished.
    ///   - format: what it is; nil to go by its extension.
    ///   - options: names and header.
    /// - Returns: a sink that writes beside the target until it is finished.
    /// - Throws: ``DataError`` when nothing can be written there.
    package static func create(
        _ path: FilePath,
        format: DataFormat? = nil,
        options: OutputOptions = OutputOptions()
    ) throws(DataError) -> any RowSink {
        let format = if let format { format } else { try DataFormat(of: path) }
        guard format != .txt, format != .parquet else { throw unwritable(format, path) }
        return try sink(OutputFile(replacing: path), format: format, options: options)
    }

    /// Writes a model's output to a stream, such as standard output, which stays open.
    ///
    /// - Parameters:
    ///   - stream: the descriptor to write to.
    ///   - format: what to write; `.npy` and `.npz` come as a whole at the end, as their beginning counts the rows.
    ///   - options: names and header.
    /// - Returns: a sink that writes as it goes.
    /// - Throws: ``DataError`` for a format that is not written.
    package static func create(
        _ stream: FileDescriptor,
        format: DataFormat = .csv,
        options: OutputOptions = OutputOptions()
    ) throws(DataError) -> any RowSink {
        guard format != .txt, format != .parquet else { throw unwritable(format, nil) }
        let isPatched = format == .npy || format == .npz
        let output = isPatched ? try OutputFile(keptFor: stream) : OutputFile(stream: stream)
        return try sink(output, format: format, options: options)
    }

    private static func unwritable(_ format: DataFormat, _ path: FilePath?) -> DataError {
        let reason = ".\(format.rawValue) is not written\(format == .txt ? "" : " here")"
        return DataError(.unsupported, path, reason: reason, remedy: "use .csv, .jsonl or .npy")
    }

    private static func sink(
        _ output: OutputFile,
        format: DataFormat,
        options: OutputOptions
    ) throws(DataError) -> any RowSink {
        switch format {
        case .csv, .txt, .parquet: DelimitedSink(output, delimiter: .comma, options: options)
        case .tsv: DelimitedSink(output, delimiter: .tab, options: options)
        case .npy: try NpySink(output)
        case .npz: try NpzSink(output)
        case .json: JSONSink(output, isLines: false)
        case .jsonl: JSONSink(output, isLines: true)
        }
    }
}
