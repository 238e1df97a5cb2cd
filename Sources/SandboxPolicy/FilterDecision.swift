/// What a filter answers to one call.
package enum FilterDecision: Hashable, Sendable {
    case allow
    case error(UInt16)
    /// The supervisor is asked; it reports the call and answers with an error, or ends the run.
    case notify
    /// The process is ended, and the run with it.
    case kill

    /// The value that the filter returns to the kernel (`SECCOMP_RET_…`).
    package var returnValue: UInt32 {
        switch self {
        case .allow: 0x7FFF_0000
        case .error(let code): 0x0005_0000 | UInt32(code)
        case .notify: 0x7FC0_0000
        case .kill: 0x8000_0000
        }
    }
}

/// The two filters of a profile: one for kernels that can ask the supervisor, one for those that cannot.
package enum FilterVariant: String, CaseIterable, Sendable {
    /// Whatever is denied goes to the supervisor, which knows what to answer.
    case notify
    /// Soft calls get their error from the kernel; everything that would have to be reported ends the run.
    case kill
}
