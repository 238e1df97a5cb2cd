import ArgumentParser
import Documents
import Foundation

/// How progress is shown on standard error.
enum ProgressStyle: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// Plain lines.
    case auto
    case plain
    case json
    case quiet

    /// A function that shows one line of progress.
    func reporter() -> @Sendable (String) -> Void {
        switch self {
        case .quiet: { _ in }
        case .json:
            { line in Tool.write(Node(object: [("progress", Node(line))]).json(), to: .standardError) }
        case .auto, .plain: { line in Tool.write("· " + line, to: .standardError) }
        }
    }
}
