import TestSupport

/// Changes zips at random, the same way for the same seed: fields in one header or both, records, contents, bytes.
///
/// Changes that leave a zip in order are as frequent as those that do not: the interesting mutants are accepted ones.
struct ZipMutator {
    private var generator: SeededGenerator
    private let seeds: [[UInt8]]
    private let models: [ZipModel]

    /// - Parameters:
    ///   - seed: decides everything.
    ///   - honest: zips in order, which are taken apart.
    ///   - hostile: zips whose bytes alone are changed.
    init(seed: UInt64, honest: [[UInt8]], hostile: [[UInt8]]) {
        generator = SeededGenerator(seed: seed)
        seeds = honest + hostile
        models = honest.compactMap { ZipModel(parsing: $0) }
    }

    var modelCount: Int { models.count }

    mutating func next() -> [UInt8] {
        if chance(8) { return changed(bytes: pick(seeds) ?? []) }
        guard var model = pick(models) else { return [] }
        for _ in 0..<(1 + number(3)) { change(&model) }
        return chance(6) ? changed(bytes: model.bytes) : model.bytes
    }

    // MARK: Records

    private mutating func change(_ model: inout ZipModel) {
        guard let index = model.entries.indices.randomElement(using: &generator) else { return }
        switch number(22) {
        case 0: changeHarmlessly(&model.entries[index])
        case 1: model.entries[index].external = chance(2) ? number32() : UInt32(number(0o1000)) << 16
        case 2, 3: rename(&model.entries[index])
        case 4, 5: replaceContents(of: &model.entries[index])
        case 6: damage(&model.entries[index].payload)
        case 7: model.order.shuffle(using: &generator)
        case 8: swap(&model, index)
        case 9: duplicate(&model, index)
        case 10: model.entries[index].isListed.toggle()
        case 11:
            model.entries[index].isListed.toggle()
            model.entries[index].isPresent.toggle()
        case 12: changeExtra(&model.entries[index])
        case 13, 14: changeField(&model.entries[index])
        case 15, 16: moveDescriptor(&model.entries[index])
        case 17: splice(&model)
        case 18: changeEnd(&model)
        case 19: model.entries[index].gap = noise(1 + number(20))
        case 20: model.entries[index].shift = number(9) - 4
        default: model.entries[index].made = UInt16(truncatingIfNeeded: number(20) << 8 | 20)
        }
    }

    private mutating func changeHarmlessly(_ entry: inout ZipModel.Entry) {
        let (time, date) = (number32() & 0xFFFF, number32() & 0xFFFF)
        entry.local[.time] = time
        entry.central[.time] = chance(8) ? number32() & 0xFFFF : time
        entry.local[.date] = date
        entry.central[.date] = date
        entry.attributes = UInt16(number(2))
    }

    private static let names: [[UInt8]] = [
        "a", "b/c", "B/c", "a/", "weights/x.bin", "模型.bin", "cafe\u{301}", "caf\u{E9}", "..", "../x", "/x", "a\\b",
        "C:x",
        "CON", "a.", "a ", "a\0b", "a\u{202E}b", "learnware.yaml", "LEARNWARE.YAML", "sitecustomize.py",
        "site-packages/x.pth",
        "model.pth", "__MACOSX/a", "a//b", "", "./x", "ﬁle", "file", "stra\u{DF}e", "STRASSE", ".hidden",
        "x-y_z (1).txt",
    ].map { Array($0.utf8) }

    private mutating func rename(_ entry: inout ZipModel.Entry) {
        var name = chance(2) ? pick(Self.names) ?? [] : entry.central.name
        if chance(3) { damage(&name) }
        entry.central.name = name
        if !chance(8) { entry.local.name = name }
        // Usually the flag that says how the name is to be read fits it.
        guard !chance(6) else { return }
        for header in [\ZipModel.Entry.local, \.central] {
            let rest = entry[keyPath: header][.flags] & ~0x800
            entry[keyPath: header][.flags] = name.allSatisfy { $0 < 0x80 } ? rest : rest | 0x800
        }
    }

    private mutating func replaceContents(of entry: inout ZipModel.Entry) {
        let contents = chance(2) ? noise(number(300)) : [UInt8](repeating: UInt8(number(256)), count: number(3000))
        let isDeflated = chance(2)
        let packed = isDeflated ? deflated(contents) : contents
        set(&entry, packed: packed, size: contents.count, checksum: Self.checksum(contents))
        entry.local[.method] = isDeflated ? 8 : 0
        entry.central[.method] = isDeflated ? 8 : 0
        if chance(6) { damage(&entry.payload) }
    }

    /// A deflate stream of one to three stored blocks.
    private mutating func deflated(_ contents: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = []
        var rest = contents[...]
        for last in [UInt8](repeating: 0, count: number(3)) + [1] {
            let block = last == 1 ? rest : rest.prefix(number(rest.count))
            rest = rest.dropFirst(block.count)
            stream.append(last)
            stream.append(number: UInt16(block.count))
            stream.append(number: ~UInt16(block.count))
            stream += block
        }
        return stream
    }

    /// CRC-32, bit by bit.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
        }
    }

    /// Puts in contents and says so everywhere; where a descriptor follows, there as well.
    private func set(_ entry: inout ZipModel.Entry, packed: [UInt8], size: Int, checksum: UInt32) {
        entry.payload = packed
        for (field, value) in [(ZipModel.Field.crc, checksum), (.packed, UInt32(packed.count)), (.size, UInt32(size))] {
            entry.central[field] = value
            entry.local[field] = entry.local[.flags] & 8 != 0 ? 0 : value
        }
        if entry.local[.flags] & 8 != 0 { entry.descriptor = Self.descriptor(for: entry.central) }
    }

    private static func descriptor(for header: ZipModel.Header) -> [UInt8] {
        var bytes: [UInt8] = []
        for number in [0x0807_4B50, header[.crc], header[.packed], header[.size]] { bytes.append(number: number) }
        return bytes
    }

    private mutating func moveDescriptor(_ entry: inout ZipModel.Entry) {
        let streamed = entry.local[.flags] & 8 == 0
        for header in [\ZipModel.Entry.local, \.central] {
            let rest = entry[keyPath: header][.flags] & ~8
            entry[keyPath: header][.flags] = streamed ? rest | 8 : rest
        }
        entry.descriptor = streamed ? Self.descriptor(for: entry.central) : []
        for field in ZipModel.Field.wide { entry.local[field] = streamed && chance(2) ? 0 : entry.central[field] }
        if chance(5) { damage(&entry.descriptor) }
    }

    private mutating func changeExtra(_ entry: inout ZipModel.Entry) {
        let identifiers: [UInt16] = [1, 0x5455, 0x7875, 0xA, 0x7075, 0xCAFE]
        let data = noise(pick([0, 4, 5, 9, 16]) ?? 0)
        var field: [UInt8] = []
        field.append(number: pick(identifiers) ?? 1)
        field.append(number: UInt16(data.count))
        field += data
        if chance(4) { damage(&field) }
        if !chance(3) { entry.local.extra = field }
        if !chance(3) { entry.central.extra = field }
    }

    private mutating func changeField(_ entry: inout ZipModel.Entry) {
        guard let field = ZipModel.Field.allCases.randomElement(using: &generator) else { return }
        let old = entry.central[field]
        let values = [0, 1, 2, 8, 10, 20, 45, 0xFFFF, 0xFFFF_FFFF, old &+ 1, old &- 1, old ^ (1 << UInt32(number(16)))]
        let value = pick(values) ?? 0
        let both = chance(2)
        if both || chance(2) { entry.local[field] = value }
        if both || chance(2) { entry.central[field] = value }
    }

    private mutating func swap(_ model: inout ZipModel, _ index: Int) {
        guard let other = model.entries.indices.randomElement(using: &generator) else { return }
        model.entries.swapAt(index, other)
    }

    private mutating func duplicate(_ model: inout ZipModel, _ index: Int) {
        var copy = model.entries[index]
        if !chance(4) { rename(&copy) }
        if chance(3) { copy.isPresent = false }
        model.entries.append(copy)
        model.order.append(model.entries.count - 1)
    }

    /// Takes an entry from another zip, made by another tool.
    private mutating func splice(_ model: inout ZipModel) {
        guard let entry = pick(pick(models)?.entries ?? []) else { return }
        model.entries.append(entry)
        model.order.append(model.entries.count - 1)
        if chance(2) { rename(&model.entries[model.entries.count - 1]) }
    }

    private mutating func changeEnd(_ model: inout ZipModel) {
        switch number(5) {
        case 0: model.countChange = number(5) - 2
        case 1: model.sizeChange = number(5) - 2
        case 2: model.offsetChange = number(5) - 2
        case 3: model.comment = noise(number(30))
        default: model.beforeDirectory = noise(number(30))
        }
    }

    // MARK: Bytes

    private mutating func changed(bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<(1 + number(3)) {
            guard let place = bytes.indices.randomElement(using: &generator) else { return bytes }
            let end = min(bytes.count, place + 1 + number(64))
            switch number(7) {
            case 0, 1: damage(&bytes)
            case 2: bytes[place] = pick([0, 1, 0x7F, 0x80, 0xFF]) ?? 0
            case 3: bytes.removeSubrange(place..<end)
            case 4: bytes.insert(contentsOf: noise(1 + number(32)), at: place)
            case 5: bytes.insert(contentsOf: bytes[place..<end], at: number(bytes.count))
            default:
                guard let other = pick(seeds), let cut = other.indices.randomElement(using: &generator) else {
                    continue
                }
                bytes = Array(bytes[..<place]) + other[cut...]
            }
        }
        return bytes
    }

    /// Flips up to three bits.
    private mutating func damage(_ bytes: inout [UInt8]) {
        for _ in 0..<(1 + number(3)) {
            guard let place = bytes.indices.randomElement(using: &generator) else { return }
            bytes[place] ^= 1 << UInt8(number(8))
        }
    }

    // MARK: Chance

    private mutating func number(_ end: Int) -> Int { Int.random(in: 0..<max(1, end), using: &generator) }
    private mutating func number32() -> UInt32 { UInt32.random(in: 0...UInt32.max, using: &generator) }
    /// True once in so many times.
    private mutating func chance(_ times: Int) -> Bool { number(times) == 0 }
    private mutating func pick<Element>(_ elements: [Element]) -> Element? { elements.randomElement(using: &generator) }

    private mutating func noise(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<count { bytes.append(UInt8(number(256))) }
        return bytes
    }
}
