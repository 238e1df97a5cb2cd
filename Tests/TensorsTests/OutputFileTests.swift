import Glibc
import SystemPackage
import Tensors
import Testing

@Suite("Files that appear when they are complete")
struct OutputFileTests {
    private let folder: TemporaryFolder
    private let row: Tensor

    init() throws {
        folder = try TemporaryFolder()
        row = try Tensor(name: "y", doubles: [1], shape: [1])
    }

    @Test("The target appears at the end, and until then the old one stays")
    func replaced() throws {
        let path = try folder.file("y.csv", "old")
        let sink = try DataFile.create(path)
        try sink.write(row)
        #expect(try folder.text("y.csv") == "old")
        #expect(try folder.names().count == 2)
        try sink.finish()
        #expect(try folder.text("y.csv") == "1.0\n")
        #expect(try folder.names() == ["y.csv"])
        sink.cancel()
        try sink.finish()
        #expect(try folder.names() == ["y.csv"])
    }

    @Test("Only the owner reads the file while it is written; then it has the usual permissions")
    func permissions() throws {
        let path = folder.path.appending("y.csv")
        let sink = try DataFile.create(path)
        let hidden = try #require(try folder.names().first)
        #expect(hidden.hasPrefix(".y.csv.lw-partial-\(getpid())-"))
        #expect(try folder.path.appending(hidden).stat().permissions == [.ownerReadWrite])
        try sink.write(row)
        try sink.finish()
        let usual = try folder.file("z.csv", "").stat().permissions
        #expect(try path.stat().permissions == usual)
    }

    @Test("A sink that is cancelled or given up leaves nothing", arguments: [true, false])
    func cancelled(explicitly: Bool) throws {
        let path = try folder.file("y.csv", "old")
        do {
            let sink = try DataFile.create(path)
            try sink.write(row)
            if explicitly {
                sink.cancel()
                sink.cancel()
            }
        }
        #expect(try folder.names() == ["y.csv"])
        #expect(try folder.text("y.csv") == "old")
    }

    @Test(
        "A target that cannot be made is refused before any work",
        arguments: [
            ("none/y.csv", "none/y.csv: its folder does not exist; make the folder first", DataError.Kind.unwritable),
            ("file.csv/y.csv", "file.csv/y.csv: its folder does not exist; make the folder first", .unwritable),
            ("folder.csv", "folder.csv: it is a folder; name a file inside it", .unwritable),
            ("pipe.csv", "pipe.csv: it is neither a file nor a new name; choose another name", .unwritable),
            (
                "y.txt", "y.txt: .txt is not written; use .csv, .jsonl or .npy",
                .unsupported
            ),
        ]
    )
    func refused(name: String, sentence: String, kind: DataError.Kind) throws {
        _ = try folder.file("file.csv", "")
        mkdir(folder.path.appending("folder.csv").string, 0o755)
        defer { rmdir(folder.path.appending("folder.csv").string) }
        mkfifo(folder.path.appending("pipe.csv").string, 0o600)
        let error = try #require(throws: DataError.self) { _ = try DataFile.create(folder.path.appending(name)) }
        #expect(error.description.replacing(folder.path.string + "/", with: "") == sentence)
        #expect(error.kind == kind)
        #expect(try folder.names() == ["file.csv", "folder.csv", "pipe.csv"])
    }

    @Test("A link is replaced, and what it points to stays as it was")
    func link() throws {
        let other = try folder.file("other.csv", "other")
        let path = folder.path.appending("y.csv")
        #expect(symlink(other.string, path.string) == 0)
        let sink = try DataFile.create(path)
        try sink.write(row)
        try sink.finish()
        #expect(try folder.text("other.csv") == "other")
        #expect(try folder.text("y.csv") == "1.0\n")
    }

    @Test("A name as long as the system allows can be written")
    func longName() throws {
        let name = String(repeating: "ü", count: 125) + ".csv"
        let sink = try DataFile.create(folder.path.appending(name))
        try sink.write(row)
        try sink.finish()
        #expect(try folder.names() == [name])
    }

    @Test("A stream gets rows and stays open; .npy cannot go there")
    func stream() throws {
        let ends = try FileDescriptor.pipe()
        defer {
            try? ends.readEnd.close()
            try? ends.writeEnd.close()
        }
        let sink = try DataFile.create(ends.writeEnd, options: OutputOptions(header: true))
        try sink.write(row)
        try sink.finish()
        try ends.writeEnd.writeAll("more".utf8)
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = try bytes.withUnsafeMutableBytes { try ends.readEnd.read(into: $0) }
        #expect(String(decoding: bytes[..<count], as: UTF8.self) == "y\n1.0\nmore")
    }

    @Test("What counts its rows at its beginning goes to a stream as a whole, and only when it is complete")
    func keptForAStream() throws {
        let ends = try FileDescriptor.pipe()
        defer { try? ends.readEnd.close() }
        let sink = try DataFile.create(ends.writeEnd, format: .npy)
        try sink.write(row)
        try sink.write(row)
        try sink.finish()
        try DataFile.create(ends.writeEnd, format: .npz).cancel()
        try ends.writeEnd.close()
        var bytes = [UInt8](repeating: 0, count: 1000)
        let count = try bytes.withUnsafeMutableBytes { try ends.readEnd.read(into: $0) }
        let folder = try TemporaryFolder()
        let read = try Tests.read(folder.file("y.npy", bytes[..<count]))
        #expect(try read.doubles() == [1, 1])
    }

    @Test("A full disk is told as what it is")
    func fullDisk() throws {
        let full = try FileDescriptor.open("/dev/full", .writeOnly)
        defer { try? full.close() }
        let sink = try DataFile.create(full)
        try sink.write(row)
        let error = try #require(throws: DataError.self) { try sink.finish() }
        #expect(error.kind == .unwritable)
        #expect(error.code == .noSpace)
    }
}
