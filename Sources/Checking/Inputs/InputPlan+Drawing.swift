import Numerics
import Tensors

extension InputPlan {
    /// Letters, digits and punctuation, as the Python package's checker draws them.
    private static let letters = (0x21...0x7E).map { Character(Unicode.Scalar(UInt8($0))) }
    private static let textLengths = 10...1000

    /// Rows that have nothing to do with any data.
    func random(_ count: Int, using random: inout SeededRandom) throws(TensorError) -> [Tensor] {
        switch form {
        case .matrix(let name, let row, let elements):
            let shape = [count] + row
            let size = shape.reduce(1, *)
            switch elements {
            case .normal:
                return [try Tensor(name: name, doubles: (0..<size).map { _ in random.normal() }, shape: shape)]
            case .pixels: return [try Self.whole(name, 255, size, shape, &random)]
            case .digits: return [try Self.whole(name, 10, size, shape, &random)]
            }
        case .texts(let name):
            let texts = (0..<count).map { _ in Self.text(using: &random) }
            return [try Tensor(name: name, strings: texts, shape: [count])]
        case .columns(let columns):
            var tensors: [Tensor] = []
            for column in columns { tensors.append(try Self.random(column, count, using: &random)) }
            return tensors
        }
    }

    private static func whole(
        _ name: String,
        _ bound: UInt64,
        _ size: Int,
        _ shape: [Int],
        _ random: inout SeededRandom
    ) throws(TensorError) -> Tensor {
        try Tensor(name: name, integers: (0..<size).map { _ in Int64(random.next() % bound) }, shape: shape)
    }

    private static func text(using random: inout SeededRandom) -> String {
        let length = textLengths.lowerBound + Int(random.next() % UInt64(textLengths.count))
        return String((0..<length).map { _ in letters[Int(random.next() % UInt64(letters.count))] })
    }

    private static func random(
        _ column: Column,
        _ count: Int,
        using random: inout SeededRandom
    ) throws(TensorError) -> Tensor {
        switch column.datatype {
        case .bool:
            let bytes = (0..<count).map { _ in UInt8(random.next() % 2) }
            return try Tensor(name: column.name, datatype: .bool, shape: [count], bytes: bytes)
        case .bytes:
            let texts = (0..<count).map { _ in
                if column.isTime {
                    return "20\(10 + random.next() % 20)-0\(1 + random.next() % 9)-1\(random.next() % 10)"
                }
                guard !column.categories.isEmpty else { return text(using: &random) }
                return column.categories[Int(random.next() % UInt64(column.categories.count))]
            }
            var tensor = try Tensor(name: column.name, strings: texts, shape: [count])
            tensor.content =
                column.isTime ? .datetime : column.categories.isEmpty ? .text : .category(column.categories)
            return tensor
        case .fp16, .fp32, .fp64:
            return try Tensor(name: column.name, doubles: (0..<count).map { _ in random.normal() }, shape: [count])
        default: return try whole(column.name, 10, count, [count], &random)
        }
    }

    /// Given rows as the tensors of a request; nil where the model takes no rows of that many numbers.
    func tensors(of rows: Matrix<Double>) throws(TensorError) -> [Tensor]? {
        guard width == rows.columns else { return nil }
        switch form {
        case .matrix(let name, let row, let elements):
            let shape = [rows.rows] + row
            guard case .normal = elements else {
                let whole = rows.elements.map { Int64($0.rounded()) }
                return [try Tensor(name: name, integers: whole, shape: shape)]
            }
            return [try Tensor(name: name, doubles: rows.elements, shape: shape)]
        case .columns(let columns):
            var tensors: [Tensor] = []
            for (place, column) in columns.enumerated() {
                let values = (0..<rows.rows).map { rows[$0, place] }
                tensors.append(try Tensor(name: column.name, doubles: values, shape: [rows.rows]))
            }
            return tensors
        case .texts: return nil
        }
    }

    /// The same rows with some values missing; nil where nothing can be missing.
    ///
    /// About every tenth number is NaN, the first in any case.
    func missing(from tensors: [Tensor], using random: inout SeededRandom) throws(TensorError) -> [Tensor]? {
        var made: [Tensor] = []
        var isAny = false
        for tensor in tensors {
            guard tensor.datatype == .fp64 else {
                made.append(tensor)
                continue
            }
            var values = try tensor.doubles()
            for place in values.indices where random.unit() < 0.1 || place == 0 { values[place] = .nan }
            isAny = true
            var holed = try Tensor(name: tensor.name, doubles: values, shape: tensor.shape)
            holed.content = tensor.content
            made.append(holed)
        }
        return isAny ? made : nil
    }
}
