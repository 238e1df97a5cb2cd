import CLinux
import Launcher

// At once: nothing is buffered, and what an orderly end would free the kernel frees faster.
lw_exit(runLauncher(obeysOff: false))
