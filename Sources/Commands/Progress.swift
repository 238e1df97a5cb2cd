import ArgumentParser
import Documents
import Foundation
import Packaging
import Synchronization

/// How progress is shown on standard error.
package enum ProgressStyle: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// One redrawn line on a terminal, plain lines elsewhere.
    case auto
    case plain
    case json
    case quiet

    /// A function that shows one line of progress.
    package func reporter() -> @Sendable (String) -> Void {
        switch self {
        case .quiet: { _ in }
        case .json:
            { line in Tool.write(Node(object: [("progress", Node(line))]).json(), to: .standardError) }
        case .auto, .plain: { line in Tool.write("· " + line, to: .standardError) }
        }
    }

    /// Runs work that tells how far it has come, and shows that once it takes longer than a second.
    ///
    /// - Parameter work: gets the function to call after each block.
    /// - Returns: what the work returns.
    /// - Throws: what the work throws.
    func showing<Result, Failure: Error>(
        _ work: (@escaping PackageProgress.Report) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let display = ProgressDisplay(self)
        defer { display.finish() }
        return try work { display.show($0) }
    }
}

/// The option that all commands share.
package struct ProgressOptions: ParsableArguments {
    @Option(help: "How progress is shown.")
    package var progress = ProgressStyle.auto

    package init() {}
}

/// Shows how far a work on a package has come, seldom enough for the reader and the work.
private final class ProgressDisplay: Sendable {
    private struct State {
        let begin = ContinuousClock.now
        var next: ContinuousClock.Instant
        var isDrawn = false
    }

    private let style: ProgressStyle
    private let isRedrawn: Bool
    private let state: Mutex<State>

    init(_ style: ProgressStyle) {
        self.style = style
        isRedrawn = style == .auto && Terminal.isInteractive
        // What is done within a second needs no progress.
        state = Mutex(State(next: .now + .seconds(1)))
    }

    func show(_ progress: PackageProgress) {
        guard style != .quiet else { return }
        state.withLock { state in
            let now = ContinuousClock.now
            guard now >= state.next else { return }
            state.next = now + (isRedrawn ? .milliseconds(100) : .seconds(5))
            let text = Self.text(progress)
            if style == .json {
                let object: Node = [
                    "progress": Node(text), "phase": Node(progress.phase.rawValue), "done": Node(progress.done),
                    "total": progress.total > 0 ? Node(progress.total) : nil,
                ]
                Tool.write(object.json(), to: .standardError)
            } else if isRedrawn {
                let line = String(("· " + text).prefix(Terminal.columns - 1))
                try? FileHandle.standardError.write(contentsOf: Data(("\r" + line + "\u{1B}[K").utf8))
                state.isDrawn = true
            } else {
                Tool.write("· " + text, to: .standardError)
            }
        }
    }

    /// Takes the redrawn line away.
    func finish() {
        state.withLock { state in
            guard state.isDrawn else { return }
            try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K".utf8))
            state.isDrawn = false
        }
    }

    private static func text(_ progress: PackageProgress) -> String {
        let verb =
            switch progress.phase {
            case .pack: "packing"
            case .check: "checking"
            case .write: "writing"
            }
        guard progress.total > 0 else { return "\(verb): \(sizeText(progress.done))" }
        let share = Int(100 * Double(min(progress.done, progress.total)) / Double(progress.total))
        return "\(verb): \(share) % of \(sizeText(progress.total))"
    }
}
