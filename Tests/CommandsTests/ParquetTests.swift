import Foundation
import SystemPackage
import TestSupport
import Testing

/// Parquet files in and out, against files that pyarrow and pandas write and read outside of our tools.
@Suite(.serialized) struct ParquetTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
    }

    private struct Failed: Error {
        let reason: String
    }

    private static let python = "/usr/bin/python3"

    /// pyarrow and pandas for the tests alone, installed once.
    private static let libraries = Result { () throws -> String in
        let folder = Checkout.cache.appending("pyarrow")
        let stamp = folder.appending("complete.txt").string
        if FileManager.default.fileExists(atPath: stamp) { return folder.string }
        try? FileManager.default.removeItem(atPath: folder.string)
        let made = try Tool.run(
            Checkout.root.appending("scripts/uv").string,
            [
                "--no-config", "pip", "install", "--quiet", "--python", python, "--target", folder.string,
                "--only-binary", ":all:", "--compile-bytecode", "pyarrow>=21", "pandas<3",
            ],
            environment: ["UV_CACHE_DIR": Checkout.cache.appending("learnware/uv").string]
        )
        guard made.status == 0 else { throw Failed(reason: made.errors) }
        try Data().write(to: URL(fileURLWithPath: stamp))
        return folder.string
    }

    /// Runs lines of Python in the scratch folder, with `pa`, `pq` and `pd`.
    @discardableResult
    private func peer(_ lines: String) throws -> String {
        let prelude = """
            import os, sys, pyarrow as pa, pyarrow.parquet as pq, pandas as pd
            os.chdir(sys.argv[1])

            """
        let result = try Tool.run(
            Self.python,
            ["-B", "-c", prelude + lines, scratch.path.string],
            environment: ["PYTHONPATH": try Self.libraries.get()]
        )
        guard result.status == 0 else { throw Failed(reason: result.errors) }
        return result.output
    }

    private func pack(_ body: String, requirements: String = "numpy\n") throws -> String {
        try scratch.write("p/learnware.yaml", "name: data\nmodel: {kwargs: {}}\n")
        try scratch.write("p/requirements.txt", requirements)
        let indented = body.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        try scratch.write("p/__init__.py", "import numpy as np\nclass Model:\n\(indented)\n")
        let zip = scratch.appending("p.zip")
        let result = try Tool.run("lw-pack", ["build", scratch.appending("p"), "--output", zip])
        #expect(result.status == 0, "\(result.errors)")
        return zip
    }

    private func arguments(_ command: String, _ zip: String, _ options: [String]) -> [String] {
        [command, zip, "--python", Self.python, "--progress", "quiet"] + options
    }

    private func run(_ command: String, _ zip: String, _ options: [String]) throws -> ToolResult {
        let environment = ["XDG_CACHE_HOME": Checkout.cache.string]
        return try Tool.run("lw-run", arguments(command, zip, options), environment: environment)
    }

    private let sum = "def predict(self, X):\n    return X.sum(axis=1)"

    @Test func typedColumnsReachATableAndComeBack() throws {
        try peer(
            """
            import datetime, decimal
            pd.DataFrame({
                'whole': [1, 2, 3], 'small': pd.array([1, 2, 3], 'int8'), 'lacking': pd.array([1, None, 3], 'Int64'),
                'large': pd.array([1, None, 2**60], 'Int64'), 'half': pd.array([0.5, 1, 2], 'float32'),
                'flag': [True, False, True], 'text': ['a', None, 'ü'],
                'size': pd.Categorical(['M', 'S', None], categories=['S', 'M', 'L']),
                'time': pd.to_datetime(['2024-01-02T03:04:05.5', None, '2024-01-03T00:00:00.0']),
                'zone': pd.to_datetime(['2024-01-02T03:04:05+02:00'] * 3), 'day': [datetime.date(2024, 1, 2)] * 3,
                'price': [decimal.Decimal('1.50')] * 3,
            }, index=[5, 6, 7]).to_parquet('x.parquet')
            """
        )
        let echo = """
            def predict(self, X):
                kinds = ' '.join(str(kind) for kind in X.dtypes)
                return X.assign(kinds=kinds, order=''.join(X['size'].cat.categories))
            """
        let zip = try pack(echo, requirements: "numpy\npandas<3\n")
        // Batches of two: the types are those of the file, whatever a batch lacks.
        let options = ["--table", "--allow-nan", "--batch", "2", "--input", scratch.appending("x.parquet")]
        let result = try run("predict", zip, options + ["--output", scratch.appending("y.parquet")])
        #expect(result.status == 0, "\(result.errors)")
        let written = try peer(
            """
            table = pq.read_table('y.parquet')
            print(*[f'{field.name}:{field.type}' for field in table.schema])
            before, after = pq.read_table('x.parquet'), table
            for name in ('whole', 'small', 'large', 'half', 'flag', 'text', 'time', 'zone'):
                assert after[name].to_pylist() == before[name].to_pylist(), (name, after[name], before[name])
            print(after['lacking'].to_pandas().tolist(), after['size'].to_pylist(), after['price'].to_pylist()[0])
            print(after['day'].to_pylist()[0], after['order'].to_pylist()[0])
            print(*after['kinds'].to_pylist(), sep='\\n')
            """
        ).split(separator: "\n")
        #expect(
            written.prefix(3) == [
                "whole:int64 small:int8 lacking:double large:int64 half:float flag:bool text:string size:string "
                    + "time:timestamp[us] zone:timestamp[us, tz=UTC] day:timestamp[us] price:double kinds:string "
                    + "order:string",
                "[1.0, nan, 3.0] ['M', 'S', None] 1.5",
                "2024-01-02 00:00:00 SML",
            ]
        )
        let kinds =
            "int64 int8 float64 Int64 float32 bool object category datetime64[ns] datetime64[ns, UTC] "
            + "datetime64[ns] float64"
        #expect(written.count == 6 && written[3] == kinds, "\(written)")
    }

    @Test func aMillionRowsPassInConstantMemory() throws {
        try peer(
            """
            rows = 1_000_000
            columns = {f'c{k}': pa.array(range(k, rows + k), pa.float64()) for k in range(5)}
            pq.write_table(pa.table(columns), 'x.parquet', row_group_size=300_000)
            """
        )
        let zip = try pack(sum)
        let output = scratch.appending("y.parquet")
        let options = ["--input", scratch.appending("x.parquet"), "--output", output]
        let process = try Tool.start(
            "lw-run",
            arguments("predict", zip, options),
            environment: ["XDG_CACHE_HOME": Checkout.cache.string]
        )
        var peak = 0
        while process.isRunning {
            let status =
                (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            peak = max(peak, line.flatMap { Int($0.split(separator: " ")[1].filter(\.isNumber)) } ?? 0)
            usleep(2000)
        }
        #expect(process.terminationStatus == 0)
        print("peak of lw-run over 1,000,000 rows: \(peak / 1024) MiB")
        // The values alone have 40 MB.
        #expect((1..<64 << 10).contains(peak), "\(peak) KiB")
        let seen = try peer(
            """
            table = pq.read_table('y.parquet')
            values = table['y'].to_pylist()
            print(table.schema.names, len(values), all(value == 5 * row + 10 for row, value in enumerate(values)))
            """
        )
        #expect(seen == "['y'] 1000000 True\n")
    }

    @Test func pipesCarryWholeFiles() throws {
        try peer("pd.DataFrame({'a': [1, 2], 'b': [0.5, float('inf')]}).to_parquet('x.parquet')")
        let zip = try pack("def predict(self, X):\n    return X * 2")
        let tool = Checkout.products.appending("lw-run").string
        let line =
            "XDG_CACHE_HOME=\(Checkout.cache) \(tool) predict \(zip) --python \(Self.python) --progress quiet --input - "
            + "--input-format parquet --output-format parquet --allow-nan"
        let folder = scratch.path.string
        let result = try Tool.run("/bin/sh", ["-c", "\(line) < \(folder)/x.parquet > \(folder)/y.parquet"])
        #expect(result.status == 0, "\(result.errors)")
        // Readable by its owner alone: root's sandbox runs as somebody else.
        #expect(chmod(scratch.appending("y.parquet"), 0o600) == 0)
        let again = try run("predict", zip, ["--input", scratch.appending("y.parquet"), "--allow-nan"])
        #expect(again.output == "y_0,y_1\n4.0,2.0\n8.0,inf\n", "\(again.errors)")
    }

    @Test func aModelLearnsFromColumns() throws {
        try peer(
            """
            pd.DataFrame({'a': [1, 3], 'b': [2, 4], 'label': ['red', 'blue']}).to_parquet('x.parquet')
            pd.DataFrame({'value': [10, 20]}).to_parquet('y.parquet')
            """
        )
        let mean = """
            def fit(self, X, y):
                assert X.dtype == float and X.shape == (2, 2)
                self.offset = y.mean() if y.dtype != object else sorted(y)[0]
            def predict(self, X):
                return np.array([self.offset] * len(X))
            """
        let zip = try pack(mean)
        let (new, input) = (scratch.appending("new.zip"), ["--input", scratch.appending("x.parquet")])
        let predicted = input + ["--columns", "a,b"]
        let texts = try run("fit", zip, input + ["--target-column", "label", "--save", new])
        #expect(texts.status == 0, "\(texts.errors)")
        #expect(try run("predict", new, predicted).output == "y\nblue\nblue\n")
        let options = predicted + ["--target", scratch.appending("y.parquet"), "--save", new]
        let numbers = try run("fit", zip, options)
        #expect(numbers.status == 0, "\(numbers.errors)")
        #expect(try run("predict", new, predicted).output == "y\n15.0\n15.0\n")
    }

    @Test func whatIsNoTableOfNumbersIsRefusedInOneSentence() throws {
        try peer(
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
        let zip = try pack(sum)
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
            let input = scratch.appending("\(refusal.name).parquet")
            let output = scratch.appending("out/y.parquet")
            try? FileManager.default.createDirectory(
                atPath: scratch.appending("out"),
                withIntermediateDirectories: true
            )
            let result = try run("predict", zip, ["--input", input, "--output", output] + refusal.options)
            #expect(result.status == 4, "\(refusal.name): \(result.errors)")
            let isSaid = result.errors.hasPrefix("error: \(input)") && result.errors.contains(refusal.sentence)
            #expect(isSaid, "\(refusal.name): \(result.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.appending("out")).isEmpty)
        }
    }

    /// Damage of any kind gives rows or one sentence, and never half a file.
    @Test func damageIsReadOrRefused() throws {
        try peer(
            """
            columns = {'a': [k / 2 for k in range(500)], 'b': range(500), 's': [f't{k % 7}' for k in range(500)]}
            pq.write_table(pa.table(columns), 'seed.parquet', row_group_size=200, data_page_size=512)
            """
        )
        let zip = try pack("def predict(self, X):\n    return np.zeros(len(X))")
        let whole = Array(try Data(contentsOf: URL(fileURLWithPath: scratch.appending("seed.parquet"))))
        var generator = SeededGenerator(seed: UInt64.random(in: 0...UInt64.max))
        let (input, output) = (scratch.appending("x.parquet"), scratch.appending("out/y.csv"))
        try FileManager.default.createDirectory(atPath: scratch.appending("out"), withIntermediateDirectories: true)
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
            let result = try run("predict", zip, ["--input", input, "--columns", "a,b", "--output", output])
            let left = try FileManager.default.contentsOfDirectory(atPath: scratch.appending("out"))
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

    @Test func offlineFetchesNothing() throws {
        try peer("pq.write_table(pa.table({'a': [1]}), 'x.parquet')")
        let zip = try pack(sum)
        let result = try Tool.run(
            "lw-run",
            arguments("predict", zip, ["--input", scratch.appending("x.parquet"), "--offline"]),
            environment: ["XDG_CACHE_HOME": scratch.appending("cache")]
        )
        #expect(result.status == 6)
        #expect(result.errors.contains("--offline forbids"), "\(result.errors)")
    }
}
