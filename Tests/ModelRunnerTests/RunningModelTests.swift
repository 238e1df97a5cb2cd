import Foundation
import ModelRunner
import Packaging
import Sandbox
import SystemPackage
import Tensors
import TestSupport
import Testing

/// A model that is asked more than to predict.
@Suite(.serialized) struct RunningModelTests {
    private let scratch: Scratch
    private let store: Store
    private let resources: Resources

    init() throws {
        scratch = try Scratch()
        store = try Store(at: Checkout.cache.appending("learnware"))
        resources = try Resources.locate(executable: Checkout.products.appending("lw-run"))
    }

    private func package(_ program: String, manifest: String = "model: {kwargs: {}}\n") throws -> Package {
        try scratch.write("p/learnware.yaml", manifest)
        try scratch.write("p/requirements.txt", "numpy\n")
        try scratch.write("p/__init__.py", program)
        return try PackageBuilder.build(scratch.path.appending("p"), to: scratch.path.appending("p.zip")).package
    }

    private var options: RunOptions {
        var options = RunOptions()
        options.python = "/usr/bin/python3"
        return options
    }

    @Test func whatItLearnsLastsAsLongAsItRuns() async throws {
        let package = try package(
            """
            from learnware.model import BaseModel
            class Model(BaseModel):
                def __init__(self):
                    super().__init__(input_shape=(1,), output_shape=(1,))
                    self.mean = 0.0
                def fit(self, X, y):
                    self.mean = float(y.mean())
                def finetune(self, X, y):
                    self.mean += float(y.mean())
                def predict(self, X):
                    return X[:, 0] * 0 + self.mean
            """
        )
        let x = try Tensor(name: "X", doubles: [1, 2], shape: [2, 1])
        let y = try Tensor(name: "y", doubles: [10, 20], shape: [2])
        let run = { () async throws -> [[Double]] in
            try await withModel(package, options: options, resources: resources, store: store) {
                model throws(RunError) in
                var answers = [try await model.predict([[0]])[0]]
                try await model.fit([x, y])
                answers.append(try await model.predict([[0]])[0])
                try await model.finetune([x, y])
                answers.append(try await model.predict([[0]])[0])
                return answers
            }.value
        }
        #expect(try await run() == [[0], [15], [30]])
        // Another run knows nothing of it.
        #expect(try await run() == [[0], [15], [30]])
    }

    @Test func aModelThatRaisedCanBeAskedAgain() async throws {
        let package = try package(
            """
            from learnware.model import BaseModel
            class Model(BaseModel):
                def __init__(self):
                    super().__init__(input_shape=(1,), output_shape=(1,))
                def predict(self, X):
                    if X[0, 0] < 0:
                        raise ValueError("negative")
                    return X[:, 0]
            """
        )
        let result = try await withModel(package, options: options, resources: resources, store: store) {
            model throws(RunError) in
            do throws(RunError) {
                _ = try await model.predict([[-1]])
                Issue.record("it did not raise")
            } catch {
                #expect(error.cause == .modelRaised)
            }
            return try await model.predict([[4]])
        }
        #expect(result.value == [[4]])
        #expect(result.report.calls == 1)
    }

    @Test func relativeImportsTuplesAndPicklesOfMainLoad() async throws {
        try scratch.write("p/util/__init__.py", "from .deep import scale\n")
        try scratch.write("p/util/deep.py", "def scale(x, by):\n    return x * by\n")
        let package = try package(
            """
            import pickle
            from learnware.model import BaseModel
            from .util import scale
            class Model(BaseModel):
                def __init__(self, shape, factor):
                    assert isinstance(shape, tuple) and isinstance(factor, list), (shape, factor)
                    super().__init__(input_shape=shape, output_shape=(1,))
                    import __main__
                    self.copy = pickle.loads(pickle.dumps(__main__.Model.__name__))
                    self.factor = factor[0]
                def predict(self, X):
                    return scale(X[:, 0], self.factor)
            """,
            manifest: "model:\n  kwargs:\n    shape: !!python/tuple [2]\n    factor: [3]\n"
        )
        let result = try await withModel(package, options: options, resources: resources, store: store) {
            model throws(RunError) in try await model.predict([[2, 0], [5, 0]])
        }
        #expect(result.value == [[6], [15]])
    }

    @Test func afterItsClosureAModelAnswersNoMore() async throws {
        let package = try package(
            """
            from learnware.model import BaseModel
            class Model(BaseModel):
                def __init__(self):
                    super().__init__(input_shape=(1,), output_shape=(1,))
                def predict(self, X):
                    return X
            """
        )
        let escaped = try await withModel(package, options: options, resources: resources, store: store) { $0 }.value
        let error = await #expect(throws: RunError.self) { try await escaped.predict([[1]]) }
        #expect(error?.message == "the run is over")
    }

    @Test func modelsRunSideBySide() async throws {
        let package = try package(
            """
            import time
            from learnware.model import BaseModel
            class Model(BaseModel):
                def __init__(self):
                    super().__init__(input_shape=(1,), output_shape=(1,))
                def predict(self, X):
                    time.sleep(1)
                    return X[:, 0]
            """
        )
        let (options, resources, store) = (options, resources, store)
        let answers = try await withThrowingTaskGroup(of: Double.self) { group in
            for number in 0..<6 {
                group.addTask {
                    try await withModel(package, options: options, resources: resources, store: store) {
                        model throws(RunError) in try await model.predict([[Double(number)]])
                    }.value[0][0]
                }
            }
            return try await group.reduce(into: Set<Double>()) { $0.insert($1) }
        }
        #expect(answers == [0, 1, 2, 3, 4, 5])
    }
}
