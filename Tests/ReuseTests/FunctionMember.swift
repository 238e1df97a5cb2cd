import Ensembles
import Learnware
import Reuse
import Specifications
import Synchronization
import Tensors

/// A model that is a function, for the arithmetic and the order of things alone: what is claimed of learnwares is shown
/// on real ones in their sandboxes.
final class FunctionModel: PredictorProvider, Predictor {
    typealias Function = @Sendable (_ rows: [[Double]], _ call: Int) async throws(PredictorError) -> Answers

    let metadata = PredictorMetadata(name: "m", platform: "test", runtime: "test", inputs: [], outputs: [])
    private let function: Function
    private let state = Mutex<(calls: Int, rows: Int, running: Int)>((0, 0, 0))
    private let watch: Watch?

    /// How many of several models ran at a time, and what they were said to take.
    final class Watch: Sendable {
        private let state = Mutex<(running: Int, most: Int)>((0, 0))
        var most: Int { state.withLock { $0.most } }

        func enter(_ weight: Int) {
            state.withLock { state in
                state.running += weight
                state.most = max(state.most, state.running)
            }
        }
        func leave(_ weight: Int) { state.withLock { $0.running -= weight } }
    }

    private let weight: Int

    init(watch: Watch? = nil, weight: Int = 1, _ function: @escaping Function) {
        self.function = function
        self.watch = watch
        self.weight = weight
    }

    /// Rows that it was asked for.
    var rows: Int { state.withLock { $0.rows } }
    var calls: Int { state.withLock { $0.calls } }

    func withPredictor<Value: Sendable>(
        _ body: (any Predictor) async throws(PredictorError) -> Value
    ) async throws(PredictorError) -> PredictorRun<Value> {
        watch?.enter(weight)
        defer { watch?.leave(weight) }
        return PredictorRun(value: try await body(self), report: PredictorReport())
    }

    func predict(_ inputs: [Tensor], isTable: Bool, allowsNaN: Bool) async throws(PredictorError) -> [Tensor] {
        let rows: [[Double]]
        do throws(TensorError) {
            let values = try inputs[0].doubles()
            let width = max(1, inputs[0].rowElementCount)
            rows = stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
        } catch {
            throw PredictorError(.input, "\(error)")
        }
        let call = state.withLock { state in
            state.calls += 1
            state.rows += rows.count
            return state.calls
        }
        let answers = try await function(rows, call)
        do throws(TensorError) {
            return [try answers.tensor()]
        } catch {
            throw PredictorError(.output, "\(error)")
        }
    }
}

/// Members whose digests are `00…`, `11…` and so on.
func member(
    _ place: Int,
    _ model: some PredictorProvider,
    specification: AnySpecification? = nil,
    memory: Int = 0
) throws -> ReuseMember {
    let digit = String(place % 16, radix: 16)
    return ReuseMember(
        identity: try Ensemble.Member(digest: String(repeating: digit, count: 64), name: "member \(place)"),
        specification: specification,
        provider: model,
        memory: memory
    )
}

/// Rows (n × d) as a chunk of a file.
func rows(_ rows: [[Double]]) throws -> Reuser.Rows {
    let tensor = try Tensor(name: "X", doubles: rows.flatMap { $0 }, shape: [rows.count, rows[0].count])
    return try Reuser.Rows(Chunk(firstRow: 0, rowCount: rows.count, values: .matrix(tensor)))
}

/// One column that counts the rows from 0.
func countedRows(_ count: Int) throws -> Reuser.Rows { try rows((0..<count).map { [Double($0)] }) }
