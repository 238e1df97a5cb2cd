import Foundation
import ModelRunner
import Packaging
import Sandbox
import SystemPackage
import Tensors
import TestSupport
import Testing

/// Tensors that go through the memory files, and runners that do with those what they like.
@Suite(.serialized) struct SharedMemoryTests {
    private let scratch: Scratch
    private let store: Store
    private let resources: Resources
    /// Enough rows of two numbers for the memory files, and of one number too.
    private static let rows = 140_000

    init() throws {
        scratch = try Scratch()
        store = try TestStore.make(in: scratch)
        resources = try Resources.locate(executable: Checkout.products.appending("lw-run"))
    }

    private func package(_ name: String, field: String = "") throws -> Package {
        let source = Checkout.root.appending("Tests/Hostile").appending(name).appending("__init__.py")
        let text = try String(contentsOfFile: source.string, encoding: .utf8)
        try scratch.write("p/learnware.yaml", "name: \(name)\nmodel: {class_name: Model, kwargs: {}}\n")
        try scratch.write("p/requirements.txt", "numpy\n")
        try scratch.write("p/__init__.py", text.replacingOccurrences(of: "@FIELD@", with: field))
        return try PackageBuilder.build(scratch.path.appending("p"), to: scratch.path.appending("p.zip")).package
    }

    private func run<Value: Sendable>(
        _ package: Package,
        _ body: (RunningModel) async throws(RunError) -> Value
    ) async throws(RunError) -> RunResult<Value> {
        var options = RunOptions()
        options.python = "/usr/bin/python3"
        return try await withModel(package, options: options, resources: resources, store: store, body)
    }

    private func failure(of package: Package, _ values: [Double]) async -> RunError? {
        do {
            _ = try await run(package) { model throws(RunError) in try await model.predict(values, columns: 2) }
            return nil
        } catch {
            return error
        }
    }

    private func values(_ seed: UInt64) -> [Double] {
        var random = SeededGenerator(seed: seed)
        return (0..<Self.rows * 2).map { _ in Double.random(in: 0..<1, using: &random) }
    }

    @Test func whatTheModelKeepsOfAnInputStaysAsItWas() async throws {
        let inputs = (1...3).map { values($0) }
        let result = try await run(package("keeps-its-input")) { model throws(RunError) in
            var answers: [[Double]] = []
            for input in inputs { answers.append(try await model.predict(input, columns: 2)) }
            return answers
        }
        let half = inputs[0].prefix(Self.rows)
        let sums = [0, 1].map { column in stride(from: column, to: half.count, by: 2).reduce(0) { $0 + half[$1] } }
        for (answer, input) in zip(result.value, inputs) {
            #expect(abs(answer[0] - sums[0]) < 1e-6 && abs(answer[1] - sums[1]) < 1e-6)
            #expect(answer.dropFirst(2) == input.dropFirst(2))
        }
        let descriptors = result.report.isolation.layers.first { $0.name == "descriptors" }
        #expect(descriptors?.evidence.contains("3 and 4 for tensors") == true)
        #expect(result.report.outcome == .ok)
    }

    @Test func nothingOfTheMemoryFilesCanBeChangedButTheBytesOfTheAnswer() async throws {
        let package = try package("tampers-with-shared-memory", field: "attempts")
        let error = await failure(of: package, values(1))
        #expect(error?.message.contains("done: []") == true, "\(error?.message ?? "")")
    }

    @Test func bytesThatMoveWhileTheyAreReadAreCheckedAfterwards() async throws {
        let package = try package("tampers-with-shared-memory", field: "flip")
        var copies = 0
        for _ in 0..<4 {
            do {
                let result = try await run(package) { model throws(RunError) in
                    var answers: [[Double]] = []
                    for _ in 0..<20 { answers.append(try await model.predict(values(1), columns: 2)) }
                    return answers
                }
                copies += result.value.count
                #expect(result.value.allSatisfy { $0.allSatisfy(\.isFinite) })
            } catch {
                #expect(error.cause == .outputInvalid, "\(error.message)")
                copies += 1
            }
        }
        #expect(copies >= 4)
    }

    @Test(arguments: [
        ("[[9223372036854775807, 8]]", "does not lie in"),
        ("[[-1, 8]]", "does not lie in"),
        ("[[0, 9223372036854775807]]", "does not lie in"),
        ("[[268435456, 1]]", "does not lie in"),
        ("[[0, -8]]", "impossible shape"),
        ("[[0, 600000], [0, 600000]]", "more bytes of shared memory"),
    ])
    func placesThatAreNoneBreakTheProtocol(field: String, message: String) async throws {
        let package = try package("tampers-with-shared-memory", field: field)
        let error = await failure(of: package, [1, 2])
        #expect(error?.cause == .runnerDied)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
}
