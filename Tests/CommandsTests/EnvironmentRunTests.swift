import Documents
import Foundation
import SystemPackage
import TestSupport
import Testing

/// What a run tells of its environment, with real packages.
@Suite(.serialized) struct EnvironmentRunTests {
    private let workshop: EnvironmentWorkshop

    init() throws {
        workshop = try EnvironmentWorkshop()
        try workshop.scratch.write("x.csv", "1,2\n")
    }

    private func predict(_ zip: String, _ options: String...) throws -> ToolResult {
        try Tool.run(
            "lw-run",
            [
                "predict", zip, "--input", workshop.scratch.appending("x.csv"), "--python", "/usr/bin/python3",
            ] + options,
            environment: ["XDG_CACHE_HOME": Checkout.cache.string]
        )
    }

    private func model(importing line: String, predicting: String = "X[:, 0]") -> String {
        """
        \(line)
        from learnware.model import BaseModel
        class Model(BaseModel):
            def __init__(self):
                super().__init__(input_shape=(2,), output_shape=(1,))
            def predict(self, X):
                return \(predicting)
        """
    }

    @Test func anotherInterpreterThanThePackageAsksForIsInEveryReport() throws {
        let zip = try workshop.pack([
            "environment.yaml": "dependencies: [python=3.8]\n", "__init__.py": model(importing: ""),
        ])
        let output = workshop.scratch.appending("y.csv")
        let result = try predict(zip, "--json", "--output", output, "--receipt")
        #expect(result.status == 0, "\(result.errors)")
        let environment = try #require(try JSON.parse(result.output)["environment"])
        #expect(environment["python"]?.string?.hasPrefix("3.") == true)
        #expect(environment["python_asked"]?.string == "==3.8.*")
        #expect(environment["python_overridden"]?.bool == true)
        #expect(environment["packages"]?.array?.first?.string?.hasPrefix("numpy==") == true)
        #expect(
            result.errors.contains("the package asks for Python ==3.8.*, --python took another"),
            "\(result.errors)"
        )
    }

    @Test func aModuleThatLearnwareWouldHaveBroughtIsAddedByWith() throws {
        let zip = try workshop.pack(["requirements.txt": "learnware\n", "__init__.py": model(importing: "import tqdm")])
        let failed = try predict(zip)
        #expect(failed.status == 7)
        #expect(failed.errors.contains("would have come with the Python package learnware"), "\(failed.errors)")
        #expect(failed.errors.contains("'--with tqdm' adds it"))
        #expect(failed.errors.components(separatedBy: "'learnware' is not installed").count == 2)
        let result = try predict(zip, "--with", "tqdm", "--receipt")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("added: tqdm"))
    }

    static let others = [
        ("from learnware.specification import RKMETableSpecification", "the runner provides only learnware.model"),
        ("import lw_no_such_module", "'--with NAME' installs what does"),
    ]

    @Test(arguments: others)
    func otherModulesThatAreMissingAreNotGuessed(line: String, words: String) throws {
        let failed = try predict(try workshop.pack(["requirements.txt": "", "__init__.py": model(importing: line)]))
        #expect(failed.status == 7)
        #expect(failed.errors.contains(words), "\(failed.errors)")
    }

    @Test func theTorchModelOfVersion04IsThere() throws {
        let source = """
            from learnware.model import TorchModel
            from learnware.model.torch_model import TorchModel as Same
            class Model(TorchModel):
                def __init__(self):
                    super().__init__(lambda x: x * 3, (2,), (1,))
                def predict(self, X):
                    assert Same is TorchModel and self.input_shape == (2,) and self.nn_model is self.get_model()
                    return self.nn_model(X[:, 0])
            """
        let result = try predict(try workshop.pack(["requirements.txt": "", "__init__.py": source]))
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output == "3.0\n")
    }
}
