/// A zip taken apart into its records, so that single fields can be changed, and put together again.
///
/// It reads what our tests' own seeds are: no comments, no 64-bit records. Without a change it gives the same bytes.
struct ZipModel {
    /// The fields that both headers have, in their order.
    enum Field: Int, CaseIterable {
        case need, flags, method, time, date, crc, packed, size

        static let wide: Set<Field> = [.crc, .packed, .size]
    }

    struct Header {
        var fields: [UInt32]
        var name: [UInt8]
        var extra: [UInt8]

        subscript(field: Field) -> UInt32 {
            get { fields[field.rawValue] }
            set { fields[field.rawValue] = newValue }
        }

        fileprivate init(reading bytes: [UInt8], at start: Int) {
            fields = []
            var position = start
            for field in Field.allCases {
                let width = Field.wide.contains(field) ? 4 : 2
                fields.append(bytes.number(at: position, width: width))
                position += width
            }
            name = []
            extra = []
        }

        fileprivate var bytes: [UInt8] {
            var bytes: [UInt8] = []
            for field in Field.allCases {
                if Field.wide.contains(field) {
                    bytes.append(number: self[field])
                } else {
                    bytes.append(number: UInt16(truncatingIfNeeded: self[field]))
                }
            }
            return bytes
        }
    }

    struct Entry {
        /// Bytes before the header that belong to nothing.
        var gap: [UInt8] = []
        var local: Header
        var payload: [UInt8]
        /// What stands behind the payload, up to the next record.
        var descriptor: [UInt8]
        var central: Header
        var made: UInt16
        var comment: [UInt8] = []
        var disk: UInt16 = 0
        var attributes: UInt16
        var external: UInt32
        /// What is added to the true offset.
        var shift = 0
        var isPresent = true
        var isListed = true
    }

    var entries: [Entry]
    /// Positions in `entries`, in the order of the directory.
    var order: [Int]
    var countChange = 0
    var sizeChange = 0
    var offsetChange = 0
    var beforeDirectory: [UInt8] = []
    var comment: [UInt8] = []

    /// - Returns: nil for what is no plain zip.
    init?(parsing bytes: [UInt8]) {
        let end = bytes.count - 22
        guard end >= 0, bytes.number(at: end, width: 4) == 0x0605_4B50 else { return nil }
        let start = Int(bytes.number(at: end + 16, width: 4))
        var position = start
        var found: [(offset: Int, entry: Entry)] = []
        while position + 46 <= end, bytes.number(at: position, width: 4) == 0x0201_4B50 {
            let name = Int(bytes.number(at: position + 28, width: 2))
            let extra = Int(bytes.number(at: position + 30, width: 2))
            let offset = Int(bytes.number(at: position + 42, width: 4))
            guard position + 46 + name + extra <= end, offset + 30 <= start else { return nil }
            var central = Header(reading: bytes, at: position + 6)
            central.name = Array(bytes[position + 46..<position + 46 + name])
            central.extra = Array(bytes[position + 46 + name..<position + 46 + name + extra])
            var local = Header(reading: bytes, at: offset + 4)
            let localName = Int(bytes.number(at: offset + 26, width: 2))
            let body = offset + 30 + localName + Int(bytes.number(at: offset + 28, width: 2))
            guard body + Int(central[.packed]) <= start else { return nil }
            local.name = Array(bytes[offset + 30..<offset + 30 + localName])
            local.extra = Array(bytes[offset + 30 + localName..<body])
            let entry = Entry(
                local: local,
                payload: Array(bytes[body..<body + Int(central[.packed])]),
                descriptor: [],
                central: central,
                made: UInt16(bytes.number(at: position + 4, width: 2)),
                attributes: UInt16(bytes.number(at: position + 36, width: 2)),
                external: bytes.number(at: position + 38, width: 4)
            )
            found.append((offset, entry))
            position += 46 + name + extra
        }
        guard position == end, !found.isEmpty else { return nil }
        // In the order of the file; a descriptor is what lies between a payload and the next header.
        let places = found.indices.sorted { found[$0].offset < found[$1].offset }
        entries = places.map { found[$0].entry }
        order = found.indices.compactMap { index in places.firstIndex(of: index) }
        for (index, place) in places.enumerated() {
            let next = index + 1 < places.count ? found[places[index + 1]].offset : start
            let header = 30 + entries[index].local.name.count + entries[index].local.extra.count
            let ended = found[place].offset + header + entries[index].payload.count
            guard ended <= next else { return nil }
            entries[index].descriptor = Array(bytes[ended..<next])
        }
        guard self.bytes == bytes else { return nil }
    }

    var bytes: [UInt8] {
        var file: [UInt8] = []
        var offsets: [Int] = []
        for entry in entries {
            if entry.isPresent { file += entry.gap }
            offsets.append(file.count)
            guard entry.isPresent else { continue }
            file.append(number: 0x0403_4B50 as UInt32)
            file += entry.local.bytes
            file.append(number: UInt16(truncatingIfNeeded: entry.local.name.count))
            file.append(number: UInt16(truncatingIfNeeded: entry.local.extra.count))
            file += entry.local.name + entry.local.extra + entry.payload + entry.descriptor
        }
        file += beforeDirectory
        let start = file.count
        let listed = order.filter { entries[$0].isListed }
        for index in listed {
            file += Self.record(entries[index], offset: offsets[index])
        }
        let size = file.count - start
        file.append(number: 0x0605_4B50 as UInt32)
        file.append(number: 0 as UInt32)
        let count = UInt16(truncatingIfNeeded: listed.count + countChange)
        file.append(number: count)
        file.append(number: count)
        file.append(number: UInt32(truncatingIfNeeded: size + sizeChange))
        file.append(number: UInt32(truncatingIfNeeded: start + offsetChange))
        file.append(number: UInt16(truncatingIfNeeded: comment.count))
        return file + comment
    }

    private static func record(_ entry: Entry, offset: Int) -> [UInt8] {
        var record: [UInt8] = []
        record.append(number: 0x0201_4B50 as UInt32)
        record.append(number: entry.made)
        record += entry.central.bytes
        for part in [entry.central.name, entry.central.extra, entry.comment] {
            record.append(number: UInt16(truncatingIfNeeded: part.count))
        }
        record.append(number: entry.disk)
        record.append(number: entry.attributes)
        record.append(number: entry.external)
        record.append(number: UInt32(truncatingIfNeeded: offset + entry.shift))
        return record + entry.central.name + entry.central.extra + entry.comment
    }
}

extension [UInt8] {
    /// The little-endian number at a place; 0 beyond the end.
    func number(at position: Int, width: Int) -> UInt32 {
        guard position >= 0, position + width <= count else { return 0 }
        return self[position..<position + width].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
