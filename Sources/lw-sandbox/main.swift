import Glibc
import Launcher

exit(runLauncher(Array(CommandLine.arguments.dropFirst()), obeysOff: false))
