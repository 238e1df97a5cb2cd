import CLinux
import CPosix

/// The caller's descriptors 0 to 2, which the payload gets as they are.
struct StandardStreams {
    /// The flags that the payload may change for everybody who shares the open file.
    private let flags = (0...2 as ClosedRange<Int32>).map { lw_status_flags($0) }

    /// The first of them that is a folder: a way past every mount, for `openat` reaches the host's tree from it.
    var folder: Int32? {
        (0...2 as ClosedRange<Int32>).first { descriptor in
            lw_is_directory(descriptor)
        }
    }

    /// Puts the flags back: a payload that left the terminal non-blocking would break the shell.
    func restore() {
        for (descriptor, flags) in flags.enumerated() where flags >= 0 {
            _ = lw_set_status_flags(Int32(descriptor), flags)
        }
    }
}
