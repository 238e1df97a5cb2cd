import CLinux
import Glibc
package import SystemPackage

/// Two memory files for large tensors: one that the payload can only read, one that it writes.
///
/// Their sizes never change, whatever either side does, and this process maps neither: it reads and writes them by
/// calls, which copy. So nothing that the payload does can move what was read under the host's eyes.
package final class SharedMemory: Sendable {
    /// The payload's descriptor of what the host writes.
    package let input: FileDescriptor
    /// The payload's descriptor of what it answers.
    package let output: FileDescriptor
    /// The size of each file.
    package let size: Int
    private let writable: FileDescriptor

    /// - Parameter size: bytes of each file; they take memory only once they are used.
    /// - Throws: ``SandboxError`` when the kernel gives no such files.
    package init(size: Int) throws(SandboxError) {
        func own(_ result: Int32, _ call: String) throws(SandboxError) -> OwnedDescriptor {
            guard result >= 0 else { throw .host(call: call, Errno(rawValue: -result)) }
            return OwnedDescriptor(FileDescriptor(rawValue: result))
        }
        let writable = try own(lw_shared_file("inputs", size), "memfd_create")
        let input = try own(lw_reopen_read_only(writable.raw.rawValue), "open")
        let output = try own(lw_shared_file("outputs", size), "memfd_create")
        self.size = size
        self.writable = writable.release()
        self.input = input.release()
        self.output = output.release()
    }

    deinit {
        for descriptor in [writable, input, output] { try? descriptor.close() }
    }

    /// Writes what the payload is to read.
    ///
    /// - Parameters:
    ///   - bytes: what is written.
    ///   - offset: where; it must fit.
    /// - Throws: ``SandboxError`` when there is no memory for it.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SandboxError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(writable.rawValue, rest.baseAddress, rest.count, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .host(call: "pwrite", Errno(rawValue: count < 0 ? errno : ENOSPC)) }
            done += count
        }
    }

    /// A copy of what the payload wrote; the payload may go on writing, but not into the copy.
    ///
    /// - Parameters:
    ///   - offset: where it begins.
    ///   - count: how many elements; they must lie in the file.
    ///   - type: what they are; every pattern of bits must be one.
    /// - Returns: the elements.
    /// - Throws: ``SandboxError`` when they cannot be read.
    package func read<Element: BitwiseCopyable>(
        at offset: Int,
        count: Int,
        as type: Element.Type = UInt8.self
    ) throws(SandboxError) -> [Element] {
        var code: Int32 = 0
        let elements = [Element](unsafeUninitializedCapacity: count) { buffer, filled in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            let size = count * MemoryLayout<Element>.stride
            lw_advise_huge_pages(bytes.baseAddress, size)
            var done = 0
            while done < size {
                let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done..<size])
                let got = pread(output.rawValue, rest.baseAddress, rest.count, off_t(offset + done))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else {
                    code = got < 0 ? errno : EIO
                    return
                }
                done += got
            }
            filled = count
        }
        guard elements.count == count else { throw .host(call: "pread", Errno(rawValue: code)) }
        return elements
    }

    /// Bytes of memory that both files take now.
    package var allocatedBytes: Int {
        [writable, output].reduce(0) { sum, file in
            var status = stat()
            return fstat(file.rawValue, &status) == 0 ? sum + Int(status.st_blocks) * 512 : sum
        }
    }
}
