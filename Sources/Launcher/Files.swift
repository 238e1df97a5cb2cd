import CPosix
import LaunchPlan

/// Reads a whole file of at most `limit` bytes; nil, with `errno` set, when it cannot.
func readFile(_ descriptor: Int32, limit: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        if count < 0 { return nil }
        if count == 0 { return bytes }
        bytes += buffer[..<count]
        if bytes.count > limit {
            errno = EFBIG
            return nil
        }
    }
}

/// The text of a small file of the host, such as those of `/proc`; nil when it cannot be read.
func readText(_ path: String, in folder: Int32 = AT_FDCWD) -> String? {
    let file = openat(folder, path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    return readFile(file, limit: 1 << 20).map { String(decoding: $0, as: UTF8.self) }
}

/// The names in a folder, hidden ones left out; takes the descriptor over.
func names(in folder: Int32) -> [String] {
    guard folder >= 0, let stream = fdopendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names
}

/// What a symbolic link says; nil for what is no link.
func readLink(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 1024)
    let length = readlink(path, &buffer, buffer.count)
    guard length > 0, length < buffer.count else { return nil }
    return buffer.withUnsafeBytes { String(decoding: $0.prefix(length), as: UTF8.self) }
}

/// Writes all of `text`.
@discardableResult
func writeAll(_ text: String, to descriptor: Int32) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        if count < 0 { return false }
        rest = rest.dropFirst(count)
    }
    return true
}

/// The name and words of an error number.
func describe(_ code: Int32) -> String {
    String(cString: strerror(code))
}
