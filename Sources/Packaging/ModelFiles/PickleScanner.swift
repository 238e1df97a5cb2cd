import Documents

/// Walks over a pickle's opcodes and notes what it says; it calls, imports and makes nothing.
///
/// The opcodes are those of `pickletools` for protocols 0 to 5. Where joblib wrote an array, its raw bytes stand between
/// two opcodes (`NumpyArrayWrapper` in `joblib/numpy_pickle.py`) and are passed over.
struct PickleScanner {
    /// Bounds on what is read and kept.
    struct Limits: Sendable {
        var opcodes = 10_000_000
        /// A forest of 500 trees has 40,000, a vocabulary of 100,000 words half a million.
        var nodes = 1_000_000
        /// Bytes of one text that is kept; a longer one counts as bytes.
        var textBytes = 1 << 20
        /// Bytes of all texts and names that are kept.
        var allTextBytes = 64 << 20
        /// Bytes of a line in protocol 0.
        var lineBytes = 1 << 20
        /// Pickles inside pickles.
        var depth = 2
        var modules = 1000
        /// The most dimensions of an array, as in numpy 2.
        var dimensions = 64
    }

    let stream: ByteStream
    let limits: Limits
    var tree = PickleTree()
    var stack: [PickleTree.Reference] = []
    /// Where the stack stood at each mark.
    var marks: [Int] = []
    var memo: [Int: PickleTree.Reference] = [:]
    var moduleSet: Set<String> = []
    private var opcodes = 0
    private var textBytes = 0
    private var depth = 0

    /// Reads a pickle.
    ///
    /// - Parameters:
    ///   - stream: where it begins.
    ///   - limits: bounds on what is read and kept.
    /// - Returns: what it would make.
    /// - Throws: ``PackageError`` with the byte at which it stops being a pickle.
    static func scan(_ stream: ByteStream, limits: Limits = Limits()) throws(PackageError) -> PickleTree {
        var scanner = PickleScanner(stream: stream, limits: limits)
        scanner.tree.root = try scanner.pickle()
        return scanner.tree
    }

    private init(stream: ByteStream, limits: Limits) {
        self.stream = stream
        self.limits = limits
    }

    /// One pickle up to its end; a nested one begins with an empty stack and memory of its own.
    private mutating func pickle() throws(PackageError) -> PickleTree.Reference {
        while true {
            try charge(1)
            if opcodes & 4095 == 0 { try checkCancellation() }
            let opcode = try stream.byte()
            if opcode == UInt8(ascii: ".") { return try pop() }
            if try !constant(opcode), try !container(opcode), try !memory(opcode), try !call(opcode) {
                throw stream.fault("is no pickle: there is no opcode \(opcode)")
            }
        }
    }

    /// Counts steps; what an opcode goes through counts as much as opcodes do.
    private mutating func charge(_ steps: Int) throws(PackageError) {
        opcodes += steps
        guard opcodes <= limits.opcodes else {
            throw stream.fault("is a pickle of more than \(limits.opcodes) steps")
        }
    }

    /// Reads the array that joblib wrote at this place, after the object that describes it.
    mutating func passOverArray(_ place: PickleTree.Reference) throws(PackageError) {
        guard let (module, name, attributes) = tree.instance(place), name == "NumpyArrayWrapper",
            module == "joblib.numpy_pickle" || module == "sklearn.externals.joblib.numpy_pickle"
        else { return }
        try charge(tree.memberCount(attributes))
        guard let dtype = tree.value("dtype", of: attributes), let code = tree.datatype(dtype) else {
            throw stream.fault("has an array of a datatype that is not known")
        }
        if code.hasPrefix("O") {
            try passOverNestedPickle(describedBy: place)
            return
        }
        guard let size = tree.itemSize(dtype), let shape = tree.elements(tree.value("shape", of: attributes)) else {
            throw stream.fault("has an array without a size")
        }
        guard shape.count <= limits.dimensions else {
            throw stream.fault("has an array of more than \(limits.dimensions) dimensions")
        }
        var bytes = size
        for dimension in shape {
            guard let length = tree.integer(dimension), length >= 0 else {
                throw stream.fault("has an array without a size")
            }
            let (product, overflows) = bytes.multipliedReportingOverflow(by: length)
            guard !overflows else { throw stream.fault("has an array that is larger than any file") }
            bytes = product
        }
        // joblib 1.1 and later: one byte says how many bytes of padding follow it.
        if tree.integer(tree.value("numpy_array_alignment_bytes", of: attributes)) != nil {
            try stream.skip(Int(try stream.byte()))
        }
        try stream.skip(bytes)
    }

    /// Arrays of objects stand as a pickle of their own.
    private mutating func passOverNestedPickle(describedBy place: PickleTree.Reference) throws(PackageError) {
        guard depth < limits.depth else { throw stream.fault("has pickles inside pickles") }
        let outer = (stack, marks, memo)
        (stack, marks, memo) = ([], [], [:])
        depth += 1
        let contents = try pickle()
        depth -= 1
        (stack, marks, memo) = outer
        if case .object(let index) = tree[place] { tree.objects[index].contents = contents }
    }

    // What the four groups of opcodes are made of.

    mutating func push(_ node: PickleTree.Node) throws(PackageError) {
        stack.append(try make(node))
    }

    mutating func make(_ node: PickleTree.Node) throws(PackageError) -> PickleTree.Reference {
        guard tree.nodes.count < limits.nodes else {
            throw stream.fault("holds more than \(limits.nodes) values")
        }
        tree.nodes.append(node)
        return tree.nodes.count - 1
    }

    mutating func pop() throws(PackageError) -> PickleTree.Reference {
        guard stack.count > (marks.last ?? 0), let last = stack.popLast() else {
            throw stream.fault("is no pickle: it takes a value that is not there")
        }
        return last
    }

    func top() throws(PackageError) -> PickleTree.Reference {
        guard stack.count > (marks.last ?? 0), let last = stack.last else {
            throw stream.fault("is no pickle: it uses a value that is not there")
        }
        return last
    }

    /// Takes everything above the last mark.
    mutating func popMark() throws(PackageError) -> [PickleTree.Reference] {
        guard let mark = marks.popLast() else { throw stream.fault("is no pickle: it has no mark to go back to") }
        let values = Array(stack[mark...])
        stack.removeSubrange(mark...)
        return values
    }

    /// Keeps a text, unless it is too long.
    mutating func text(_ count: Int) throws(PackageError) -> PickleTree.Node {
        guard keeps(count) else {
            try stream.skip(count)
            return .bytes(count: count)
        }
        return .text(String(decoding: try stream.bytes(count, limit: count), as: UTF8.self))
    }

    /// Keeps a text that was read already, unless it is too long.
    mutating func text(_ bytes: some Collection<UInt8>) -> PickleTree.Node {
        keeps(bytes.count) ? .text(String(decoding: bytes, as: UTF8.self)) : .bytes(count: bytes.count)
    }

    /// Whether so many bytes more are kept; counts them when they are.
    mutating func keeps(_ count: Int) -> Bool {
        guard count <= limits.textBytes, textBytes + count <= limits.allTextBytes else { return false }
        textBytes += count
        return true
    }

    /// A whole number of up to eight bytes, lowest first.
    func unsigned(_ bytes: Int) throws(PackageError) -> Int {
        var value: UInt64 = 0
        for index in 0..<bytes { value |= UInt64(try stream.byte()) << UInt64(8 * index) }
        guard let count = Int(exactly: value) else { throw stream.fault("is no pickle: it names an impossible length") }
        return count
    }
}

extension PickleTree {
    /// What `numpy.dtype` was called with, such as `f8`, `O8` or `U5`.
    func datatype(_ place: Reference?) -> String? {
        guard let (module, name, _) = instance(place), module == "numpy", name == "dtype" else { return nil }
        let code = text(elements(object(place)?.arguments)?.first)
        // Such as `U1048576`; anything longer is none, and is not looked at.
        return code.flatMap { $0.utf8.count <= 16 && $0.utf8.allSatisfy { $0 < 0x80 } ? $0 : nil }
    }

    /// The bytes of one element of an array.
    func itemSize(_ place: Reference) -> Int? {
        guard let code = datatype(place), let kind = code.first, let count = Int(code.dropFirst()) else { return nil }
        guard count >= 0, count <= 1 << 30 else { return nil }
        return kind == "U" ? 4 * count : count
    }

    /// The shape of a numpy array, however it was written.
    func shape(ofArray place: Reference?) -> [Int]? {
        guard let object = object(place), let (module, name, attributes) = instance(place) else { return nil }
        let dimensions: [Reference]? =
            if name == "NumpyArrayWrapper" {
                elements(value("shape", of: attributes))
            } else if name == "_reconstruct", module.hasSuffix("core.multiarray") {
                elements(elements(object.state).flatMap { $0.count > 1 ? $0[1] : nil })
            } else if name == "_frombuffer", module.hasSuffix("core.numeric") {
                elements(elements(object.arguments).flatMap { $0.count > 2 ? $0[2] : nil })
            } else {
                nil
            }
        return dimensions.flatMap { places in
            let lengths = places.compactMap { integer($0) }
            return lengths.count == places.count ? lengths : nil
        }
    }

    /// The datatype of a numpy array's elements, such as `i8`.
    func datatype(ofArray place: Reference?) -> String? {
        guard let object = object(place), let (_, name, attributes) = instance(place) else { return nil }
        return switch name {
        case "NumpyArrayWrapper": datatype(value("dtype", of: attributes))
        case "_reconstruct": datatype(elements(object.state).flatMap { $0.count > 2 ? $0[2] : nil })
        case "_frombuffer": datatype(elements(object.arguments).flatMap { $0.count > 1 ? $0[1] : nil })
        default: nil
        }
    }

    /// The texts in a numpy array of objects.
    func texts(inArray place: Reference?) -> [String]? {
        guard let object = object(place) else { return nil }
        if let contents = object.contents { return texts(inArray: contents) }
        guard let state = elements(object.state), state.count > 4, let values = elements(state[4]) else { return nil }
        let texts = values.compactMap { text($0) }
        return texts.count == values.count ? texts : nil
    }
}
