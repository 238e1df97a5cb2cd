import Checking
import Documents
import Foundation
import Learnware
import Packaging
import SystemPackage
import Tensors
import TestSupport
import Testing

/// What the checks make of answers.
@Suite struct CheckerTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func report(
        _ parts: Parts = Parts(),
        _ options: CheckOptions = CheckOptions(),
        report: PredictorReport = PredictorReport(),
        _ function: @escaping @Sendable ([Tensor], _ call: Int) throws(PredictorError) -> [Tensor] = { inputs, _ in
            sums(inputs)
        }
    ) async throws -> CheckReport {
        let model = FunctionModel(inputs: [-1, 2], outputs: [-1, 1], report: report, function)
        return try await Checker(options).check(parts.package(in: scratch), provider: model)
    }

    @Test func aSumPassesEveryCheck() async throws {
        let report = try await report()
        #expect(report.verdict == .usable, "\(report.object.json())")
        let disputed = report.results.filter { [.fail, .warning].contains($0.finding.state) }
        #expect(disputed.isEmpty, "\(disputed)")
        // Every check is made once, in the order in which they are listed.
        let order = report.results.map(\.check)
        #expect(Set(order) == Set(CheckName.allCases) && order.count == CheckName.allCases.count)
    }

    @Test func theRandomRowsAreStandardNormalAndGoByTheSeed() async throws {
        var drawn: [[Double]] = []
        for seed in [1, 1, 2] as [UInt64] {
            let model = FunctionModel(inputs: [-1, 2], outputs: [-1, 1]) { inputs, _ in sums(inputs) }
            let package = try Parts().package(in: try Scratch())
            _ = try await Checker(CheckOptions(seed: seed)).check(package, provider: model)
            let first = try #require(model.calls.first?.first)
            #expect(first.shape == [10, 2])
            drawn.append(try first.doubles())
            // One start to ask, and one to compare with.
            #expect(model.starts == 2)
            let many = try #require(model.calls.first { $0.first?.rowCount == 1000 }?.first).doubles()
            let mean = many.reduce(0, +) / 2000
            let deviation = (many.reduce(0) { $0 + $1 * $1 } / 2000).squareRoot()
            // Five standard errors of 2000 numbers.
            #expect(mean.magnitude < 0.12 && (deviation - 1).magnitude < 0.08, "\(mean) \(deviation)")
        }
        #expect(drawn[0] == drawn[1] && drawn[0] != drawn[2])
    }

    @Test func rowsLikeItsOwnDataAreUnstandardised() async throws {
        var parts = Parts()
        parts.specification = """
            {"type": "RKMETableSpecification", "z": [[0, 0]], "beta": [1], "gamma": 0.1,
             "standardization": {"mean": [1000, -500], "scale": [1, 10]}}
            """
        let model = FunctionModel(inputs: [-1, 2], outputs: [-1, 1]) { inputs, _ in sums(inputs) }
        let report = try await Checker(CheckOptions()).check(parts.package(in: scratch), provider: model)
        #expect(report[.ownData]?.state == .pass)
        let rows = try #require(model.calls.dropFirst().first?.first).doubles()
        // The samples lie around the point with a deviation of 0.25.
        #expect(stride(from: 0, to: 20, by: 2).allSatisfy { (rows[$0] - 1000).magnitude < 2 })
        #expect(stride(from: 1, to: 20, by: 2).allSatisfy { (rows[$0] + 500).magnitude < 20 })
    }

    @Test func aModelThatCountsItsCallsIsErratic() async throws {
        let report = try await report { inputs, call in
            (try? Tensor(name: "y", doubles: [Double](repeating: Double(call), count: 10), shape: [10])).map { [$0] }
                ?? inputs
        }
        #expect(report[.deterministic]?.state == .warning)
        // What follows from it is not said again.
        for check in [CheckName.rowByRow, .order, .restart] { #expect(report[check]?.state == .skipped) }
        #expect(report.verdict == .usable)
    }

    @Test func warningsDecideOnlyWhereAllIsStrict() async throws {
        // The mean of the batch: no row stands by itself.
        let mean: @Sendable ([Tensor], Int) throws(PredictorError) -> [Tensor] = { inputs, _ in
            guard let values = try? sums(inputs)[0].doubles() else { return [] }
            let mean = values.reduce(0, +) / Double(values.count)
            let made = try? Tensor(name: "y", doubles: values.map { $0 - mean }, shape: [values.count])
            return made.map { [$0] } ?? []
        }
        let lenient = try await report(Parts(), CheckOptions(), mean)
        #expect(lenient[.rowByRow]?.state == .warning && lenient[.order]?.state == .pass)
        #expect(lenient.verdict == .usable)
        let strict = try await report(Parts(), CheckOptions(isStrict: true), mean)
        #expect(strict.verdict == .unusable)
    }

    @Test func rowsThatGoByTheirPlaceAreNoticed() async throws {
        let report = try await report { inputs, _ in
            guard let values = try? sums(inputs)[0].doubles() else { return [] }
            let placed = values.enumerated().map { $0.element + Double($0.offset) }
            return (try? Tensor(name: "y", doubles: placed, shape: [placed.count])).map { [$0] } ?? []
        }
        #expect(report[.order]?.state == .warning && report[.deterministic]?.state == .pass)
    }

    /// Rule 9 of the Python package's checker: labels from 0 up to the number of classes, or a score for each.
    @Test(arguments: [
        ([0.0, 1, 2], 1, Finding.State.pass), ([0, 1, 3], 1, .fail), ([0, -1, 2], 1, .fail),
        ([0, 0.5, 2], 1, .warning),
        ([0.2, 0.3, 0.5], 3, .pass), ([0.2, 0.8], 2, .fail),
    ])
    func labelsFitTheClasses(row: [Double], width: Int, state: Finding.State) async throws {
        var parts = Parts()
        parts.semantic = Parts.semantic(task: "Classification", output: 3)
        parts.manifest = parts.manifest.replacing(
            "output_shape: [1]",
            with: "output_shape: [\(width == 2 ? 3 : width)]"
        )
        let model = FunctionModel(inputs: [-1, 2], outputs: [-1, width]) { inputs, _ in
            let rows = inputs[0].rowCount ?? 0
            let values = (0..<rows * width).map { row[$0 % row.count] }
            return (try? Tensor(name: "y", doubles: values, shape: [rows, width])).map { [$0] } ?? []
        }
        let report = try await Checker(CheckOptions()).check(parts.package(in: scratch), provider: model)
        #expect(report[.labels]?.state == state, "\(report.object.json())")
        #expect((report.verdict == .invalid) == (state == .fail))
    }

    @Test func predictionsHaveTheDeclaredShape() async throws {
        let report = try await report { inputs, _ in
            let rows = inputs[0].rowCount ?? 0
            let zeros = [Double](repeating: 0, count: rows * 2)
            return (try? Tensor(name: "y", doubles: zeros, shape: [rows, 2])).map { [$0] } ?? []
        }
        #expect(report[.outputShape]?.state == .fail && report.verdict == .invalid)
    }

    @Test func aMissingPredictionIsNone() async throws {
        let report = try await report { inputs, _ in
            let rows = inputs[0].rowCount ?? 0
            let there = (0..<rows).map { $0 == 3 ? 0 : 1 as UInt8 }
            guard let values = try? Tensor(name: "y", integers: (0..<rows).map { Int64($0) }, shape: [rows]),
                let column = try? Column(values, validity: there)
            else { return [] }
            return column.tensors
        }
        #expect(report[.finite]?.summary == "for random rows a prediction is missing, first in row 4")
        #expect(report.verdict == .unusable)
        // The companion is no second output.
        #expect(report[.outputShape]?.state == .pass)
    }

    @Test func nothingIsStartedForChecksOfThePackageAlone() async throws {
        let model = FunctionModel(inputs: [-1, 2], outputs: [-1, 1]) { inputs, _ in sums(inputs) }
        let options = CheckOptions(selection: [.semantics, .shapes])
        let report = try await Checker(options).check(Parts().package(in: scratch), provider: model)
        #expect(report.results.map(\.check) == [.semantics, .shapes] && model.starts == 0)
        #expect(report.verdict == .usable)
    }

    @Test func aCheckBringsWhatItNeeds() async throws {
        let model = FunctionModel(inputs: [-1, 2], outputs: [-1, 1]) { inputs, _ in sums(inputs) }
        let options = CheckOptions(selection: [.finite])
        let report = try await Checker(options).check(Parts().package(in: scratch), provider: model)
        #expect(report.results.map(\.check) == [.predicts, .finite] && model.starts == 1)
    }

    @Test func whatTheSandboxEndedIsUnusableAndNothingMoreIsAsked() async throws {
        let refused = PredictorReport(denials: [.init(description: "ptrace()", count: 1)])
        let report = try await report(Parts(), report: refused) { (_, _) throws(PredictorError) in
            throw PredictorError(.violation, "it made a system call that profile 'strict' forbids, ptrace()")
        }
        #expect(report.verdict == .unusable)
        #expect(report[.predicts]?.remedy?.contains("ptrace()") == true)
        #expect(report[.ownData]?.summary == "the run had ended")
        #expect(report[.denials]?.state == .warning)
    }

    @Test func aHostThatLacksSomethingDecidesNothing() async throws {
        let report = try await report { (_, _) throws(PredictorError) in
            throw PredictorError(.host, "the disk is full")
        }
        #expect(report.verdict == .unchecked)
    }

    @Test func everyFailureAndWarningSaysWhatToDo() async throws {
        var parts = Parts()
        (parts.semantic, parts.specification) = (nil, "{}")
        let report = try await report(parts) { (_, _) throws(PredictorError) in
            throw PredictorError(.predict, "the model raised: ValueError", endsRun: false)
        }
        #expect(report.verdict == .invalid)
        let disputed = report.results.filter { [.fail, .warning].contains($0.finding.state) }
        #expect(disputed.count >= 3)
        for result in disputed { #expect(result.finding.remedy?.isEmpty == false, "\(result)") }
    }

    @Test func aPackageWithoutSpecificationIsInvalidAsInThePythonPackage() async throws {
        var parts = Parts()
        parts.specification = nil
        parts.manifest = parts.manifest.components(separatedBy: "stat_specifications").first ?? ""
        let report = try await report(parts, CheckOptions(selection: [.specification]))
        #expect(report[.specification]?.summary == "there is no statistical specification")
        #expect(report.verdict == .invalid)
    }

    @Test func textsAndImagesAreDrawnAsThePythonPackageDoes() async throws {
        var parts = Parts()
        parts.semantic = Parts.semantic(data: "Text")
        let echo: @Sendable ([Tensor], Int) throws(PredictorError) -> [Tensor] = { inputs, _ in
            let zeros = [Double](repeating: 0, count: inputs[0].rowCount ?? 0)
            return (try? Tensor(name: "y", doubles: zeros, shape: [zeros.count])).map { [$0] } ?? []
        }
        let texts = FunctionModel(inputs: [-1], outputs: [-1, 1], echo)
        _ = try await Checker(CheckOptions()).check(parts.package(in: scratch), provider: texts)
        let drawn = try #require(texts.calls.first?.first).strings()
        #expect(drawn.count == 10 && drawn.allSatisfy { (10...1000).contains($0.count) })
        #expect(drawn.allSatisfy { $0.unicodeScalars.allSatisfy { (0x21...0x7E).contains($0.value) } })
        parts.semantic = Parts.semantic(data: "Image")
        let images = FunctionModel(inputs: [-1, 3, 8, 8], outputs: [-1, 1], echo)
        _ = try await Checker(CheckOptions()).check(parts.package(in: try Scratch()), provider: images)
        let pixels = try #require(images.calls.first?.first)
        #expect(pixels.shape == [10, 3, 8, 8])
        let values = try pixels.integers()
        #expect(values.min() ?? -1 >= 0 && values.max() ?? 255 <= 254 && Set(values).count > 200)
    }
}
