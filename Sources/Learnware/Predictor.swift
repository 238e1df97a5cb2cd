package import Tensors

/// A model that is loaded somewhere else, and answers.
///
/// The engine knows models by this alone. The only real one runs in a sandbox; nothing here says how.
package protocol Predictor: Sendable {
    /// What the model says of itself: foreign text.
    var metadata: PredictorMetadata { get }

    /// Predicts one output row for each input row.
    ///
    /// - Parameters:
    ///   - inputs: the model's tensors, or one tensor for each column of a table; all with the same first dimension.
    ///   - isTable: true when each tensor is one named column.
    ///   - allowsNaN: true to let NaN and infinities pass in the output.
    /// - Returns: the output tensors; the first dimension of each is that of the inputs.
    /// - Throws: ``PredictorError``; unless it says otherwise, every further call throws too.
    func predict(_ inputs: [Tensor], isTable: Bool, allowsNaN: Bool) async throws(PredictorError) -> [Tensor]
}

/// Builds what a model needs, and starts it for as long as it is used.
package protocol PredictorProvider: Sendable {
    /// Runs the model for as long as `body` lasts.
    ///
    /// - Parameter body: uses the predictor, which is of no use afterwards.
    /// - Returns: what `body` returned, and the report of the run.
    /// - Throws: what `body` throws; ``PredictorError`` when the model could not be started.
    func withPredictor<Value: Sendable>(
        _ body: (any Predictor) async throws(PredictorError) -> Value
    ) async throws(PredictorError) -> PredictorRun<Value>
}

/// A result together with what the run did.
package struct PredictorRun<Value: Sendable>: Sendable {
    package var value: Value
    package var report: PredictorReport

    package init(value: Value, report: PredictorReport) {
        self.value = value
        self.report = report
    }
}

/// What a model says of itself after it was loaded: foreign text throughout.
package struct PredictorMetadata: Equatable, Sendable {
    /// A declared tensor; -1 stands for a dimension of any length.
    package struct Signature: Equatable, Sendable {
        package var name: String
        /// A name of the Open Inference Protocol, or what the model takes for one.
        package var datatype: String
        package var shape: [Int]

        package init(name: String, datatype: String, shape: [Int]) {
            self.name = name
            self.datatype = datatype
            self.shape = shape
        }
    }

    package var name: String
    package var platform: String
    package var runtime: String
    package var inputs: [Signature]
    package var outputs: [Signature]

    package init(name: String, platform: String, runtime: String, inputs: [Signature], outputs: [Signature]) {
        self.name = name
        self.platform = platform
        self.runtime = runtime
        self.inputs = inputs
        self.outputs = outputs
    }
}
