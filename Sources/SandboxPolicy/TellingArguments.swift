/// Which argument of a call is a number that tells one use of it from another.
///
/// The kernel reads each that can be granted as a 32-bit number, so that no high bits pass a 32-bit test of it. Calls
/// that are not named here take only pointers, descriptors, ids and sizes, which say nothing of what they are for.
package enum TellingArguments {
    /// By the argument's index.
    static let byIndex: [[String]] = [
        [
            "arch_prctl", "clone", "getitimer", "mlockall", "personality", "prctl", "ptrace", "setitimer",
            "setpriority",
            "socket", "socketpair", "syslog", "timer_create", "timerfd_create", "unshare",
        ],
        [
            "fallocate", "fcntl", "flock", "futex", "ioctl", "kill", "memfd_create", "msgctl", "msgget", "prlimit64",
            "rt_sigqueueinfo", "sched_setscheduler", "setns", "shmctl", "tkill",
        ],
        ["rt_tgsigqueueinfo", "semctl", "semget", "shmget", "tgkill"],
    ]

    private static let indices: [String: Int] = {
        let pairs = byIndex.enumerated().flatMap { index, calls in calls.map { ($0, index) } }
        return Dictionary(pairs) { first, _ in first }
    }()

    /// The index of the argument; nil when none of them tells anything.
    package static func index(of call: String) -> Int? { indices[call] }
}
