package import ModelRunner
import SystemPackage
package import Tensors

extension Failure {
    package init(_ error: DataError) {
        switch error.kind {
        case .missing, .unreadable, .unwritable:
            self.init(.file, error.description)
            readerWentAway = error.code == .brokenPipe
        case .unsupported, .invalid: self.init(.input, error.description)
        }
    }

    package init(_ error: RunError) {
        let status: ExitStatus =
            switch error.cause {
            case .profile: .usage
            case .environment: .environment
            case .resource: error.phase == .environment ? .environment : .internalFault
            case .isolationUnavailable: .isolationUnavailable
            case .loadFailed: .load
            case .modelRaised: .modelRaised
            case .inputRefused: .input
            case .outputInvalid: .outputInvalid
            case .timeout: .timeout
            case .limit: .limit
            case .violation: .violation
            case .runnerDied: .runnerDied
            case .cancelled: .interrupted
            }
        self.init(status, error.message, hint: error.hint, quotation: error.quotation)
    }
}
