import Foundation
import Glibc
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
        let path = Checkout.root.appending("sandbox-profiles/strict.yaml")
        let document = try ProfileDocument(yaml: Array(try Data(contentsOf: URL(fileURLWithPath: path.string))))
        rules = try document.profile(extending: nil).seccomp
        resolved = try ResolvedRules(rules, names: SyscallTable.names)
    }

    func prediction(_ number: UInt32, _ arguments: [UInt64]) -> Prediction {
        let architecture = resolved.architecture
        switch resolved.decision(.notify, architecture: architecture, number: number, arguments: arguments) {
        case .allow: return .allowed
        case .error: return .absent
        case .kill: return .ended
        case .notify: break
        }
        guard number < ResolvedRules.firstForeignNumber else { return .ended }
        switch resolved.rules[number] {
        case .violation: return .ended
        case .soft(let error): return .denied(Int32(error.number))
        case .allow, .arguments, .absent, nil: return .denied(EPERM)
        }
    }

    /// The calls that pass only with certain arguments, and which.
    var conditional: [(name: String, tests: [ArgumentTest])] {
        rules.rules.compactMap { rule in
            if case .arguments(let tests) = rule.fate { return (rule.name, tests) }
            return nil
        }
    }

    /// The number of a call that the profile names.
    static func number(_ name: String) -> UInt32? {
        if case .number(let number) = SyscallTable.lookUp(name) { return number }
        return nil
    }
}
