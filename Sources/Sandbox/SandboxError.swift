public import SystemPackage

/// Why a sandbox could not be set up or kept running.
public enum SandboxError: Error, Sendable {
    /// A resource that comes with the tools (profile, launcher, runner) is missing or not to be trusted.
    case resource(path: String, reason: String)
    /// A profile cannot be used.
    case profile(path: String, reason: String)
    /// A call of the host itself failed.
    case host(call: String, Errno)
    /// A layer could not be put in force: the step's name, the kernel's answer, what it was about.
    case setupFailed(step: String, Errno, subject: String)
    /// The whole of a deadline passed.
    case deadline(seconds: Int)
    /// The caller wanted out.
    case cancelled
}

extension SandboxError: CustomStringConvertible {
    /// One sentence without a remedy.
    public var description: String {
        switch self {
        case .resource(let path, let reason): "\(path): \(reason)"
        case .profile(let path, let reason): "\(path), \(reason)"
        case .host(let call, let code): "\(call) failed: \(code)"
        case .setupFailed(let step, let code, let subject):
            "the sandbox's set-up step '\(step)' failed: \(code)" + (subject.isEmpty ? "" : " (\(subject))")
        case .deadline(let seconds): "it ran past its \(seconds) s and was ended"
        case .cancelled: "it was cancelled"
        }
    }

    /// What a person can do about it; nil where nothing certain can be said.
    public var hint: String? {
        guard case .setupFailed(let step, let code, _) = self else { return nil }
        switch (step, code) {
        case ("namespaces", .permissionDenied), ("namespaces", .notPermitted), ("identity-map", .permissionDenied),
            ("identity-map", .notPermitted):
            return "this host restricts user namespaces; see kernel.apparmor_restrict_unprivileged_userns, "
                + "kernel.unprivileged_userns_clone and user.max_user_namespaces"
        case ("namespaces", .noSpace):
            return "user.max_user_namespaces is used up or 0"
        case ("landlock", .noFunction), ("landlock", .notSupported):
            return "this kernel has no Landlock; --allow-degraded landlock runs without it, and every report says so"
        case ("sources", .noSuchFileOrDirectory):
            return "a file that the run needs is gone from the host"
        case ("identity", .invalidArgument):
            return "the host ids from 1900000000 are not mapped here; run as an ordinary user instead"
        default:
            return nil
        }
    }
}
