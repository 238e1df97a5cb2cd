import Documents
import Learnware

/// The checks that need the model: one start for all of them, and another to compare with.
struct ModelRun {
    let checker: Checker
    let subject: CheckSubject
    private var options: CheckOptions { checker.options }

    init(checker: Checker, subject: CheckSubject) {
        self.checker = checker
        self.subject = subject
    }

    /// What the first start gave.
    private struct Asked: Sendable {
        var results: [CheckResult]
        var first: CheckSession.Exchange?
    }

    func results(
        _ provider: some PredictorProvider
    ) async throws(PredictorError) -> (results: [CheckResult], report: PredictorReport?) {
        checker.progress("starting the model")
        let run: PredictorRun<Asked>
        do throws(PredictorError) {
            run = try await provider.withPredictor { predictor throws(PredictorError) in
                try await ask(predictor)
            }
        } catch {
            guard error.phase != .cancelled else { throw error }
            return (notStarted(error), nil)
        }
        var results = started(run.report) + explained(run.value.results, by: run.report)
        if options.includes(.restart) { results.append(try await restart(run.value, provider)) }
        for check in Checker.runChecks where options.includes(check.name) {
            results.append(CheckResult(check: check.name, finding: check.finding(run.report), milliseconds: 0))
        }
        return (results, run.report)
    }

    /// Checks that are made although nobody asked for them, because others need their answers.
    private func isNeeded(_ check: CheckName) -> Bool {
        if options.includes(check) { return true }
        let needsAnswer = CheckName.allCases.contains { $0.isAsked && $0 != .signature && options.includes($0) }
        return check == .predicts && (needsAnswer || options.includes(.restart))
    }

    /// Checks that look at answers and ask nothing.
    private static let needsNoRun: Set<CheckName> = [.output, .outputShape, .datatype, .finite, .labels]

    private func ask(_ predictor: any Predictor) async throws(PredictorError) -> Asked {
        var session = CheckSession(subject, predictor)
        var results: [CheckResult] = []
        for check in Checker.modelChecks where isNeeded(check.name) {
            checker.progress(check.name.title)
            let start = ContinuousClock.now
            let finding: Finding
            if session.isOver, !Self.needsNoRun.contains(check.name) {
                finding = .skipped("the run had ended")
            } else {
                do throws(PredictorError) {
                    finding = try await check.finding(&session)
                } catch {
                    guard error.phase != .cancelled else { throw error }
                    finding = Self.failure(error, in: check.name)
                }
            }
            results.append(CheckResult(check: check.name, finding: finding, milliseconds: elapsed(since: start)))
        }
        return Asked(results: results, first: session.first)
    }

    /// What a call that failed makes of a check.
    private static func failure(_ error: PredictorError, in check: CheckName) -> Finding {
        let remedy = error.hint ?? remedy(for: error.phase)
        switch error.phase {
        case .host: return .unchecked(error.message, remedy: remedy, quotation: error.quotation)
        // Whatever it was asked.
        case .violation: return .fail(.unusable, error.message, remedy: remedy, quotation: error.quotation)
        case .limits where check.isRequired:
            return .fail(.unusable, error.message, remedy: remedy, quotation: error.quotation)
        default:
            guard check.isRequired else {
                return .warning(error.message, remedy: remedy, quotation: error.quotation)
            }
            return .fail(.invalid, error.message, remedy: remedy, quotation: error.quotation)
        }
    }

    private static func remedy(for phase: PredictorError.Phase) -> String {
        switch phase {
        case .environment: "see to the package's requirements, and try 'lw-run env build' with the zip"
        case .load: "mend what raises while the model is made"
        case .input, .predict, .output: "try 'lw-run predict' with rows of your own, and mend what raises"
        case .limits: "let the model take less, or grant it more with --profile FILE"
        case .violation: "leave out of the model what no prediction needs"
        case .host: "'lw-run doctor' says what this host lacks"
        case .cancelled: "try again"
        }
    }

    /// The findings when there was no model to ask.
    private func notStarted(_ error: PredictorError) -> [CheckResult] {
        let remedy = error.hint ?? Self.remedy(for: error.phase)
        var environment = Finding.pass("it is there")
        var loads: Finding
        switch error.phase {
        case .host:
            environment = .skipped("the host could not say")
            loads = .unchecked(error.message, remedy: remedy, quotation: error.quotation)
        case .environment:
            // The documents of the Python package call this unusable; its code calls it invalid.
            environment = .fail(.unusable, error.message, remedy: remedy, quotation: error.quotation)
            loads = .skipped("there is no environment")
        case .limits, .violation:
            loads = .fail(.unusable, error.message, remedy: remedy, quotation: error.quotation)
        default: loads = .fail(.invalid, error.message, remedy: remedy, quotation: error.quotation)
        }
        if !error.denials.isEmpty, loads.state == .fail {
            loads.remedy = "before that the sandbox refused it \(DenialsCheck.text(error.denials)); \(remedy)"
        }
        let others = CheckName.allCases.filter { !$0.isStatic && options.includes($0) }
            .filter { $0 != .environment && $0 != .loads }
        let skipped = Finding.skipped("the model was not started")
        return [
            CheckResult(check: .environment, finding: environment, milliseconds: 0),
            CheckResult(check: .loads, finding: loads, milliseconds: 0),
        ] + others.map { CheckResult(check: $0, finding: skipped, milliseconds: 0) }
    }

    /// The findings about a start that led to a loaded model.
    private func started(_ report: PredictorReport) -> [CheckResult] {
        let building = report.milliseconds(of: "environment") ?? 0
        let loading = report.milliseconds(of: "load") ?? 0
        let all: [(CheckName, Finding, Double)] = [
            (.environment, .pass(report.environment ?? "it needs none"), building),
            (.loads, .pass("isolation \(report.isolation), profile '\(report.profile)'"), loading),
        ]
        return all.filter { options.includes($0.0) }.map {
            CheckResult(check: $0.0, finding: $0.1, milliseconds: $0.2)
        }
    }

    /// What the run was refused often is why it failed, and is known only when it is over.
    private func explained(_ results: [CheckResult], by report: PredictorReport) -> [CheckResult] {
        guard !report.denials.isEmpty else { return results }
        return results.map { result in
            var result = result
            if result.finding.state == .fail, [.predicts, .ownData].contains(result.check) {
                result.finding.remedy =
                    "the sandbox refused it \(DenialsCheck.text(report.denials)); " + (result.finding.remedy ?? "")
            }
            return result
        }
    }

    /// Starts the model again: what is random while it loads, and the order of sets, shows only then.
    private func restart(_ asked: Asked, _ provider: some PredictorProvider) async throws(PredictorError) -> CheckResult
    {
        let start = ContinuousClock.now
        func result(_ finding: Finding) -> CheckResult {
            CheckResult(check: .restart, finding: finding, milliseconds: elapsed(since: start))
        }
        guard let first = asked.first else { return result(.skipped("it gave no answer")) }
        let isErratic = asked.results.contains { $0.check == .deterministic && $0.finding.state == .warning }
        guard !isErratic else { return result(.skipped("the same rows gave other predictions already")) }
        checker.progress(CheckName.restart.title)
        do throws(PredictorError) {
            let run = try await provider.withPredictor { predictor throws(PredictorError) in
                var session = CheckSession(subject, predictor)
                return try await session.ask(first.inputs)
            }
            return result(DeterministicCheck.restarted(Agreement(first.outputs, run.value)))
        } catch {
            guard error.phase != .cancelled else { throw error }
            return result(Self.failure(error, in: .restart))
        }
    }
}
