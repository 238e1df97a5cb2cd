import CLinux
import Launcher

// The launcher once more, for tests that take one layer away to see what the next one answers. Never installed.
lw_exit(runLauncher(obeysOff: true))
