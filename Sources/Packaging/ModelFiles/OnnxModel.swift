/// What an ONNX model says about its inputs and outputs; the numbers of the fields are those of `onnx.proto`.
struct OnnxModel: Sendable {
    /// An input or output.
    struct Value: Sendable {
        var name: String
        /// The number of the element type; nil when it is no tensor.
        var element: Int?
        /// The lengths of the dimensions, nil where any will do; nil when no shape is given.
        var shape: [Int?]?

        /// The datatype of the Open Inference Protocol; nil when there is none.
        var datatype: String? {
            let names = [
                1: "FP32", 2: "UINT8", 3: "INT8", 4: "UINT16", 5: "INT16", 6: "INT32", 7: "INT64", 8: "BYTES",
                9: "BOOL", 10: "FP16", 11: "FP64", 12: "UINT32", 13: "UINT64",
            ]
            return element.flatMap { names[$0] }
        }
    }

    var irVersion: Int?
    var producer: String?
    /// The version of the standard operators.
    var opset: Int?
    var inputs: [Value] = []
    var outputs: [Value] = []
    /// The files beside the model that hold weights of it, as it names them; each once.
    var externalFiles: [String] = []

    /// How many such files are kept.
    private static let externalLimit = 256
    private static let valueLimit = 1024
    private static let dimensionLimit = 16
    /// Bytes of all names of weights that are kept.
    private static let weightNameBytes = 32 << 20

    /// - Parameter stream: the file.
    /// - Throws: ``PackageError`` when it is no ONNX model.
    init(_ stream: ByteStream) throws(PackageError) {
        let reader = ProtobufReader(stream)
        var hasGraph = false
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .number(let version)): irVersion = Int(exactly: version)
            case (2, .bytes(let count)): producer = try reader.text(count)
            case (7, .bytes(let count)):
                hasGraph = true
                try readGraph(reader.message(count))
            case (8, .bytes(let count)): try readOperators(reader.message(count))
            default: try reader.skip(value)
            }
        }
        guard hasGraph, irVersion != nil else { throw stream.fault("is no ONNX model: it has no graph") }
        guard !outputs.isEmpty else { throw stream.fault("is no ONNX model: its graph has no outputs") }
    }

    private mutating func readOperators(_ reader: ProtobufReader) throws(PackageError) {
        var domain = ""
        var version: Int?
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let count)): domain = try reader.text(count, limit: 64) ?? "?"
            case (2, .number(let number)): version = Int(exactly: number)
            default: try reader.skip(value)
            }
        }
        if domain.isEmpty || domain == "ai.onnx" { opset = version }
    }

    private mutating func readGraph(_ reader: ProtobufReader) throws(PackageError) {
        // Up to version 3 of the format, weights with a default stand among the inputs too.
        // Names are compared by their bytes: to fold what Unicode takes for equal costs the square of a run of accents.
        var weights: Set<[UInt8]> = []
        var weightBytes = 0
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (5, .bytes(let count)):
                let weight = try Self.weight(reader.message(count))
                if let file = weight.file, externalFiles.count < Self.externalLimit, !externalFiles.contains(file) {
                    externalFiles.append(file)
                }
                guard let name = weight.name, weightBytes + name.utf8.count <= Self.weightNameBytes else { continue }
                weightBytes += name.utf8.count
                weights.insert(Array(name.utf8))
            case (11, .bytes(let count)) where inputs.count < Self.valueLimit:
                inputs.append(try Self.value(reader.message(count)))
            case (12, .bytes(let count)) where outputs.count < Self.valueLimit:
                outputs.append(try Self.value(reader.message(count)))
            default: try reader.skip(value)
            }
        }
        inputs.removeAll { weights.contains(Array($0.name.utf8)) }
    }

    /// A weight's name, and the file that its numbers lie in when it is another one.
    private static func weight(_ reader: ProtobufReader) throws(PackageError) -> (name: String?, file: String?) {
        var name: String?
        var file: String?
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (8, .bytes(let count)): name = try reader.text(count)
            case (13, .bytes(let count)):
                let entry = try pair(reader.message(count))
                if entry.key == "location" { file = entry.value ?? "?" }
            default: try reader.skip(value)
            }
        }
        return (name, file)
    }

    private static func pair(_ reader: ProtobufReader) throws(PackageError) -> (key: String?, value: String?) {
        var pair: (key: String?, value: String?) = (nil, nil)
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let count)): pair.key = try reader.text(count)
            case (2, .bytes(let count)): pair.value = try reader.text(count)
            default: try reader.skip(value)
            }
        }
        return pair
    }

    private static func value(_ reader: ProtobufReader) throws(PackageError) -> Value {
        var result = Value(name: "")
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let count)): result.name = try reader.text(count) ?? ""
            case (2, .bytes(let count)): try readType(reader.message(count), into: &result)
            default: try reader.skip(value)
            }
        }
        return result
    }

    private static func readType(_ reader: ProtobufReader, into result: inout Value) throws(PackageError) {
        while let (field, value) = try reader.next() {
            guard field == 1, case .bytes(let count) = value else {
                try reader.skip(value)
                continue
            }
            let tensor = reader.message(count)
            while let (field, value) = try tensor.next() {
                switch (field, value) {
                case (1, .number(let number)): result.element = Int(exactly: number)
                case (2, .bytes(let count)): result.shape = try shape(tensor.message(count))
                default: try tensor.skip(value)
                }
            }
        }
    }

    private static func shape(_ reader: ProtobufReader) throws(PackageError) -> [Int?] {
        var shape: [Int?] = []
        while let (field, value) = try reader.next() {
            guard field == 1, case .bytes(let count) = value, shape.count < dimensionLimit else {
                try reader.skip(value)
                continue
            }
            let dimension = reader.message(count)
            var length: Int?
            while let (field, value) = try dimension.next() {
                // 2 is the name of a length that is known only when run; lengths below 1 say the same.
                if field == 1, case .number(let number) = value, number > 0, number < 1 << 40 {
                    length = Int(number)
                } else {
                    try dimension.skip(value)
                }
            }
            shape.append(length)
        }
        return shape
    }
}
