import CLinux
import CPosix

/// What the Glibc module gives to other targets, under the same names: Embedded Swift has no such module.

var errno: Int32 {
    get { lw_errno() }
    set { lw_set_errno(newValue) }
}

func open(_ path: String, _ flags: Int32, _ mode: mode_t = 0) -> Int32 {
    lw_open(path, flags, mode)
}

func openat(_ folder: Int32, _ path: String, _ flags: Int32, _ mode: mode_t = 0) -> Int32 {
    lw_openat(folder, path, flags, mode)
}
