import Glibc
import SystemPackage
import Tensors
import Testing

@Suite("Rows of .jsonl and .txt files, and of folders")
struct LineAndFolderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("Each line is a row, a map or a text")
    func lines() throws {
        let rows = try folder.file("a.jsonl", "\u{FEFF}[1, 2]\n\n[3, null]\r\n[5, 6]")
        #expect(try Tests.bits(Tests.read(rows).doubles()) == Tests.bits([1, 2, 3, .nan, 5, 6]))
        let maps = try folder.file("b.ndjson", "{\"a\": 1, \"b\": 2}\n{\"b\": 4, \"a\": 3}\n")
        #expect(try Tests.read(maps, options: DataOptions(expectedColumns: ["b", "a"])).doubles() == [2, 1, 4, 3])
        let texts = try folder.file("c.jsonl", "\"a\"\n\"b\\n\"\n")
        #expect(try Tests.read(texts).strings() == ["a", "b\n"])
    }

    @Test(
        "A line that is no row is refused with its place",
        arguments: [
            ("", "x.jsonl: the file is empty; give it at least one row of data"),
            ("1", "x.jsonl, line 1: there is a number, not a row;"),
            ("[1, 2]\n[3]", "x.jsonl, row 2: the row has 1 values, but row 1 has 2;"),
            ("[1, 2]\n[3, \"x\"]", "x.jsonl, row 2, column 2: 'x' is a text, not a number;"),
            ("[1]\n[2]\n{}", "x.jsonl, row 3: there is a map, but row 1 is a list;"),
            ("[1]\n[1e999]", "x.jsonl, line 2: the number 1e999 is too large"),
            ("[1] [2]", "x.jsonl, line 1: there is text after the value (character 5 of the line);"),
            ("[NaN]", "x.jsonl, line 1: a value must be here, not 'N'"),
            ("[[[[[[[[[[1]]]]]]]]]]", "x.jsonl, line 1: nested deeper than 8 levels"),
            ("\u{0}", "x.jsonl, line 1: a value must be here"),
        ]
    )
    func refusedLines(text: String, words: String) throws {
        let sentence = try Tests.refusal(folder.file("x.jsonl", text)).0
        #expect(sentence.hasPrefix(words), "\(sentence)")
    }

    @Test("A text in UTF-16 is told as what it is", arguments: ["x.jsonl", "x.txt", "x.csv"])
    func utf16(name: String) throws {
        let path = try folder.file(name, [0xFF, 0xFE, 0x5B, 0x00, 0x31, 0x00, 0x5D, 0x00])
        #expect(try Tests.refusal(path).0 == "\(name): the text is UTF-16; save the file as UTF-8")
    }

    @Test("Each line of a .txt file is a text, the last one with or without an end")
    func texts() throws {
        let path = try folder.file("x.txt", "\u{FEFF}eins\r\n\nd,r\"ei\nvier")
        #expect(try Tests.read(path).strings() == ["eins", "", "d,r\"ei", "vier"])
        let invalid = try folder.file("y.txt", Array("a\n".utf8) + [0xFF])
        #expect(try Tests.refusal(invalid).0 == "y.txt, line 2: the text is not valid UTF-8; save the file as UTF-8")
    }

    @Test("Rows longer than a block are read whole, whatever the size of a chunk")
    func blocks() throws {
        let text = (0..<50).map { "[\($0), \(String(repeating: " ", count: $0 * 3))\($0)]\n" }.joined()
        let path = try folder.file("x.jsonl", text)
        var options = DataOptions()
        for size in [1, 7, 64] {
            options.blockSize = size
            let numbers = try Tests.read(path, options: options, maximumRows: 7).doubles()
            #expect(numbers == (0..<50).flatMap { [Double($0), Double($0)] })
        }
    }

    @Test("The files of a folder come in the order of their names, as bytes or as texts")
    func files() throws {
        _ = try folder.file("b.png", [1, 0xFF])
        _ = try folder.file("a.JPG", [2])
        _ = try folder.file("notes.md", "not read")
        _ = try folder.file(".hidden.png", "not read")
        let images = try DataFile.open(folder.path)
        let chunk = try #require(try images.next(maximumRows: 5))
        guard case .texts(let tensor) = chunk.values else { return #expect(Bool(false), "\(chunk)") }
        #expect(tensor.content == .image)
        #expect(tensor.bytes == [1, 0, 0, 0, 2, 2, 0, 0, 0, 1, 0xFF])
        #expect(try images.next(maximumRows: 5) == nil)
        _ = try folder.file("c.txt", "text")
        let error = try #require(throws: DataError.self) { _ = try DataFile.open(folder.path) }
        #expect(error.reason == "it holds both images ('a.JPG') and texts ('c.txt')")
    }

    @Test("A folder without anything to read is refused; so are pipes and broken texts in it")
    func refusedFolders() throws {
        #expect(throws: DataError.self) { _ = try DataFile.open(folder.path) }
        _ = try folder.file("a.txt", "fine")
        mkfifo(folder.path.appending("b.txt").string, 0o600)
        let source = try DataFile.open(folder.path)
        _ = try source.next(maximumRows: 1)
        let error = try #require(throws: DataError.self) { _ = try source.next(maximumRows: 1) }
        #expect(error.reason == "it is no file that can be read")
        _ = try folder.file("0.txt", [0xFF])
        let broken = try #require(throws: DataError.self) {
            _ = try DataFile.open(folder.path).next(maximumRows: 1)
        }
        #expect(broken.description.contains("0.txt: the text is not valid UTF-8"))
    }

    @Test("A link is followed inside the folder, and refused where it leaves it")
    func links() throws {
        #expect(mkdir(folder.path.appending("in").string, 0o700) == 0)
        _ = try folder.file("in/a.txt", "inside")
        _ = try folder.file("out.txt", "outside")
        let path = folder.path.appending("in")
        #expect(symlink("a.txt", path.appending("b.txt").string) == 0)
        #expect(symlink("../out.txt", path.appending("c.txt").string) == 0)
        #expect(symlink(folder.path.appending("out.txt").string, path.appending("d.txt").string) == 0)
        let source = try FolderSource(path)
        #expect(source.fileCount == 4 && !source.isImages)
        #expect(try source.content(1) == Array("inside".utf8))
        for index in [2, 3] {
            let error = try #require(throws: DataError.self) { _ = try source.content(index) }
            #expect(error.path == source.file(index) && error.reason == "it is a link that leaves the folder")
        }
    }
}
