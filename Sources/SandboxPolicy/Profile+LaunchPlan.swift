package import LaunchPlan

/// What one run needs on top of its profile; decided by the host, never by a package.
package struct RunGrants: Equatable, Sendable {
    package var mounts: [LaunchPlan.Mount] = []
    package var variables: [LaunchPlan.Variable] = []
    package var command: [String] = []
    package var workingDirectory = "/"

    package init() {}
}

extension Profile {
    private static let addressSpaceRoom: UInt64 = 2 << 30
    private static let processRoom = 8

    /// The flat plan of one run.
    ///
    /// - Parameters:
    ///   - digest: SHA-256 of the profile's text, in hexadecimal.
    ///   - processors: how many numeric threads stand for "one for each processor".
    ///   - grants: what this run mounts and executes.
    /// - Returns: a plan that depends on nothing but these; which calls are denied how, ``ResolvedRules`` adds.
    package func launchPlan(digest: String, processors: Int, grants: RunGrants = RunGrants()) -> LaunchPlan {
        var plan = LaunchPlan(profile: name, digest: digest)
        plan.root = root
        plan.mounts = devices.map { .device($0) } + grants.mounts
        if let scratch { plan.mounts.append(.temporary(path: scratch.path, scratch.size)) }
        plan.limits = [
            // 1, not 0: the kernel skips a core pattern that is a pipe only for this value.
            LaunchPlan.ResourceLimit(.core, 1),
            LaunchPlan.ResourceLimit(.data, UInt64(limits.memory)),
            // The limit on data does not count memory that a process maps to share; this one bounds it, with room for
            // the libraries and reservations that the heaviest of the measured stacks makes (0.9 GiB).
            LaunchPlan.ResourceLimit(.addressSpace, UInt64(limits.memory) + Self.addressSpaceRoom),
            LaunchPlan.ResourceLimit(.fsize, UInt64(limits.fileSize)),
            LaunchPlan.ResourceLimit(.memlock, 64 << 10),
            LaunchPlan.ResourceLimit(.nofile, UInt64(limits.openFiles)),
            // Behind the control group's, which is the one that counts what it refuses.
            LaunchPlan.ResourceLimit(.nproc, UInt64(limits.processes + Self.processRoom)),
            LaunchPlan.ResourceLimit(.stack, UInt64(limits.stack)),
        ]
        if let seconds = limits.processorSeconds { plan.limits.append(LaunchPlan.ResourceLimit(.cpu, UInt64(seconds))) }
        let threads = String(limits.threads == 0 ? processors : limits.threads)
        plan.environment = environment
        // Libraries count the host's processors, which a limit does not change for them: they must be told.
        for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "LOKY_MAX_CPU_COUNT"] {
            plan.environment.append(LaunchPlan.Variable(name, threads))
        }
        plan.environment += grants.variables
        plan.command = grants.command
        plan.workingDirectory = grants.workingDirectory
        plan.wallSeconds = times.wall
        plan.control = control
        plan.denials.budget = limits.denials
        plan.denials.endsAtViolation = !isTraced
        return plan
    }

    private var control: LaunchPlan.Control {
        // The launcher's PID 1 is of the run's group, and no profile should have to know.
        LaunchPlan.Control(
            memory: UInt64(limits.memory),
            processes: limits.processes + 1,
            cpuPercent: limits.processorQuota.map { $0 * 100 }
        )
    }
}
