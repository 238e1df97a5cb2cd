import Glibc
package import LaunchPlan
import SystemPackage

extension ResidentMemory {
    /// The resident size of a run, looked at from outside, where the run can say nothing about it.
    ///
    /// - Parameter launcher: the launcher's process.
    /// - Returns: bytes of everything that it started; nil when that is nothing, or cannot be seen.
    package static func bytes(under launcher: Int32) -> Int? {
        guard launcher > 0 else { return nil }
        let memory = ResidentMemory(
            pageSize: Int(getpagesize()),
            read: { path in
                let bytes = try? TrustedFile.readUntrusted(FilePath(path), limit: 1 << 20)
                return bytes.map { String(decoding: $0, as: UTF8.self) }
            },
            names: names
        )
        return memory.bytes(under: launcher).flatMap { $0 > 0 ? $0 : nil }
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}
