import Learnware
import Numerics
import Tensors

/// One loaded model while it is asked: what was asked, and what it answered.
struct CheckSession {
    /// Rows and the model's answer for them.
    struct Exchange: Sendable {
        /// As in "for random rows".
        var rows: String
        var inputs: [Tensor]
        var outputs: [Tensor]
        /// The first row, counted from 1, of which the model says that a value is missing.
        var missingRow: Int?
    }

    let subject: CheckSubject
    let declared: DeclaredShapes
    let plan: Result<InputPlan, InputPlan.Fault>
    let metadata: PredictorMetadata
    private let predictor: any Predictor
    var random: SeededRandom
    /// What was answered as a prediction should be, the random rows first.
    private(set) var exchanges: [Exchange] = []
    /// Why an answer was none.
    var outputFault: PredictorError?
    /// True once the run is over, so that nothing more is asked.
    private(set) var isOver = false
    /// True when the same rows gave other predictions, so that comparing says nothing.
    var isErratic = false

    init(_ subject: CheckSubject, _ predictor: any Predictor) {
        self.subject = subject
        self.predictor = predictor
        metadata = predictor.metadata
        declared = DeclaredShapes(subject.package, predictor.metadata)
        random = SeededRandom(seed: subject.options.seed)
        do throws(InputPlan.Fault) {
            plan = .success(try InputPlan(subject, predictor.metadata, declared))
        } catch {
            plan = .failure(error)
        }
    }

    /// The answer for the random rows.
    var first: Exchange? { exchanges.first }

    /// Asks the model, and lets NaN pass: a check of its own looks for it.
    mutating func ask(_ inputs: [Tensor]) async throws(PredictorError) -> [Tensor] {
        try await answer(inputs).values
    }

    private mutating func answer(_ inputs: [Tensor]) async throws(PredictorError) -> [Tensor] {
        let isTable = if case .success(let plan) = plan { plan.isTable } else { false }
        do throws(PredictorError) {
            return try await predictor.predict(inputs, isTable: isTable, allowsNaN: true)
        } catch {
            if error.endsRun { isOver = true }
            throw error
        }
    }

    /// Asks, and keeps what was answered for the checks of predictions.
    mutating func exchange(_ rows: String, _ inputs: [Tensor]) async throws(PredictorError) {
        let outputs = try await answer(inputs)
        // A tensor that says which values of another are there, as a table with missing ones has.
        let gaps = outputs.filter { $0.validFor != nil }.compactMap { tensor in
            tensor.bytes.firstIndex(of: 0).map { $0 / max(1, tensor.rowElementCount) + 1 }
        }
        exchanges.append(Exchange(rows: rows, inputs: inputs, outputs: outputs.values, missingRow: gaps.min()))
    }
}

/// Tensors of ours that do not fit together are a fault of ours.
func making<Value>(_ body: () throws(TensorError) -> Value) throws(PredictorError) -> Value {
    do throws(TensorError) {
        return try body()
    } catch {
        throw PredictorError(.input, "the rows could not be laid out: \(error)", endsRun: false)
    }
}
