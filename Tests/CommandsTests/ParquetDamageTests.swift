import Foundation
import SystemPackage
import TestSupport
import Testing

/// Parquet files that are none, are damaged, or are made to do harm.
@Suite(.serialized) struct ParquetDamageTests {
    private let workshop: ParquetWorkshop

    init() throws {
        workshop = try ParquetWorkshop()
    }

    @Test func whatIsNoTableOfNumbersIsRefusedInOneSentence() throws {
        try workshop.peer(
            """
            import struct
            pq.write_table(pa.table({'a': range(1000), 's': [f't{k}' for k in range(1000)]}), 'good.parquet')
            good = open('good.parquet', 'rb').read()
            def write(name, content):
                open(name + '.parquet', 'wb').write(content)
            write('empty', b'')
            write('zip', b'PK\\3\\4' + bytes(50))
            write('cut', good[:-100])
            write('csv', b'a,b\\n1,2\\n3,4\\n')
            write('sealed', b'PARE' + good[4:-4] + b'PARE')
            # A list of 2³¹ - 1 elements in 9 bytes, and a footer as long.
            bomb = bytes([0x15, 2, 0x19, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x07])
            write('bomb', b'PAR1' + bomb + struct.pack('<I', len(bomb)) + b'PAR1')
            write('footer', good[:-8] + struct.pack('<I', 2**31 - 1) + b'PAR1')
            write('page', good[:40] + bytes(20) + good[60:])
            pq.write_table(pa.table({'s': pa.nulls(0, pa.int64())}), 'none.parquet')
            pq.write_table(pa.table({'n': [[1, 2]], 'a': [1]}), 'nested.parquet')
            pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], ['a', 'a']), 'twice.parquet')
            # 16 MiB, ten thousand times, in less than one.
            texts = pa.DictionaryArray.from_arrays(pa.array([0] * 10_000, pa.int32()), pa.array(['x' * (1 << 24)]))
            pq.write_table(pa.table({'s': texts}), 'large.parquet', store_schema=False)
            """
        )
        let zip = try workshop.pack(workshop.sum)
        let refusals: [(name: String, options: [String], sentence: String)] = [
            ("empty", [], "the file is empty"),
            ("zip", [], "it is a zip, not a Parquet file"),
            ("cut", [], "it does not end as a Parquet file does"),
            ("csv", [], "it does not begin as a Parquet file does"),
            ("sealed", [], "it is encrypted"),
            ("bomb", [], "it cannot be read as Parquet (Couldn't deserialize thrift"),
            ("footer", [], "it cannot be read as Parquet"),
            ("page", ["--columns", "a"], "it cannot be read as Parquet"),
            ("none", [], "it has no rows"),
            ("nested", [], ", column 'n': it holds list<element: int64>"),
            ("twice", [], "columns 1 and 2 are both named 'a'"),
            ("good", [], ", column 's': it holds texts, not numbers"),
            ("good", ["--columns", "b"], "it has no column 'b'; its columns are 'a' and 's'"),
            ("large", ["--table"], "take more memory than their reader is given"),
        ]
        for refusal in refusals {
            let input = workshop.scratch.appending("\(refusal.name).parquet")
            let output = workshop.scratch.appending("out/y.parquet")
            try? FileManager.default.createDirectory(
                atPath: workshop.scratch.appending("out"),
                withIntermediateDirectories: true
            )
            let result = try workshop.run("predict", zip, ["--input", input, "--output", output] + refusal.options)
            #expect(result.status == 4, "\(refusal.name): \(result.errors)")
            let isSaid = result.errors.hasPrefix("error: \(input)") && result.errors.contains(refusal.sentence)
            #expect(isSaid, "\(refusal.name): \(result.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: workshop.scratch.appending("out")).isEmpty)
        }
    }

    /// Damage of any kind gives rows or one sentence, and never half a file.
    @Test func damageIsReadOrRefused() throws {
        try workshop.peer(
            """
            columns = {'a': [k / 2 for k in range(500)], 'b': range(500), 's': [f't{k % 7}' for k in range(500)]}
            pq.write_table(pa.table(columns), 'seed.parquet', row_group_size=200, data_page_size=512)
            """
        )
        let zip = try workshop.pack("def predict(self, X):\n    return np.zeros(len(X))")
        let whole = Array(try Data(contentsOf: URL(fileURLWithPath: workshop.scratch.appending("seed.parquet"))))
        var generator = SeededGenerator(seed: UInt64.random(in: 0...UInt64.max))
        let (input, output) = (workshop.scratch.appending("x.parquet"), workshop.scratch.appending("out/y.csv"))
        try FileManager.default.createDirectory(
            atPath: workshop.scratch.appending("out"),
            withIntermediateDirectories: true
        )
        let end = ContinuousClock.now + .seconds(Checkout.isSoak ? 120 : 2)
        var (read, refused) = (0, 0)
        while ContinuousClock.now < end || read + refused < 3 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                // Mostly in the footer, which says where everything is.
                let low = Bool.random(using: &generator) ? bytes.count / 2 : 4
                bytes[Int.random(in: low..<bytes.count - 4, using: &generator)] = .random(
                    in: 0...255,
                    using: &generator
                )
            }
            try Data(bytes).write(to: URL(fileURLWithPath: input))
            let result = try workshop.run("predict", zip, ["--input", input, "--columns", "a,b", "--output", output])
            let left = try FileManager.default.contentsOfDirectory(atPath: workshop.scratch.appending("out"))
            if result.status == 0 {
                read += 1
                #expect(left == ["y.csv"])
                try FileManager.default.removeItem(atPath: output)
            } else {
                refused += 1
                #expect(result.status == 4 && left.isEmpty, "\(result.status) \(result.errors) \(left)")
                let isSaid = result.errors.hasPrefix("error: \(input)") && !result.errors.contains("\u{1B}")
                #expect(isSaid, "\(result.errors)")
            }
        }
        print("of \(read + refused) damaged Parquet files \(refused) were refused")
    }

    /// A few kilobytes may hold as many rows as their author likes: whoever has enough of them ends it.
    @Test func manyRowsInASmallFileCanBeInterrupted() throws {
        try workshop.peer(
            """
            table = pa.table({'a': pa.array([0.5]).take(pa.array([0] * (1 << 20)))})
            with pq.ParquetWriter('x.parquet', table.schema) as writer:
                for _ in range(16):
                    writer.write_table(table)
            assert os.path.getsize('x.parquet') < 100_000, os.path.getsize('x.parquet')
            """
        )
        let zip = try workshop.pack(workshop.sum)
        let output = workshop.scratch.appending("out/y.parquet")
        try FileManager.default.createDirectory(
            atPath: workshop.scratch.appending("out"),
            withIntermediateDirectories: true
        )
        let input = workshop.scratch.appending("x.parquet")
        let process = try Tool.start(
            "lw-run",
            workshop.arguments("predict", zip, ["--input", input, "--output", output, "--batch", "100"]),
            environment: ["XDG_CACHE_HOME": Checkout.cache.string]
        )
        usleep(2_000_000)
        #expect(process.isRunning)
        #expect(kill(process.processIdentifier, SIGINT) == 0)
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        #expect(try FileManager.default.contentsOfDirectory(atPath: workshop.scratch.appending("out")).isEmpty)
    }
}
