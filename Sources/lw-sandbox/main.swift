import CLinux
import Launcher

// At once: nothing is buffered, and what an orderly end would free the kernel frees faster.
lw_exit(runLauncher(Array(CommandLine.arguments.dropFirst()), obeysOff: false))
