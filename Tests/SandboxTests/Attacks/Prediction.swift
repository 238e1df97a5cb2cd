import Foundation
import Sandbox
import SandboxPolicy
import SystemPackage
import TestSupport

/// What the rules of `strict` say will be seen of a call: from the inside its error, from the outside the report.
enum Prediction: Equatable {
    /// The kernel answers, whatever it answers, and nothing is reported.
    case allowed
    /// `ENOSYS`, and nothing is reported.
    case absent
    /// This error, and it is reported.
    case denied(Int32)
    /// The run is ended, and it is reported.
    case ended
}

/// The rules of `strict` as written, read again from its text: what is tested is the filter, not the cache.
struct StrictRules {
    let rules: SeccompRules
    let resolved: ResolvedRules

    init() throws {
        let text = try Data(
            contentsOf: URL(fileURLWithPath: Checkout.root.appending("sandbox-profiles/strict.yaml").string)
        )
        rules = try Profile(yaml: Array(text)).seccomp
        resolved = try ResolvedRules(rules, architecture: SyscallTable.architecture, lookUp: SyscallTable.lookUp)
    }

    func prediction(_ number: UInt32, _ arguments: [UInt64]) -> Prediction {
        switch resolved.decision(architecture: resolved.architecture, number: number, arguments: arguments) {
        case .allow: .allowed
        case .error(38): .absent
        case .error(let code): .denied(Int32(code))
        case .kill: .ended
        }
    }

    /// The number of a call that the profile names.
    static func number(_ name: String) -> UInt32? {
        if case .number(let number) = SyscallTable.lookUp(name) { return number }
        return nil
    }
}
