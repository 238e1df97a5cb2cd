import CLinux
import CPosix

/// Runs the launcher's command line.
///
/// - Parameter obeysOff: true only in the launcher that the tests build: it leaves out the layers that a plan, or
///   `--off`, names. The shipped one refuses.
/// - Returns: the exit code.
package func runLauncher(obeysOff: Bool) -> Int32 {
    let words = (1..<max(1, lw_argument_count())).map { String(cString: lw_argument($0)) }
    guard lw_fill_standard_streams() >= 0 else { return CommandMode.setupFailed }
    lw_expect_children()
    // Two callers: the host, which hands a sealed plan over on fixed descriptors, and a person at a terminal.
    if words == ["--supervised"] {
        // The host ends its runs in its own order.
        lw_ignore_terminal_signals()
        return SupervisedMode.run(obeysOff: obeysOff)
    }
    return CommandMode.run(words, obeysOff: obeysOff)
}
