extension PickleScanner {
    /// Opcodes that put a constant on the stack.
    ///
    /// - Returns: false when this is none of them.
    mutating func constant(_ opcode: UInt8) throws(PackageError) -> Bool {
        switch opcode {
        case UInt8(ascii: "N"): try push(.none)
        case 0x88: try push(.bool(true))
        case 0x89: try push(.bool(false))
        case UInt8(ascii: "I"): try push(try integerLine())
        case UInt8(ascii: "L"): try push(try longLine())
        case UInt8(ascii: "J"): try push(.integer(Int(Int32(truncatingIfNeeded: try unsigned(4)))))
        case UInt8(ascii: "K"): try push(.integer(try unsigned(1)))
        case UInt8(ascii: "M"): try push(.integer(try unsigned(2)))
        case 0x8A: try push(try long(try unsigned(1)))
        case 0x8B: try push(try long(try unsigned(4)))
        case UInt8(ascii: "F"):
            try push(Double(String(decoding: try line(), as: UTF8.self)).map { .real($0) } ?? .opaque)
        case UInt8(ascii: "G"): try push(try real())
        case UInt8(ascii: "S"): try push(text(Self.unquoted(try line())))
        case UInt8(ascii: "V"): try push(text(try line()))
        case UInt8(ascii: "T"), UInt8(ascii: "X"): try push(try text(try unsigned(4)))
        case UInt8(ascii: "U"), 0x8C: try push(try text(try unsigned(1)))
        case 0x8D: try push(try text(try unsigned(8)))
        case UInt8(ascii: "B"): try bytes(try unsigned(4))
        case UInt8(ascii: "C"): try bytes(try unsigned(1))
        case 0x8E, 0x96: try bytes(try unsigned(8))
        case UInt8(ascii: "P"):
            _ = try line()
            try push(.opaque)
        case 0x97: try push(.opaque)
        case 0x82: try pushExtension(1)
        case 0x83: try pushExtension(2)
        case 0x84: try pushExtension(4)
        default: return false
        }
        return true
    }

    /// Opcodes that gather values.
    ///
    /// - Returns: false when this is none of them.
    mutating func container(_ opcode: UInt8) throws(PackageError) -> Bool {
        switch opcode {
        case UInt8(ascii: "("): try mark()
        case UInt8(ascii: ")"): try push(.tuple([]))
        case UInt8(ascii: "t"): try push(.tuple(try popMark()))
        case 0x85, 0x86, 0x87: try pushTuple(Int(opcode - 0x84))
        case UInt8(ascii: "]"): try pushList([])
        case UInt8(ascii: "l"): try pushList(try popMark())
        case UInt8(ascii: "}"): try pushMap([])
        case UInt8(ascii: "d"): try pushMap(try popMark())
        case UInt8(ascii: "a"): try append([try pop()])
        case UInt8(ascii: "e"): try append(try popMark())
        case UInt8(ascii: "s"):
            let value = try pop()
            try setItems([try pop(), value])
        case UInt8(ascii: "u"): try setItems(try popMark())
        case 0x8F: try push(.opaque)
        case 0x90:
            _ = try popMark()
            _ = try top()
        case 0x91:
            _ = try popMark()
            try push(.opaque)
        case UInt8(ascii: "0"): if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
        case UInt8(ascii: "1"): _ = try popMark()
        case UInt8(ascii: "2"):
            let value = try top()
            try guardStack()
            stack.append(value)
        default: return false
        }
        return true
    }

    /// Opcodes that keep values and take them up again, and those that only frame.
    ///
    /// - Returns: false when this is none of them.
    mutating func memory(_ opcode: UInt8) throws(PackageError) -> Bool {
        switch opcode {
        case UInt8(ascii: "g"): try recall(try placeLine())
        case UInt8(ascii: "h"): try recall(try unsigned(1))
        case UInt8(ascii: "j"): try recall(try unsigned(4))
        case UInt8(ascii: "p"): try remember(try placeLine())
        case UInt8(ascii: "q"): try remember(try unsigned(1))
        case UInt8(ascii: "r"): try remember(try unsigned(4))
        case 0x94: try remember(memo.count)
        case 0x80: _ = try stream.byte()
        case 0x95: _ = try stream.bytes(8, limit: 8)
        case 0x98: _ = try top()
        default: return false
        }
        return true
    }

    /// Opcodes that would import or call something.
    ///
    /// - Returns: false when this is none of them.
    mutating func call(_ opcode: UInt8) throws(PackageError) -> Bool {
        switch opcode {
        case UInt8(ascii: "c"):
            let module = String(decoding: try line(), as: UTF8.self)
            try pushGlobal(module, String(decoding: try line(), as: UTF8.self))
        case 0x93:
            let name = try pop()
            let module = try pop()
            guard let module = tree.text(module), let name = tree.text(name) else {
                try push(.opaque)
                return true
            }
            try pushGlobal(module, name)
        case UInt8(ascii: "R"), 0x81:
            let arguments = try pop()
            try pushObject(try pop(), arguments)
        case 0x92:
            _ = try pop()
            let arguments = try pop()
            try pushObject(try pop(), arguments)
        case UInt8(ascii: "i"):
            let module = String(decoding: try line(), as: UTF8.self)
            let name = String(decoding: try line(), as: UTF8.self)
            let arguments = try make(.tuple(try popMark()))
            try pushGlobal(module, name)
            try pushObject(try pop(), arguments)
        case UInt8(ascii: "o"):
            let values = try popMark()
            guard let callable = values.first else { throw stream.fault("is no pickle: it calls nothing") }
            try pushObject(callable, try make(.tuple(Array(values.dropFirst()))))
        case UInt8(ascii: "b"):
            let state = try pop()
            let place = try top()
            guard case .object(let index) = tree[place] else { return true }
            tree.objects[index].state = state
            try passOverArray(place)
        case UInt8(ascii: "Q"):
            _ = try pop()
            try push(.opaque)
        default: return false
        }
        return true
    }

    // Constants.

    private func line() throws(PackageError) -> [UInt8] {
        try stream.line(limit: limits.lineBytes)
    }

    /// A whole number in decimal digits; nil when it is none or too large.
    private func integer(_ digits: some Collection<UInt8>) -> Int? {
        Int(String(decoding: digits, as: UTF8.self))
    }

    private mutating func integerLine() throws(PackageError) -> PickleTree.Node {
        let text = try line()
        // In protocols 0 and 1, these two are the truth values.
        if text == Array("00".utf8) || text == Array("01".utf8) { return .bool(text.last == UInt8(ascii: "1")) }
        return integer(text).map { .integer($0) } ?? .opaque
    }

    private mutating func longLine() throws(PackageError) -> PickleTree.Node {
        let text = try line()
        return integer(text.last == UInt8(ascii: "L") ? text.dropLast() : text[...]).map { .integer($0) } ?? .opaque
    }

    /// A whole number in two's complement, lowest byte first.
    private mutating func long(_ count: Int) throws(PackageError) -> PickleTree.Node {
        guard count <= 8 else {
            try stream.skip(count)
            return .opaque
        }
        let bytes = try stream.bytes(count, limit: 8)
        var value: UInt64 = bytes.last.map { $0 >= 0x80 } == true ? .max : 0
        for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
        return .integer(Int(Int64(bitPattern: value)))
    }

    private mutating func real() throws(PackageError) -> PickleTree.Node {
        var bits: UInt64 = 0
        for byte in try stream.bytes(8, limit: 8) { bits = bits << 8 | UInt64(byte) }
        return .real(Double(bitPattern: bits))
    }

    private static func unquoted(_ text: [UInt8]) -> ArraySlice<UInt8> {
        let quotes = [UInt8(ascii: "'"), UInt8(ascii: "\"")]
        guard text.count > 1, let first = text.first, first == text.last, quotes.contains(first) else {
            return text[...]
        }
        return text.dropFirst().dropLast()
    }

    private mutating func bytes(_ count: Int) throws(PackageError) {
        try stream.skip(count)
        try push(.bytes(count: count))
    }

    private mutating func pushExtension(_ count: Int) throws(PackageError) {
        try stream.skip(count)
        try push(.opaque)
    }

    // Containers.

    /// Marks and doubled values cost no node, so they have a bound of their own.
    private func guardStack() throws(PackageError) {
        guard stack.count + marks.count < limits.nodes else {
            throw stream.fault("holds more than \(limits.nodes) values")
        }
    }

    private mutating func mark() throws(PackageError) {
        try guardStack()
        marks.append(stack.count)
    }

    private mutating func pushTuple(_ count: Int) throws(PackageError) {
        var values: [PickleTree.Reference] = []
        for _ in 0..<count { values.append(try pop()) }
        try push(.tuple(values.reversed()))
    }

    private mutating func pushList(_ values: [PickleTree.Reference]) throws(PackageError) {
        tree.lists.append(values)
        try push(.list(tree.lists.count - 1))
    }

    private mutating func pushMap(_ values: [PickleTree.Reference]) throws(PackageError) {
        tree.maps.append([])
        try push(.map(tree.maps.count - 1))
        try setItems(values)
    }

    private mutating func append(_ values: [PickleTree.Reference]) throws(PackageError) {
        if case .list(let index) = tree[try top()] { tree.lists[index] += values }
    }

    private mutating func setItems(_ values: [PickleTree.Reference]) throws(PackageError) {
        guard values.count.isMultiple(of: 2) else { throw stream.fault("is no pickle: a key has no value") }
        guard case .map(let index) = tree[try top()] else { return }
        for place in stride(from: 0, to: values.count, by: 2) {
            tree.maps[index].append((values[place], values[place + 1]))
        }
    }

    // Memory.

    private mutating func placeLine() throws(PackageError) -> Int {
        guard let place = integer(try line()), place >= 0 else {
            throw stream.fault("is no pickle: a place in its memory is no number")
        }
        return place
    }

    private mutating func recall(_ place: Int) throws(PackageError) {
        guard let value = memo[place] else { throw stream.fault("is no pickle: it recalls what it never kept") }
        try guardStack()
        stack.append(value)
    }

    private mutating func remember(_ place: Int) throws(PackageError) {
        let value = try top()
        guard memo.count < limits.nodes || memo[place] != nil else {
            throw stream.fault("keeps more than \(limits.nodes) values")
        }
        memo[place] = value
    }

    // Calls.

    private mutating func pushGlobal(_ module: String, _ name: String) throws(PackageError) {
        // Anything else is no name that Python could import, and texts of accents cost the square of their length.
        guard isDottedName(module), isDottedName(name), keeps(module.utf8.count + name.utf8.count) else {
            try push(.opaque)
            return
        }
        if moduleSet.count < limits.modules, moduleSet.insert(module).inserted { tree.modules.append(module) }
        try push(.global(module: module, name: name))
    }

    private mutating func pushObject(
        _ callable: PickleTree.Reference,
        _ arguments: PickleTree.Reference
    ) throws(PackageError) {
        tree.objects.append(PickleTree.Object(callable: callable, arguments: arguments))
        try push(.object(tree.objects.count - 1))
    }
}
