import Foundation
import ModelRunner
import Packaging
import SystemPackage
import Tensors
import TestSupport
import Testing

/// `.npz` files as numpy writes them, and as somebody does who means harm.
@Suite("Zips of arrays")
struct NpzTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
    }

    private static func fixture(_ name: String) -> FilePath {
        Checkout.root.appending("Tests/TensorsTests/Fixtures").appending(name)
    }

    private func open(
        _ path: FilePath,
        _ change: (inout DataOptions) -> Void = { _ in }
    ) throws(DataError) -> any RowSource {
        var options = DataOptions()
        change(&options)
        return try DataFile.open(path, options: options, archives: NpzArchive.opener())
    }

    private func rows(_ source: any RowSource, maximumRows: Int = 2) throws -> Tensor {
        var parts: [Tensor] = []
        while let chunk = try source.next(maximumRows: maximumRows) { parts.append(try chunk.joined()) }
        return try Tensor.concatenating(parts)
    }

    @Test("One array is the rows, packed or not and in either order of its axes")
    func matrix() throws {
        let tensor = try rows(open(Self.fixture("matrix.npz")))
        #expect(tensor.datatype == .fp32)
        #expect(tensor.shape == [3, 2])
        #expect(try tensor.doubles() == [0, 1, 2, 3, 4, 5])
    }

    @Test("Of several arrays the one named X is the rows, unless another is named")
    func named() throws {
        #expect(try rows(open(Self.fixture("usual.npz"))).shape == [3, 2])
        #expect(try rows(open(Self.fixture("usual.npz")) { $0.selection = ["y"] }).integers() == [0, 1, 0])
    }

    @Test("Arrays of one axis are columns, with their names and types")
    func columns() throws {
        let source = try open(Self.fixture("columns.npz")) {
            $0.form = .table
            $0.expectedColumns = ["name", "ok", "age"]
        }
        #expect(source.columnNames == ["name", "ok", "age"])
        let chunk = try #require(try source.next(maximumRows: 2))
        guard case .columns(let columns) = chunk.values else { return #expect(Bool(false), "\(chunk)") }
        #expect(columns.map(\.values.datatype) == [.bytes, .bool, .int64])
        #expect(try columns[0].values.strings() == ["a", "grün"])
        let error = try #require(throws: DataError.self) {
            _ = try open(Self.fixture("columns.npz")) { $0.selection = ["agee", "ok"] }
        }
        #expect(error.reason == "it has no column 'agee' (did you mean 'age'?)")
    }

    @Test("Pickled objects are refused, whatever they would do")
    func objects() throws {
        let error = try #require(throws: DataError.self) { _ = try open(Self.fixture("objects.npz")) }
        #expect(error.kind == .unsupported)
        #expect(error.description.contains("objects.npz/X.npy: it holds Python objects"), "\(error)")
    }

    @Test("Arrays that cannot be put side by side are refused")
    func unequal() throws {
        let script = """
            import struct, sys, zipfile
            def npy(shape, count):
                head = b"{'descr': '<f8', 'fortran_order': False, 'shape': %s}" % shape
                return b"\\x93NUMPY\\1\\0" + struct.pack("<H", len(head)) + head + bytes(8 * count)
            with zipfile.ZipFile(sys.argv[1], "w") as file:
                file.writestr("a.npy", npy(b"(2,)", 2))
                file.writestr("b.npy", npy(sys.argv[2].encode(), int(sys.argv[3])))
            """
        for (shape, count, words) in [
            ("(3,)", 3, "the array has 3 values, but 'a' has 2"), ("(2, 1)", 2, "the array has several axes"),
            ("(999999999, 9999999999)", 1, "its shape [999999999, 9999999999] is too large"),
            ("(1000000,)", 1, "its header asks for 8000000 bytes of data, but there are 8"),
        ] {
            let path = scratch.path.appending("x.npz")
            let made = try Tool.run("/usr/bin/python3", ["-c", script, path.string, shape, "\(count)"])
            #expect(made.status == 0, "\(made.errors)")
            let error = try #require(throws: DataError.self) { _ = try rows(open(path)) }
            #expect(error.reason.hasPrefix(words), "\(error)")
        }
    }

    @Test("What is written is a zip to Python, and reads back as it was")
    func written() throws {
        let path = scratch.path.appending("out.npz")
        let sink = try DataFile.create(path)
        for part in 0..<3 {
            let texts = try Tensor(name: "label", strings: ["grün", String(repeating: "x", count: part)], shape: [2])
            let numbers = try Tensor(name: "n", integers: [Int64(part), -1], shape: [2])
            try sink.write(table: [Column(texts), Column(numbers)])
        }
        try sink.finish()
        let program = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.namelist())"
        let checked = try Tool.run("/usr/bin/python3", ["-c", program, path.string])
        #expect(checked.output == "None ['label.npy', 'n.npy']\n", "\(checked.errors)")
        let source = try open(path) { $0.form = .table }
        let chunk = try #require(try source.next(maximumRows: 10))
        guard case .columns(let columns) = chunk.values else { return #expect(Bool(false), "\(chunk)") }
        #expect(try columns[0].values.strings() == ["grün", "", "grün", "x", "grün", "xx"])
        #expect(try columns[1].values.integers() == [0, -1, 1, -1, 2, -1])
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path.string) == ["out.npz"])
    }

    @Test("Random damage is refused or reads as arrays that fit together")
    func damaged() throws {
        var generator = SeededGenerator(seed: UInt64.random(in: 0...UInt64.max))
        let wholes = try ["columns.npz", "matrix.npz", "usual.npz"].map { name in
            [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.fixture(name).string)))
        }
        let path = scratch.path.appending("x.npz")
        let end = ContinuousClock.now + .seconds(Checkout.isSoak ? 300 : 4)
        var refused = 0
        while ContinuousClock.now < end {
            var bytes = wholes[Int.random(in: 0..<wholes.count, using: &generator)]
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                if Bool.random(using: &generator) {
                    bytes[place] = UInt8.random(in: 0...255, using: &generator)
                } else {
                    bytes[place] &+= 1
                }
            }
            try Data(bytes).write(to: URL(fileURLWithPath: path.string))
            do throws(DataError) {
                let source = try open(path) { $0.form = Bool.random(using: &generator) ? .table : .matrix }
                while let chunk = try source.next(maximumRows: 2) { #expect((1...2).contains(chunk.rowCount)) }
            } catch {
                refused += 1
            }
        }
        #expect(refused > 50)
    }
}
