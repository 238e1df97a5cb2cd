internal import Documents
internal import SystemPackage

/// Writes a `.npz` file: the array `y`, or of a table one array for each column.
///
/// Each array is kept in a file without a name until its rows are counted; then the zip is written, stored, as
/// `numpy.savez` does.
final class NpzSink: RowSink {
    let spreadsheetWarnings = SpreadsheetWarnings()
    private let output: OutputFile
    private var arrays: [KeptArray] = []

    init(_ output: OutputFile) throws(DataError) {
        self.output = output
    }

    func write(_ column: Column) throws(DataError) {
        if arrays.isEmpty { arrays = [try KeptArray(name: "y")] }
        try arrays[0].append(column, output.path)
    }

    func write(table columns: [Column]) throws(DataError) {
        if arrays.isEmpty {
            for column in columns { arrays.append(try KeptArray(name: column.name)) }
            try validateNames()
        }
        guard columns.map(\.name) == arrays.map(\.name) else {
            let reason = "the output's columns change from one batch to another"
            throw DataError(.invalid, output.path, reason: reason, remedy: "let the model return the same columns")
        }
        for (place, column) in columns.enumerated() { try arrays[place].append(column, output.path) }
    }

    /// The names become files for whoever unpacks the zip.
    private func validateNames() throws(DataError) {
        for array in arrays {
            let isPlain = array.name.unicodeScalars.allSatisfy { scalar in
                scalar.value >= 0x20 && !"/\\:*?\"<>|".unicodeScalars.contains(scalar)
            }
            guard isPlain, !array.name.hasPrefix("."), (1...200).contains(array.name.utf8.count) else {
                throw DataError(
                    .unsupported,
                    output.path,
                    column: .name(array.name),
                    reason: "the name cannot be that of a file in a zip",
                    remedy: "use .csv or .jsonl"
                )
            }
        }
    }

    func finish() throws(DataError) {
        guard !arrays.isEmpty else {
            let reason = "there is no output to write"
            throw DataError(.invalid, output.path, reason: reason, remedy: "give the model at least one row")
        }
        var zip = StoredZip()
        for array in arrays {
            let header = array.header
            let size = try array.size
            var checksum = CRC32()
            checksum.update(header)
            try array.forEachBlock { block throws(DataError) in checksum.update(block) }
            try output.write(
                zip.header(name: array.name + ".npy", size: header.count + size, checksum: checksum.value)
            )
            try output.write(header)
            try array.forEachBlock { block throws(DataError) in try output.write(block) }
        }
        try output.write(zip.directory())
        try output.finish()
    }

    func cancel() {
        output.cancel()
    }
}

/// One array whose rows are still coming.
private final class KeptArray {
    let name: String
    private var form = OutputForm()
    private let file: FileDescriptor
    /// The longest text in UTF-32 units; numpy gives every text of an array as much room.
    private var longest = 1

    init(name: String) throws(DataError) {
        self.name = name
        file = try TemporaryFile.make()
    }

    deinit {
        try? file.close()
    }

    func append(_ column: Column, _ path: FilePath?) throws(DataError) {
        let tensor = column.values
        if let row = column.firstMissing {
            throw .missingValue(path, row: form.rowCount + row / tensor.rowElementCount + 1)
        }
        try form.add(tensor, path)
        if tensor.datatype == .bytes {
            do throws(TensorError) {
                for text in try tensor.strings() { longest = max(longest, text.unicodeScalars.count) }
            } catch {
                throw DataError(.invalid, path, reason: error.description, remedy: "let the model return UTF-8")
            }
        }
        do {
            try file.writeAll(tensor.bytes)
        } catch {
            throw TemporaryFile.refused(error as? Errno ?? .ioError)
        }
    }

    private var isText: Bool { form.datatype == .bytes }

    var header: [UInt8] {
        let descr = isText ? "<U\(longest)" : form.datatype?.npyDescr ?? ""
        return NpySink.header(descr: descr, rowShape: form.rowShape, rowCount: form.rowCount)
    }

    /// The bytes of the array without its header.
    var size: Int {
        get throws(DataError) {
            let elements = form.rowShape.reduce(form.rowCount, *)
            let (bytes, overflow) = elements.multipliedReportingOverflow(
                by: isText ? 4 * longest : form.datatype?.size ?? 0
            )
            guard !overflow else {
                let reason = "the texts of '\(Printable(name))' are too long for an array"
                throw DataError(.unsupported, nil, reason: reason, remedy: "use .csv or .jsonl")
            }
            return bytes
        }
    }

    func forEachBlock(_ body: ([UInt8]) throws(DataError) -> Void) throws(DataError) {
        var offset: Int64 = 0
        func read(_ count: Int) throws(DataError) -> [UInt8] {
            var block = [UInt8](repeating: 0, count: count)
            var filled = 0
            do {
                while filled < count {
                    let more = try block.withUnsafeMutableBytes { buffer in
                        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                        return try file.read(fromAbsoluteOffset: offset, into: rest)
                    }
                    if more == 0 { break }
                    filled += more
                    offset += Int64(more)
                }
            } catch {
                throw TemporaryFile.refused(error as? Errno ?? .ioError)
            }
            block.removeLast(count - filled)
            return block
        }
        guard isText else {
            while true {
                let block = try read(1 << 18)
                if block.isEmpty { return }
                try body(block)
            }
        }
        for _ in 0..<form.rowShape.reduce(form.rowCount, *) {
            let length = try read(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            var block: [UInt8] = []
            for scalar in String(decoding: try read(length), as: UTF8.self).unicodeScalars {
                withUnsafeBytes(of: scalar.value.littleEndian) { block.append(contentsOf: $0) }
            }
            block.append(contentsOf: repeatElement(0, count: 4 * longest - block.count))
            try body(block)
        }
    }
}
