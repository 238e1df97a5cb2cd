import Documents
import Glibc
import SystemPackage
import Tensors
import TestSupport
import Testing

@Suite("Arrays in .npy")
struct NpySourceTests {
    static let names = [
        "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "big_i2", "big_i4", "big_i8", "big_u2",
        "big_u4", "big_u8", "big_f2", "big_f4", "big_f8", "bool", "extremes", "fractions", "one_axis", "three_axes",
        "fortran", "fortran_three_axes", "fortran_big", "version_2", "version_3", "unicode", "big_unicode",
        "unicode_matrix", "bytes",
    ]

    @Test("What numpy wrote is read with shape and values, in chunks of any size", arguments: names)
    func read(name: String) throws {
        let expected = try JSON.parse(Tests.bytes(Tests.fixture("expected.json")))
        let fixture = try #require(expected[name])
        let shape = try #require(fixture["shape"]?.array).compactMap { $0.integer }
        let values = try #require(fixture["values"]?.array)
        for maximumRows in [1, 2, 100] {
            let tensor = try Tests.read(Tests.fixture(name + ".npy"), maximumRows: maximumRows)
            #expect(tensor.shape == shape)
            switch tensor.datatype {
            case .bytes: #expect(try tensor.strings() == values.compactMap { $0.string })
            case .bool: #expect(try tensor.jsonData().array == values)
            case .fp16, .fp32, .fp64:
                #expect(try Tests.bits(tensor.doubles()) == Tests.bits(values.compactMap { $0.number }))
            default: #expect(try tensor.integers() == values.compactMap { $0.integer.map { Int64($0) } })
            }
        }
    }

    @Test(
        "The datatype is the file's own",
        arguments: [("f4", Datatype.fp32), ("big_f4", .fp32), ("u2", .uint16), ("bool", .bool)]
    )
    func datatypes(name: String, datatype: Datatype) throws {
        #expect(try Tests.read(Tests.fixture(name + ".npy")).datatype == datatype)
    }

    @Test(
        "Columns are counted over all axes behind the first",
        arguments: [("f8", 3), ("one_axis", 1), ("three_axes", 12), ("unicode", nil)]
    )
    func columnCount(name: String, count: Int?) throws {
        let source = try DataFile.open(Tests.fixture(name + ".npy"))
        #expect(source.columnCount == count)
        #expect(source.columnNames == nil)
    }

    @Test(
        "Arrays that are not tables of numbers or texts are refused by what they hold",
        arguments: [
            ("objects", "objects.npy: it holds Python objects; only numbers and texts are read"),
            ("dates", "dates.npy: it holds dates or durations; only numbers and texts are read"),
            ("complex", "complex.npy: it holds complex numbers; only real ones are read"),
            ("long_double", "long_double.npy: it holds numbers of 16 bytes; at most 8 are read"),
            ("records", "records.npy: it holds raw records; only numbers and texts are read"),
            ("void", "void.npy: it holds raw records; only numbers and texts are read"),
            ("scalar", "scalar.npy: it holds a single value, not rows; reshape it to (rows, columns)"),
            ("no_rows", "no_rows.npy: its shape [0, 4] has no values; give it at least one row of data"),
            ("no_columns", "no_columns.npy: its shape [4, 0] has no values; give it at least one row of data"),
            ("latin_1", "latin_1.npy, row 2: the text is not valid Unicode; save the texts as UTF-8"),
        ]
    )
    func refusedArrays(name: String, sentence: String) throws {
        #expect(try Tests.refusal(Tests.fixture(name + ".npy")).0.hasPrefix(sentence))
    }

    @Test("A list of values is not taken for rows of several columns")
    func oneAxis() throws {
        let path = Tests.fixture("one_axis.npy")
        let error = try Tests.refusal(path, options: DataOptions(expectedCount: 5)).0
        let sentence = "it is a list of 5 values, but the model takes 5 columns; reshape it to (1, 5) for one row"
        #expect(error == "one_axis.npy: " + sentence)
        #expect(try Tests.read(path, options: DataOptions(expectedCount: 1)).shape == [5])
        let wide = try Tests.refusal(Tests.fixture("f8.npy"), options: DataOptions(expectedCount: 4)).0
        #expect(wide == "f8.npy: it has 3 columns, but the model takes 4; give each row 4 values")
    }

    @Test(
        "A header that is not of numpy's form is refused",
        arguments: [
            "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}x", "{'descr': '<f8', 'shape': (1,)}",
            "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'more': 1}",
            "{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (1)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': [1]}",
            "{'descr': __import__('os').system('id'), 'fortran_order': False, 'shape': (1,)}",
            "{'descr': '\\x3cf8', 'fortran_order': False, 'shape': (1,)}", "{'descr': '<f8", "{", "", "[[[[",
            "{'descr': [[[[", "{'descr': '<f8', 'fortran_order': True",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (",
        ]
    )
    func malformedHeaders(header: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("x.npy", Self.file(header: header, data: [UInt8](repeating: 0, count: 8)))
        let sentence = "x.npy: its header is not of numpy's form; write it with numpy.save"
        #expect(try Tests.refusal(path) == (sentence, .invalid))
    }

    @Test(
        "Sizes that do not fit the file are refused before anything is allocated",
        arguments: [
            ("<f8", "(2,)", 8, "its header asks for 16 bytes of data, but there are 8"),
            ("<f8", "(1,)", 9, "its header asks for 8 bytes of data, but there are 9"),
            ("<f8", "(100000000000, 10)", 8, "its header asks for 8000000000000 bytes of data, but there are 8"),
            ("<f8", "(1000000000, 10000000000)", 8, "its shape [1000000000, 10000000000] is too large"),
            ("<f8", "(0, 1000000000, 10000000000)", 0, "its shape [0, 1000000000, 10000000000] is too large"),
            ("<U0", "(1000000000,)", 0, "it holds texts without room for a character"),
            ("<U999999999", "(1,)", 8, "it holds texts of 999999999 characters; that is too long"),
            ("<f3", "(1,)", 3, "its header names the unknown type '<f3'"),
            ("|f8", "(1,)", 8, "its header names the unknown type '|f8'"),
            ("f8", "(1,)", 8, "its header names the unknown type 'f8'"),
            ("|b1", "(2,)", 2, "tensor 'X' has the byte 7 at element 0, but a BOOL is 0 or 1"),
        ]
    )
    func sizes(descr: String, shape: String, count: Int, reason: String) throws {
        let folder = try TemporaryFolder()
        let header = "{'descr': '\(descr)', 'fortran_order': False, 'shape': \(shape), }"
        let data = [UInt8](repeating: 7, count: count)
        let path = try folder.file("x.npy", Self.file(header: header, data: data))
        #expect(try Tests.refusal(path).0.hasPrefix("x.npy: " + reason))
    }

    @Test("What is no .npy file, or ends too early, is refused", arguments: 0..<90)
    func truncated(count: Int) throws {
        let folder = try TemporaryFolder()
        let whole = try Tests.bytes(Tests.fixture("one_axis.npy"))
        let path = try folder.file("x.npy", Array(whole.prefix(count)))
        #expect(try Tests.refusal(path).1 == .invalid)
    }

    @Test("Random changes to a header never get past the checks with values that are not there", arguments: 0..<300)
    func mutated(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        var bytes = try Tests.bytes(Tests.fixture("fortran_three_axes.npy"))
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            bytes[Int.random(in: 6..<90, using: &generator)] = UInt8.random(in: 32...126, using: &generator)
        }
        let folder = try TemporaryFolder()
        let path = try folder.file("x.npy", bytes)
        do {
            let tensor = try Tests.read(path)
            #expect(tensor.elementCount * (tensor.datatype.size ?? 1) <= bytes.count)
        } catch is DataError {
            // Refused, as most are.
        }
    }

    @Test("An array comes through a pipe too, which is kept in a file meanwhile")
    func pipe() throws {
        let ends = try FileDescriptor.pipe()
        defer { try? ends.readEnd.close() }
        try ends.writeEnd.writeAll(try Tests.bytes(Tests.fixture("fortran.npy")))
        try ends.writeEnd.close()
        let source = try DataFile.open(ends.readEnd, named: "standard input", format: .npy)
        let chunk = try #require(try source.next(maximumRows: 100))
        #expect(try chunk.joined() == Tests.read(Tests.fixture("fortran.npy")))
    }

    private static func file(header: String, data: [UInt8]) -> [UInt8] {
        let length = header.utf8.count
        return [0x93] + "NUMPY".utf8 + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + header.utf8 + data
    }
}
