import Glibc
import SystemPackage
import Tensors
import Testing

@Suite("Opening data files")
struct DataFileTests {
    @Test(
        "A path that cannot be read is refused with the reason",
        arguments: [
            ("none.csv", "none.csv: there is no such file; check the path", DataError.Kind.missing),
            ("none/x.csv", "none/x.csv: there is no such file; check the path", .missing),
            ("folder.csv", "folder.csv: it is a folder; name a file inside it", .unreadable),
            (
                "x",
                "x: its name has no extension that tells the format; use .csv, .tsv, .json, .jsonl, .npy, .npz, .parquet or .txt",
                .unsupported
            ),
            (
                "x.xlsx",
                "x.xlsx: files named '.xlsx' are neither read nor written; use .csv, .tsv, .json, .jsonl, .npy, .npz, .parquet or .txt",
                .unsupported
            ),
        ]
    )
    func refusedPaths(name: String, sentence: String, kind: DataError.Kind) throws {
        let folder = try TemporaryFolder()
        mkdir(folder.path.appending("folder.csv").string, 0o755)
        defer { rmdir(folder.path.appending("folder.csv").string) }
        let error = try #require(throws: DataError.self) { _ = try DataFile.open(folder.path.appending(name)) }
        #expect(error.description.replacing(folder.path.string + "/", with: "") == sentence)
        #expect(error.kind == kind)
    }

    @Test("A file that this user may not read is told from a missing one")
    func permissions() {
        // The test may run as root, whom no permission stops; so the system's answer is given here.
        let error = DataError.opening("x.csv", .permissionDenied)
        #expect(error.kind == .unreadable)
        #expect(error.code == .permissionDenied)
        let sentence = "x.csv: it may not be read by this user; change its permissions, or choose another file"
        #expect(error.description == sentence)
    }

    @Test("A hostile file name cannot move the cursor")
    func hostileName() {
        #expect(DataError.opening("\u{1B}[2J.csv", .noSuchFileOrDirectory).description.hasPrefix("\\u{1b}[2J.csv: "))
    }

    @Test("Columns of a table of objects are joined to rows of numbers")
    func joinedColumns() throws {
        let columns = [
            try Tensor(name: "a", doubles: [1, 2], shape: [2]), try Tensor(name: "b", integers: [3, 4], shape: [2]),
        ]
        let chunk = Chunk(firstRow: 0, rowCount: 2, values: .columns(columns.map { Column($0) }))
        #expect(try chunk.joined() == Tensor(name: "X", doubles: [1, 3, 2, 4], shape: [2, 2]))
    }
}
