package import SystemPackage

/// Opens data files by their extension.
package enum DataFile {
    /// Opens a file and checks what can be known before its rows are read.
    ///
    /// - Parameters:
    ///   - path: a `.csv`, `.tsv`, `.npy` or `.json` file.
    ///   - options: how to read it, and the columns that it must have.
    /// - Returns: a source at the first row of data; there is at least one.
    /// - Throws: ``DataError``.
    package static func open(_ path: FilePath, options: DataOptions = DataOptions()) throws(DataError) -> any RowSource
    {
        let format = try DataFormat(of: path)
        let input = try InputFile(path)
        switch format {
        case .csv: return try DelimitedSource(input, delimiter: .comma, options: options)
        case .tsv: return try DelimitedSource(input, delimiter: .tab, options: options)
        case .npy: return try NpySource(input, options: options)
        case .json: return try JSONSource(input, options: options)
        }
    }

    /// Begins a file for a model's output.
    ///
    /// - Parameters:
    ///   - path: where the file appears when the sink is finished; its extension tells the format.
    ///   - options: names and header.
    /// - Returns: a sink that writes beside the target until it is finished.
    /// - Throws: ``DataError`` when nothing can be written there.
    package static func create(_ path: FilePath, options: OutputOptions = OutputOptions()) throws(DataError)
        -> any RowSink
    {
        let format = try DataFormat(of: path)
        return try sink(OutputFile(replacing: path), format: format, options: options)
    }

    /// Writes a model's output to a stream, such as standard output, which stays open.
    ///
    /// - Parameters:
    ///   - stream: the descriptor to write to.
    ///   - format: any but `.npy`, whose header needs the number of rows.
    ///   - options: names and header.
    /// - Returns: a sink that writes as it goes.
    /// - Throws: ``DataError`` for `.npy`.
    package static func create(
        _ stream: FileDescriptor,
        format: DataFormat = .csv,
        options: OutputOptions = OutputOptions()
    ) throws(DataError) -> any RowSink {
        guard format != .npy else {
            let reason = ".npy cannot be written to a stream"
            throw DataError(.unsupported, nil, reason: reason, remedy: "name a file, or use .csv")
        }
        return try sink(OutputFile(stream: stream), format: format, options: options)
    }

    private static func sink(
        _ output: OutputFile,
        format: DataFormat,
        options: OutputOptions
    ) throws(DataError) -> any RowSink {
        switch format {
        case .csv: DelimitedSink(output, delimiter: .comma, options: options)
        case .tsv: DelimitedSink(output, delimiter: .tab, options: options)
        case .npy: try NpySink(output)
        case .json: JSONSink(output)
        }
    }
}
