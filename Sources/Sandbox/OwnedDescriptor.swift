package import SystemPackage

/// A file descriptor with one owner, closed when the owner is gone.
package struct OwnedDescriptor: ~Copyable, Sendable {
    package let raw: FileDescriptor

    package init(_ raw: FileDescriptor) {
        self.raw = raw
    }

    deinit {
        // The only failure that closing can still report is a lost write, and nothing buffered goes through here.
        try? raw.close()
    }
}
