import CZlib
import Packaging
import SystemPackage

/// A zip put together byte by byte, so that it can say what no zip program would.
struct RawZip {
    struct Entry {
        /// The name in the central directory.
        var name: [UInt8]
        /// The name in the entry's own header, when that differs.
        var localName: [UInt8]?
        var contents: [UInt8]
        var deflated = false
        var flags: UInt16 = 0
        var method: UInt16?
        /// The Unix mode with its type bits; 0 says nothing.
        var mode: UInt32 = 0o100644
        /// What the headers declare, when that is not the truth.
        var declaredSize: UInt32?
        var declaredChecksum: UInt32?
        /// True for an entry that only the central directory has; it points at the one before.
        var sharesPrevious = false

        init(_ name: String, _ contents: String = "x") {
            self.init(Array(name.utf8), Array(contents.utf8))
        }

        init(_ name: [UInt8], _ contents: [UInt8]) {
            self.name = name
            self.contents = contents
            if name.last == UInt8(ascii: "/") { mode = 0o040755 }
        }

        func with(_ change: (inout Entry) -> Void) -> Entry {
            var entry = self
            change(&entry)
            return entry
        }
    }

    var entries: [Entry] = []
    var prefix: [UInt8] = []
    var suffix: [UInt8] = []
    /// What the end record says about the number of entries, when that is not the truth.
    var declaredCount: UInt16?

    /// A package that is fine but for what is added.
    static func package(adding entries: [Entry] = []) -> RawZip {
        RawZip(
            entries: [
                Entry("learnware.yaml", "name: raw\n"), Entry("__init__.py", "class Model: pass\n"),
                Entry("requirements.txt", "numpy==2.4.6\n"),
            ] + entries
        )
    }

    var bytes: [UInt8] {
        var file = prefix
        var directory: [UInt8] = []
        var offset = prefix.count
        for entry in entries {
            let packed = entry.deflated ? Self.deflate(entry.contents) : entry.contents
            var common: [UInt8] = []
            let isASCII = entry.name.allSatisfy { $0 < 0x80 }
            common.append(number: entry.flags | (isASCII ? 0 : 0x0800))
            common.append(number: entry.method ?? (entry.deflated ? 8 : 0))
            common.append(number: 0x0021_0000 as UInt32)
            common.append(number: entry.declaredChecksum ?? UInt32(crc32_z(0, entry.contents, entry.contents.count)))
            common.append(number: UInt32(packed.count))
            common.append(number: entry.declaredSize ?? UInt32(entry.contents.count))
            let localName = entry.localName ?? entry.name
            if !entry.sharesPrevious {
                offset = file.count
                file.append(number: 0x0403_4B50 as UInt32)
                file.append(number: 20 as UInt16)
                file += common
                file.append(number: UInt16(localName.count))
                file.append(number: 0 as UInt16)
                file += localName + packed
            }
            directory.append(number: 0x0201_4B50 as UInt32)
            directory.append(number: 0x0314 as UInt16)
            directory.append(number: 20 as UInt16)
            directory += common
            directory.append(number: UInt16(entry.name.count))
            directory += [UInt8](repeating: 0, count: 8)
            directory.append(number: entry.mode << 16)
            directory.append(number: UInt32(offset))
            directory += entry.name
        }
        let start = file.count
        file += directory
        file.append(number: 0x0605_4B50 as UInt32)
        file.append(number: 0 as UInt32)
        file.append(number: declaredCount ?? UInt16(entries.count))
        file.append(number: declaredCount ?? UInt16(entries.count))
        file.append(number: UInt32(directory.count))
        file.append(number: UInt32(start))
        file.append(number: 0 as UInt16)
        return file + suffix
    }

    private static func deflate(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        guard lw_deflate_begin(&stream, 6) == Z_OK else { return [] }
        defer { deflateEnd(&stream) }
        var bytes = bytes
        return [UInt8](unsafeUninitializedCapacity: Int(deflateBound(&stream, UInt(bytes.count)))) { output, count in
            bytes.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                CZlib.deflate(&stream, Z_FINISH)
                count = output.count - Int(stream.avail_out)
            }
        }
    }
}

extension [UInt8] {
    mutating func append(number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
