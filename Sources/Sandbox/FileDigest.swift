import Crypto
import Glibc
package import SystemPackage

/// SHA-256 of a file's contents, in lower-case hexadecimal, read in blocks; links are not followed.
///
/// - Throws: `Errno` when the file cannot be read.
/// - Complexity: O(n) in its bytes, in constant memory.
package func sha256(contentsOf path: FilePath) throws(Errno) -> String {
    let descriptor = open(path.string, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    defer { close(descriptor) }
    var digest = SHA256()
    var block = [UInt8](repeating: 0, count: 1 << 20)
    while true {
        let count = block.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        if count < 0 {
            let code = Errno(rawValue: errno)
            if code == .interrupted { continue }
            throw code
        }
        if count == 0 { return hexadecimal(digest.finalize()) }
        block.withUnsafeBytes { digest.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
}

/// Bytes as lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
