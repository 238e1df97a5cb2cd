/// Writes small ONNX models, those included that no library would write; the numbers of the fields are `onnx.proto`'s.
package struct OnnxBytes {
    /// An element type.
    package enum Element: Int {
        case float = 1
        case int64 = 7
        case text = 8
    }

    package var bytes: [UInt8] = []

    /// A model of one operator.
    ///
    /// - Parameters:
    ///   - operation: such as `Add`.
    ///   - inputs: the names of what it takes.
    ///   - element: the type of everything in it.
    ///   - shape: of everything in it; nil where any length will do.
    ///   - weights: names among the inputs that are weights, with the file that their numbers lie in.
    /// - Returns: the bytes of a file.
    package static func model(
        _ operation: String,
        _ inputs: [String],
        _ element: Element = .float,
        shape: [Int?],
        weights: [(name: String, file: String, shape: [Int])] = []
    ) -> [UInt8] {
        var node = OnnxBytes()
        for input in inputs { node.add(1, input) }
        node.add(2, "result")
        node.add(4, operation)
        var graph = OnnxBytes()
        graph.add(1, node.bytes)
        graph.add(2, "graph")
        for weight in weights { graph.add(5, tensor(weight.name, weight.file, weight.shape)) }
        for (place, input) in inputs.enumerated()
        where !weights.contains(where: { $0.name == input }) && !inputs[..<place].contains(input) {
            graph.add(11, value(input, element, shape))
        }
        graph.add(12, value("result", element, shape))
        var operators = OnnxBytes()
        operators.add(1, "")
        operators.add(2, 18)
        var model = OnnxBytes()
        model.add(1, 8)
        model.add(7, graph.bytes)
        model.add(8, operators.bytes)
        return model.bytes
    }

    private static func value(_ name: String, _ element: Element, _ lengths: [Int?]) -> [UInt8] {
        var shape = OnnxBytes()
        for length in lengths {
            var dimension = OnnxBytes()
            if let length { dimension.add(1, length) } else { dimension.add(2, "n") }
            shape.add(1, dimension.bytes)
        }
        var tensor = OnnxBytes()
        tensor.add(1, element.rawValue)
        tensor.add(2, shape.bytes)
        var type = OnnxBytes()
        type.add(1, tensor.bytes)
        var value = OnnxBytes()
        value.add(1, name)
        value.add(2, type.bytes)
        return value.bytes
    }

    private static func tensor(_ name: String, _ file: String, _ lengths: [Int]) -> [UInt8] {
        var place = OnnxBytes()
        place.add(1, "location")
        place.add(2, file)
        var tensor = OnnxBytes()
        for length in lengths { tensor.add(1, length) }
        tensor.add(2, Element.float.rawValue)
        tensor.add(8, name)
        tensor.add(13, place.bytes)
        tensor.add(14, 1)
        return tensor.bytes
    }

    private mutating func add(_ field: Int, _ number: Int) {
        varint(field << 3)
        varint(number)
    }

    private mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

    private mutating func add(_ field: Int, _ message: [UInt8]) {
        varint(field << 3 | 2)
        varint(message.count)
        bytes += message
    }

    private mutating func varint(_ number: Int) {
        var rest = number
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F | 0x80))
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
