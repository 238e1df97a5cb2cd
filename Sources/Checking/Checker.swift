package import Learnware
package import Packaging

/// Checks one learnware: looks at the package, starts its model and asks it, starts it again, and reports.
///
/// The checks are those of the Python package's `EasySemanticChecker` and `EasyStatChecker`, and more, which decide only
/// when all is to be strict. Nothing is raised for what the learnware does wrong: that is what the report is about.
package struct Checker: Sendable {
    let options: CheckOptions
    /// Is told what is being done, one line at a time.
    let progress: @Sendable (String) -> Void

    static let packageChecks: [any PackageCheck.Type] = [
        StructureCheck.self, SemanticsCheck.self, SpecificationCheck.self, ShapesCheck.self,
    ]
    static let modelChecks: [any ModelCheck.Type] = [
        SignatureCheck.self, PredictsCheck.self, OwnDataCheck.self, OutputCheck.self, OutputShapeCheck.self,
        DatatypeCheck.self, FiniteCheck.self, LabelsCheck.self, DeterministicCheck.self, RowByRowCheck.self,
        OrderCheck.self, MissingCheck.self, RowTimeCheck.self,
    ]
    static let runChecks: [any RunCheck.Type] = [
        StartTimeCheck.self, MemoryCheck.self, ProcessesCheck.self, DenialsCheck.self,
    ]

    package init(_ options: CheckOptions, progress: @escaping @Sendable (String) -> Void = { _ in }) {
        self.options = options
        self.progress = progress
    }

    /// Checks a package that could be opened.
    ///
    /// - Parameters:
    ///   - package: the learnware.
    ///   - provider: starts its model.
    /// - Returns: what was found.
    /// - Throws: ``PredictorError`` of the phase `cancelled`, and no other.
    package func check(
        _ package: Package,
        provider: some PredictorProvider
    ) async throws(PredictorError) -> CheckReport {
        let begin = ContinuousClock.now
        let subject = CheckSubject(package, options)
        var results = Self.packageChecks.filter { options.includes($0.name) }.map { check in
            let start = ContinuousClock.now
            let finding = check.finding(subject)
            return CheckResult(check: check.name, finding: finding, milliseconds: elapsed(since: start))
        }
        var run: PredictorReport?
        if CheckName.allCases.contains(where: { !$0.isStatic && options.includes($0) }) {
            let made = try await ModelRun(checker: self, subject: subject).results(provider)
            results += made.results
            run = made.report
        }
        let name = package.semantic.map(\.name).flatMap { $0.isEmpty ? nil : $0 } ?? package.manifest.name
        return CheckReport(
            name: name,
            digest: package.digest,
            results: results,
            run: run,
            options: options,
            milliseconds: elapsed(since: begin)
        )
    }

    /// The report on a zip that was refused.
    package func refused(_ error: PackageError) -> CheckReport {
        let finding = StructureCheck.refusal(error)
        let result = CheckResult(check: .structure, finding: finding, milliseconds: 0)
        return CheckReport(results: [result], options: options, milliseconds: 0)
    }
}

func elapsed(since start: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - start) / .milliseconds(1)
}
