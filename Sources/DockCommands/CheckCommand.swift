import ArgumentParser
import CheckCommands
import Checking
import Commands
import Documents
import Foundation
import LaunchPlan
import Learnware
import Market
import ModelRunner
import Packaging
import SystemPackage

/// `lw-dock check`: checks what waits for it.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check the learnwares that wait for it, each in its sandbox; then they can be found.",
        discussion: """
            The checks are those of 'lw-pack check'. Any number of these commands may work on one market, on several \
            machines where its database is in PostgreSQL. What this host cannot tell goes back to the others. Learnwares \
            that are named are checked whether they wait or not, and no others.

            Example:
              lw-dock check --market my-market
              lw-dock check --market my-market --again
              lw-dock check --market my-market 00000001
            """
    )

    @Argument(help: "The learnwares, as 'list' shows them; all that wait when none is named.")
    var ids: [String] = []

    @Option(help: ArgumentHelp("Check so many at once.", valueName: "n"))
    var workers = 1
    @Flag(help: "Check again what an older checker, or another profile, has checked.")
    var again = false
    @OptionGroup var marketOptions: MarketOptions
    @OptionGroup(title: "The run") var run: ModelRunOptions
    @OptionGroup var progressOptions: ProgressOptions

    func validate() throws {
        guard (1...64).contains(workers) else { throw ValidationError("--workers must lie between 1 and 64") }
        guard ids.count <= 1000 else { throw ValidationError("at most 1000 learnwares can be named") }
        guard ids.isEmpty || !again else {
            throw ValidationError("learnwares that are named are checked again anyway; leave --again out")
        }
    }

    func run() async throws {
        let market = try marketOptions.open()
        let worker = CheckWorker(
            market: market,
            options: try run.options(progress: progressOptions),
            report: progressOptions.progress.reporter(),
            ids: ids
        )
        let ids = ids
        try asking { () throws(MarketError) in try market.makeDue(ids) }
        if again {
            let checker = worker.checker
            _ = try asking { () throws(MarketError) in try market.requeue(unlessBy: checker) }
        }
        let workers = workers
        try await withInterruption {
            let results = try await withThrowingTaskGroup(of: CheckWorker.Tally.self) { group in
                for _ in 0..<workers { group.addTask { try await worker.work() } }
                return try await group.reduce(into: CheckWorker.Tally()) { $0.add($1) }
            }
            if results.isEmpty { note(["nothing waits for a check; --again checks what others have checked"]) }
            if let reason = results.unchecked.first {
                throw Failure(
                    .unchecked,
                    "this host could not check \(results.unchecked.count) of them: \(reason)",
                    hint: "they wait for another host; 'lw-pack check' on one of them says more"
                )
            }
        }
    }
}

/// Takes one job after the other until there is none.
struct CheckWorker: Sendable {
    let market: Market
    let options: RunOptions
    let report: @Sendable (String) -> Void
    /// The learnwares that are checked; none for all.
    let ids: [String]

    /// What became of the jobs.
    struct Tally: Sendable {
        var checked = 0
        /// Why each of the others could not be checked here.
        var unchecked: [String] = []

        var isEmpty: Bool { checked == 0 && unchecked.isEmpty }

        mutating func add(_ other: Tally) {
            checked += other.checked
            unchecked += other.unchecked
        }
    }

    /// Who checks: another version, or another profile, is another checker.
    var checker: String { "lw-dock \(toolVersion), profile \(options.profile)" }

    func work() async throws -> Tally {
        var tally = Tally()
        let name = UUID().uuidString
        // What could not be checked here would be taken again at once.
        var passedOver: Set<VersionKey> = []
        while !Task.isCancelled {
            let job = try asking { () throws(MarketError) in
                try market.takeJob(worker: name, except: passedOver, only: ids)
            }
            guard let job else { break }
            do {
                if let reason = try await check(job) {
                    passedOver.insert(job.key)
                    tally.unchecked.append("\(job.key): \(reason)")
                } else {
                    tally.checked += 1
                }
            } catch {
                try? market.giveBack(job)
                throw error
            }
        }
        return tally
    }

    /// - Returns: why it could not be checked here; nil when it was.
    private func check(_ job: Market.Job) async throws -> String? {
        let found = try await withThrowingTaskGroup(of: Found.self) { group in
            group.addTask { try await makeReport(job.key) }
            group.addTask {
                // The job stays ours for as long as we say so.
                while true {
                    try await Task.sleep(for: .seconds(Market.lease / 3))
                    _ = try asking { () throws(MarketError) in try market.keep(job) }
                }
            }
            defer { group.cancelAll() }
            return try await group.next() ?? .nothing("it was interrupted")
        }
        let report: CheckReport
        switch found {
        case .report(let made): report = made
        case .nothing(let reason):
            try asking { () throws(MarketError) in try market.giveBack(job) }
            return reason
        }
        let verdict = Market.Verdict(
            isUsable: report.verdict == .usable,
            checker: checker,
            report: report.object.json()
        )
        _ = try asking { () throws(MarketError) in try market.finish(job, verdict) }
        let failed = report.results.first { $0.finding.state == .fail }
        let reason = failed.map { "\($0.check.rawValue): \($0.finding.summary)" } ?? report.conclusion
        show("\(job.key.id)  v\(job.key.number)  \(report.verdict.rawValue)  \(Printable(reason, limit: 300))")
        return nil
    }

    private enum Found: Sendable {
        case report(CheckReport)
        /// Why it could not be checked here.
        case nothing(String)
    }

    private func makeReport(_ key: VersionKey) async throws -> Found {
        let details = try asking { () throws(MarketError) in try market.details(key) }
        let checker = Checker(CheckOptions(), progress: report)
        let package: Package
        do throws(MarketError) {
            // It may have come beside the package.
            package = try market.package(details.version, semantic: details.semantic)
        } catch {
            // A zip that is gone or cannot be read says nothing of the learnware, and nothing of the others.
            guard let refusal = error.packageError, !refusal.isFileFault else { return .nothing(error.description) }
            return .report(checker.refused(refusal))
        }
        do throws(PredictorError) {
            let report = try await checker.check(package, provider: SandboxedPredictors(package, options))
            return report.verdict == .unchecked ? .nothing(report.conclusion) : .report(report)
        } catch {
            return .nothing("it was interrupted")
        }
    }
}
