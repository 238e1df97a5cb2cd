import Foundation
import SystemPackage
import TestSupport
import Testing

/// Parquet files in and out, against files that pyarrow and pandas write and read outside of our tools.
@Suite(.serialized) struct ParquetTests {
    private let workshop: ParquetWorkshop

    init() throws {
        workshop = try ParquetWorkshop()
    }

    @Test func typedColumnsReachATableAndComeBack() throws {
        try workshop.peer(
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
        let zip = try workshop.pack(echo, requirements: "numpy\npandas<3\n")
        // Batches of two: the types are those of the file, whatever a batch lacks.
        let options = ["--table", "--allow-nan", "--batch", "2", "--input", workshop.scratch.appending("x.parquet")]
        let result = try workshop.run("predict", zip, options + ["--output", workshop.scratch.appending("y.parquet")])
        #expect(result.status == 0, "\(result.errors)")
        let written = try workshop.peer(
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
        try workshop.peer(
            """
            rows = 1_000_000
            columns = {f'c{k}': pa.array(range(k, rows + k), pa.float64()) for k in range(5)}
            pq.write_table(pa.table(columns), 'x.parquet', row_group_size=300_000)
            """
        )
        let zip = try workshop.pack(workshop.sum)
        let output = workshop.scratch.appending("y.parquet")
        let options = ["--input", workshop.scratch.appending("x.parquet"), "--output", output]
        let process = try Tool.start(
            "lw-run",
            workshop.arguments("predict", zip, options),
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
        let seen = try workshop.peer(
            """
            table = pq.read_table('y.parquet')
            values = table['y'].to_pylist()
            print(table.schema.names, len(values), all(value == 5 * row + 10 for row, value in enumerate(values)))
            """
        )
        #expect(seen == "['y'] 1000000 True\n")
    }

    @Test func pipesCarryWholeFiles() throws {
        try workshop.peer("pd.DataFrame({'a': [1, 2], 'b': [0.5, float('inf')]}).to_parquet('x.parquet')")
        let zip = try workshop.pack("def predict(self, X):\n    return X * 2")
        let tool = Checkout.products.appending("lw-run").string
        let line =
            "XDG_CACHE_HOME=\(Checkout.cache) \(tool) predict \(zip) --python \(PythonPeer.python) --progress quiet --input - "
            + "--input-format parquet --output-format parquet --allow-nan"
        let folder = workshop.scratch.path.string
        let result = try Tool.run("/bin/sh", ["-c", "\(line) < \(folder)/x.parquet > \(folder)/y.parquet"])
        #expect(result.status == 0, "\(result.errors)")
        // Readable by its owner alone: root's sandbox runs as somebody else.
        #expect(chmod(workshop.scratch.appending("y.parquet"), 0o600) == 0)
        let again = try workshop.run(
            "predict",
            zip,
            ["--input", workshop.scratch.appending("y.parquet"), "--allow-nan"]
        )
        #expect(again.output == "y_0,y_1\n4.0,2.0\n8.0,inf\n", "\(again.errors)")
    }

    @Test func whatAModelReturnsKeepsItsType() throws {
        try workshop.scratch.write("x.csv", "k\n0\n1\n2\n3\n")
        let frame = """
            def predict(self, X):
                import pandas as pd
                k = X['k'].to_numpy()
                late = [pd.NaT if n < 2 else pd.Timestamp('2024-01-02T03:04:05+02:00') for n in k]
                return pd.DataFrame({
                    'n': pd.array([None if n == 1 else n for n in k], 'Int16'),
                    'b': pd.array([None if n == 2 else True for n in k], 'boolean'),
                    't': [pd.Timestamp(n) for n in k], 'late': late, 'half': k.astype('float16'),
                    's': ['=1\\n' + str(n) for n in k],
                })
            """
        let zip = try workshop.pack(frame, requirements: "numpy\npandas<3\n")
        let (input, output) = (workshop.scratch.appending("x.csv"), workshop.scratch.appending("y.parquet"))
        // The first batch has no time in one of the columns.
        let options = ["--table", "--allow-nan", "--batch", "2", "--input", input, "--output", output]
        let result = try workshop.run("predict", zip, options)
        #expect(result.status == 0, "\(result.errors)")
        let seen = try workshop.peer(
            """
            table = pq.read_table('y.parquet')
            print(*[f'{field.name}:{field.type}' for field in table.schema])
            print(*[table[name].to_pylist() for name in ('n', 'b', 'half', 's')])
            print([str(time) for time in table['late'].to_pandas()], [time.value for time in table['t'].to_pandas()])
            """
        )
        let expected = """
            n:int16 b:bool t:timestamp[ns] late:timestamp[us, tz=UTC] half:float s:string
            [0, None, 2, 3] [True, True, None, True] [0.0, 1.0, 2.0, 3.0] ['=1\\n0', '=1\\n1', '=1\\n2', '=1\\n3']
            ['NaT', 'NaT', '2024-01-02 01:04:05+00:00', '2024-01-02 01:04:05+00:00'] [0, 1, 2, 3]

            """
        #expect(seen == expected)
    }

    @Test func aModelLearnsFromColumns() throws {
        try workshop.peer(
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
        let zip = try workshop.pack(mean)
        let (new, input) = (
            workshop.scratch.appending("new.zip"), ["--input", workshop.scratch.appending("x.parquet")]
        )
        let predicted = input + ["--columns", "a,b"]
        let texts = try workshop.run("fit", zip, input + ["--target-column", "label", "--save", new])
        #expect(texts.status == 0, "\(texts.errors)")
        #expect(try workshop.run("predict", new, predicted).output == "y\nblue\nblue\n")
        let options = predicted + ["--target", workshop.scratch.appending("y.parquet"), "--save", new]
        let numbers = try workshop.run("fit", zip, options)
        #expect(numbers.status == 0, "\(numbers.errors)")
        #expect(try workshop.run("predict", new, predicted).output == "y\n15.0\n15.0\n")
    }

    @Test func offlineFetchesNothing() throws {
        try workshop.peer("pq.write_table(pa.table({'a': [1]}), 'x.parquet')")
        let zip = try workshop.pack(workshop.sum)
        let result = try Tool.run(
            "lw-run",
            workshop.arguments("predict", zip, ["--input", workshop.scratch.appending("x.parquet"), "--offline"]),
            environment: ["XDG_CACHE_HOME": workshop.scratch.appending("cache")]
        )
        #expect(result.status == 6)
        #expect(result.errors.contains("--offline forbids"), "\(result.errors)")
    }
}
