import CLinux
import Glibc
import LaunchPlan

// Two callers: the host, which hands a sealed plan over on fixed descriptors, and a person at a terminal.
if CommandLine.arguments.count == 2, CommandLine.arguments[1] == "--supervised" {
    // The host ends its runs in its own order.
    lw_ignore_terminal_signals()
    lw_exit(SupervisedMode.run())
}
lw_exit(CommandMode.run(Array(CommandLine.arguments.dropFirst())))
