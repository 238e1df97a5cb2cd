import Foundation

/// Walks over the entries of a manifest without making texts of them: there are ten thousands.
struct ManifestLines {
    struct Line {
        var mode: Int
        var size: Int
        var modified: Int
        var changed: Int
        var inode: Int
        private let digestBytes: UnsafeBufferPointer<UInt8>
        /// Ends with a NUL; good for as long as the manifest's bytes.
        var path: UnsafePointer<CChar>

        init(_ numbers: [Int], _ digest: UnsafeBufferPointer<UInt8>, _ path: UnsafePointer<CChar>) {
            (mode, size, modified, changed, inode) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
            digestBytes = digest
            self.path = path
        }

        var isFolder: Bool { mode & Int(S_IFMT) == Int(S_IFDIR) }
        var digest: String { String(decoding: digestBytes, as: UTF8.self) }
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var index: Int
    private var numbers = [Int](repeating: 0, count: 5)

    init(_ bytes: UnsafeBufferPointer<UInt8>, from index: Int) {
        self.bytes = bytes
        self.index = index
    }

    /// True when every byte was read; a manifest that was cut short ends before.
    var isAtEnd: Bool { index == bytes.count }

    /// The next entry; nil at the end, and where the manifest is none.
    mutating func next() -> Line? {
        var place = index
        for number in 0..<5 {
            guard let value = Self.number(bytes, &place) else { return nil }
            numbers[number] = value
        }
        let start = place
        while place < bytes.count, bytes[place] != 0x20 { place += 1 }
        let digest = UnsafeBufferPointer(rebasing: bytes[start..<place])
        place += 1
        let name = place
        while place < bytes.count, bytes[place] != 0 { place += 1 }
        guard place < bytes.count, place > name, let base = bytes.baseAddress else { return nil }
        index = place + 1
        let path = UnsafeRawPointer(base + name).assumingMemoryBound(to: CChar.self)
        return Line(numbers, digest, path)
    }

    private static func number(_ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int) -> Int? {
        var value = 0
        let start = place
        while place < bytes.count, bytes[place] >= 0x30, bytes[place] <= 0x39, place - start < 19 {
            value = value &* 10 &+ Int(bytes[place] - 0x30)
            place += 1
        }
        guard place > start, place < bytes.count, bytes[place] == 0x20 else { return nil }
        place += 1
        return value
    }
}
