import Documents
import Foundation
import Packaging
import SystemPackage
import TestSupport
import Testing

@Suite("Real learnwares made by the Python package", .enabled(if: Golden.isWanted))
struct GoldenPackageTests {
    /// Name and SHA-256 of every file, as Python's zipfile reads them.
    private func entries(ofZip zip: FilePath) throws -> [String: String] {
        let script = """
            import hashlib, json, sys, zipfile
            z = zipfile.ZipFile(sys.argv[1])
            print(json.dumps({n: hashlib.sha256(z.read(n)).hexdigest() for n in z.namelist() if not n.endswith('/')}))
            """
        let run = try Run.python(script, [zip.string])
        return try JSONDecoder().decode([String: String].self, from: Data(run.output))
    }

    @Test("unpack to the bytes that Python's zipfile reads", arguments: Golden.learnwares)
    func unpack(name: String) throws {
        let package = try Package.open(Golden.zip(name))
        let expected = try entries(ofZip: Golden.zip(name))
        #expect(Dictionary(uniqueKeysWithValues: package.entries.map { ($0.name, $0.digest) }) == expected)

        let scratch = try Scratch()
        try package.unpack(into: scratch.path, as: "out")
        #expect(scratch.contents == (["out"] + expected.keys.map { "out/" + $0 }).sorted())
        let script = """
            import hashlib, sys
            print(hashlib.sha256(open(sys.argv[1], 'rb').read()).hexdigest())
            """
        for (file, digest) in expected {
            let run = try Run.python(script, [scratch.file("out/" + file).string])
            #expect(run.text == digest + "\n")
        }
    }

    @Test("keep their content digest when they are unpacked and built again", arguments: Golden.learnwares)
    func rebuild(name: String) throws {
        let scratch = try Scratch()
        let package = try Package.open(Golden.zip(name))
        try package.unpack(into: scratch.path, as: "folder")
        let report = try PackageBuilder.build(scratch.file("folder"), to: scratch.file("again.zip"))
        #expect(report.package.digest == package.digest)
        #expect(report.leftOut.isEmpty)
        #expect(try entries(ofZip: scratch.file("again.zip")) == entries(ofZip: Golden.zip(name)))
    }

    @Test("have readable specifications", arguments: Golden.learnwares)
    func statistics(name: String) throws {
        let package = try Package.open(Golden.zip(name))
        let summary = try #require(package.statisticalSpecifications.first)
        #expect(summary.problem == nil)
        #expect(summary.gamma == 0.1)
        #expect(try #require(summary.pointCount) > 0)
        #expect(try #require(summary.dimension) > 0)
    }

    @Test("say what the template writer put into learnware.yaml")
    func templateDialect() throws {
        let package = try Package.open(Golden.zip("breast_cancer_logreg"))
        let model = package.manifest.model
        #expect(model.className == "PickleLoadedModel")
        #expect(model.modulePath == "__init__.py")
        #expect(model.tuplePaths == ["/input_shape", "/output_shape"])
        #expect(model.kwargs["predict_method"] == "predict_proba")
        #expect(package.environment.requirements.lines.map(\.canonicalText) == ["scikit-learn==1.6.1", "numpy==2.4.6"])
        guard case .sample([30]) = package.declaredInput else {
            Issue.record("the input shape is \(package.declaredInput)")
            return
        }
        let summary = try #require(package.statisticalSpecifications.first)
        #expect(summary.type == "RKMETableSpecification")
        #expect(summary.dimension == 30)
    }

    @Test("say what a hand-written package with environment.yaml says")
    func handWritten() throws {
        let package = try Package.open(Golden.zip("iris_numpy"))
        #expect(package.manifest.name == "hand_written")
        #expect(package.semantic?.name == "Iris species, numpy softmax")
        #expect(package.semantic?.data == ["Table"])
        #expect(package.semantic?.input?.dimension == 4)
        #expect(package.semantic?.output?.descriptions[2] == "virginica")
        #expect(package.environment.fileName == "environment.yaml")
        #expect(package.environment.pythonSpecifier == "==3.11.*")
        #expect(package.environment.requirements.lines.map(\.canonicalText) == ["numpy==2.4.6"])
        #expect(package.warnings.isEmpty)
    }

    @Test("take a semantic specification from a file beside the zip")
    func externalSemantic() throws {
        let file = Golden.folder.appending("learnwares/diabetes_ridge/semantic_spec.json")
        let package = try Package.open(Golden.zip("diabetes_ridge"), semantic: file)
        #expect(package.semantic?.task == ["Regression"])
        #expect(try Package.open(Golden.zip("diabetes_ridge")).semantic == nil)
    }
}
