import ArgumentParser
import Documents
import Foundation
import ModelRunner
import Packaging
import Sandbox
import SandboxPolicy
import SystemPackage

/// `lw-run trace`.
struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Run a learnware, and say which system calls it was denied and what would allow them.",
        discussion: """
            The package runs under the rules of strict. Denied calls get the same answers as there and none is let \
            through; only, none ends the run either. Printed are how the run ended, each denied call, and the smallest \
            additions to strict that would allow those that a person may grant. Calls of the hard list, namespaces, \
            Landlock, limits, the network, identity and input to terminals are never proposed.

            Nothing is granted without --grant, which runs the package a second time with the additions and says what \
            changed. Ends with 0 when the package could be traced, however it ended; with --grant, as 'lw-run predict' \
            would end with these additions.

            EXAMPLE:
              lw-run trace my-model.zip --input X.csv
              lw-run trace my-model.zip --input X.csv --save mine.yaml
              lw-run predict my-model.zip --input X.csv --profile ./mine.yaml
            """
    )

    @OptionGroup var common: RunnerOptions
    @Option(name: [.short, .long], help: "Where predictions go; nowhere when left out.", completion: .file())
    var output: String?
    @Option(help: "Write the additions as a profile, FILE.yaml.", completion: .file(extensions: ["yaml"]))
    var save: String?
    @Flag(help: "Replace the file that --save names.") var force = false
    @Flag(help: "Run a second time with the additions, and say what changed.") var grant = false
    @Flag(help: "Print one JSON object.") var json = false

    func validate() throws {
        guard save != nil || !force else { throw ValidationError("--force is for --save FILE") }
        if let save, !save.hasSuffix(".yaml") {
            throw ValidationError("--save: a profile's file ends in .yaml")
        }
    }

    func run() async throws {
        try await withInterruption {
            try await trace()
        }
    }

    private func trace() async throws {
        let resources = try ProfileArgument.resources()
        let strict = try ProfileArgument.failing { () throws(SandboxError) in
            try CompiledProfile(named: "strict", resources: resources).profile
        }
        let file = save.map { ProfileFile(FilePath($0), replacesOthers: force) }
        try file?.check()
        let job = try common.job(to: output.map { .file(FilePath($0)) } ?? .nowhere)
        let options = try common.runOptions(profile: "trace")
        let attempt = try await job.attempt(options)
        try requireReports(attempt)
        let proposal = Proposal(
            attempt.denials.map(\.record),
            extending: strict,
            names: SyscallTable.byNumber,
            architecture: SyscallTable.architecture
        )
        let name = file?.profileName(otherThan: CompiledProfile.shippedNames(resources)) ?? ProfileFile.defaultName
        var report = TraceReport(
            job: job,
            traced: attempt,
            proposal: proposal,
            text: proposal.text(name: name, digest: job.package.digest)
        )
        if grant, let text = report.text {
            report.granted = try await job.attempt(granting(text, options, resources))
        }
        // Only now, so that nothing is left of a trace that was interrupted.
        if let file, let text = report.text {
            try file.write(text)
            report.saved = file.path
        }
        show(json ? report.object.json(pretty: true) : report.page)
        if case .success(let summary) = (report.granted ?? report.traced).result { common.noteSpreadsheet(summary) }
        if let failure = report.failure { throw failure }
    }

    /// The options of the second run: the same, under the proposal, compiled and proved.
    private func granting(_ text: String, _ options: RunOptions, _ resources: Resources) throws -> RunOptions {
        let store: Store
        do throws(RunError) { store = try Store() } catch { throw Failure(error) }
        var options = options
        options.compiledProfile = try ProfileArgument.failing { () throws(SandboxError) in
            let source = try ProfileSource(
                yaml: Array(text.utf8),
                path: "the proposal",
                parents: [resources.profiles],
                trust: .ownFiles
            )
            let files = FilterFiles(folder: store.filters, base: CompiledProfile.cacheKey(source))
            return try CompiledProfile.load(source, files).profile
        }
        return options
    }

    /// Without notification the kernel tells nobody what it denied.
    private func requireReports(_ attempt: PredictionJob.Attempt) throws(Failure) {
        let layer = attempt.report?.isolation.layers.first { $0.name == "denial_reports" }
        guard let layer, layer.state != .active else { return }
        throw Failure(
            .isolationUnavailable,
            "this kernel does not report denied calls, so there is nothing to trace: \(Printable(layer.evidence))"
        )
    }
}
