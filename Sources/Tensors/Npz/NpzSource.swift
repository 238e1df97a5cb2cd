internal import Documents
internal import SystemPackage

/// A `.npz` file: one array of rows, or arrays of one axis that are the columns of a table.
enum NpzSource {
    private static let suffix = ".npy"
    /// The array that is taken where there are others too: scikit-learn's word for it.
    private static let usualName = "X"
    /// The most arrays that are looked at.
    private static let maximumArrays = 4096

    static func open(
        _ input: InputFile,
        options: DataOptions,
        archives: ArrayArchiveOpener
    ) throws(DataError) -> any RowSource {
        let archive = try archives(try input.duplicate(), input.path)
        let names = try arrayNames(archive.names, input.path)
        func array(_ name: String, _ options: DataOptions) throws(DataError) -> NpySource {
            let place = FilePath(input.path.string + "/" + name + suffix)
            let file = try InputFile(owned: archive.open(name + suffix), named: place)
            return try NpySource(file, options: options)
        }
        if let name = try single(names, options: options, input.path) {
            var inner = options
            inner.selection = nil
            return try array(name, inner)
        }
        let matching = try ColumnMatching(input.path, names: names, count: names.count, options: options)
        var columns: [NpzColumns.Part] = []
        for (place, target) in matching.targets.enumerated() {
            guard let target else { continue }
            let source = try array(names[place], DataOptions())
            guard source.isList else {
                throw DataError(
                    .invalid,
                    input.path,
                    column: .name(names[place]),
                    reason: "the array has several axes, so it is no column",
                    remedy: "choose one array with --columns; there are \(list(names))"
                )
            }
            columns.append(
                NpzColumns.Part(name: matching.names?[target] ?? names[place], place: target, source: source)
            )
        }
        return try NpzColumns(columns.sorted { $0.place < $1.place }, path: input.path)
    }

    private static func arrayNames(_ files: [String], _ path: FilePath) throws(DataError) -> [String] {
        guard !files.isEmpty else { throw .noRows(path, "it holds no array") }
        guard files.count <= maximumArrays else {
            let reason = "it holds \(files.count) arrays; at most \(maximumArrays) are read"
            throw DataError(.invalid, path, reason: reason, remedy: "save fewer arrays")
        }
        var names: [String] = []
        for file in files {
            guard file.hasSuffix(suffix), file.utf8.count > suffix.utf8.count else {
                let reason = "it holds '\(Printable(file, limit: 60))', which is no array"
                throw DataError(.invalid, path, reason: reason, remedy: "write it with numpy.savez")
            }
            names.append(String(file.dropLast(suffix.count)))
        }
        return names
    }

    /// The one array that holds the rows; nil when several are columns.
    private static func single(
        _ names: [String],
        options: DataOptions,
        _ path: FilePath
    ) throws(DataError) -> String? {
        if let selection = options.selection {
            guard selection.count == 1, let name = selection.first else { return nil }
            // A name that is not there is told with the others.
            return names.contains(name) ? name : nil
        }
        if names.count == 1 { return names.first }
        return names.contains(usualName) && options.expectedColumns?.contains(usualName) != true ? usualName : nil
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(8).map { "'\(Printable($0, limit: 40))'" }.joined(separator: ", ")
    }
}

/// Arrays of one axis and one length, side by side.
final class NpzColumns: RowSource {
    let columnNames: [String]?
    let columnCount: Int?
    private let parts: [Part]
    private var row = 0

    struct Part {
        var name: String
        var place: Int
        var source: NpySource
    }

    init(_ parts: [Part], path: FilePath) throws(DataError) {
        if let first = parts.first, let other = parts.first(where: { $0.source.rowCount != first.source.rowCount }) {
            throw DataError(
                .invalid,
                path,
                column: .name(other.name),
                reason: "the array has \(other.source.rowCount) values, "
                    + "but '\(Printable(first.name, limit: 60))' has \(first.source.rowCount)",
                remedy: "save arrays of one length, or choose one with --columns"
            )
        }
        self.parts = parts
        columnNames = parts.map(\.name)
        columnCount = parts.count
    }

    func next(maximumRows: Int) throws(DataError) -> Chunk? {
        var columns: [Column] = []
        for part in parts {
            guard let chunk = try part.source.next(maximumRows: maximumRows) else { return nil }
            switch chunk.values {
            case .matrix(var tensor), .texts(var tensor):
                tensor.name = part.name
                if tensor.datatype == .bytes { tensor.content = .text }
                columns.append(Column(tensor))
            case .columns(let inner): columns += inner
            }
        }
        guard let count = columns.first?.values.rowCount else { return nil }
        defer { row += count }
        return Chunk(firstRow: row, rowCount: count, values: .columns(columns))
    }
}
