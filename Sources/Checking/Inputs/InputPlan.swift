import Documents
import Learnware
import Numerics
import Packaging
import Specifications
import Tensors

/// What rows for a model look like, and how they are drawn.
struct InputPlan: Sendable {
    /// How the elements of a matrix are drawn.
    enum Elements: Sendable {
        /// From the standard normal distribution.
        case normal
        /// Whole numbers from 0 to 254, as the Python package draws images.
        case pixels
        /// Whole numbers from 0 to 9.
        case digits
    }

    struct Column: Sendable {
        var name: String
        var datatype: Datatype
        var categories: [String]
        var isTime: Bool
    }

    enum Form: Sendable {
        case matrix(name: String, row: [Int], Elements)
        case texts(name: String)
        case columns([Column])
    }

    /// Why no rows can be drawn.
    struct Fault: Error {
        let reason: String
        let remedy: String
    }

    let form: Form

    /// An input of more numbers is not drawn.
    private static let mostElements = 1 << 24
    /// What stands for a length that nobody says.
    private static let anyLength = 32

    var isTable: Bool {
        if case .columns = form { true } else { false }
    }

    init(_ subject: CheckSubject, _ metadata: PredictorMetadata, _ declared: DeclaredShapes) throws(Fault) {
        let inputs = subject.package.manifest.sandbox.inputs
        let single = inputs.count == 1 ? inputs.first : nil
        if inputs.count > 1 {
            form = .columns(inputs.map { Self.column($0.name, $0) })
        } else if let table = single, table.contentType == "pd" {
            guard !table.columns.isEmpty || table.shape.count == 1 else {
                throw Fault(
                    reason: "the table's columns have no names, so no rows can be drawn",
                    remedy: "name them under 'columns' of sandbox.inputs"
                )
            }
            let names = table.columns.isEmpty ? [table.name] : table.columns
            form = .columns(names.map { Self.column($0, table) })
        } else if subject.data == "Text" || single?.datatype == "BYTES" && single?.contentType != "image" {
            form = .texts(name: single?.name ?? "X")
        } else {
            let isImage = subject.data == "Image"
            let row = try Self.row(subject, declared.input, isImage: isImage)
            let isWhole = single.map { $0.datatype.hasPrefix("INT") || $0.datatype.hasPrefix("UINT") } ?? false
            form = .matrix(
                name: single?.name ?? "X",
                row: row,
                isImage ? .pixels : isWhole ? .digits : .normal
            )
        }
    }

    private static func column(_ name: String, _ tensor: TensorDeclaration) -> Column {
        Column(
            name: name,
            datatype: Datatype(rawValue: tensor.datatype) ?? .fp64,
            categories: tensor.parameters["categories"]?.array?.compactMap(\.string) ?? [],
            isTime: tensor.contentType == "datetime"
        )
    }

    private static func row(_ subject: CheckSubject, _ declared: [Int]?, isImage: Bool) throws(Fault) -> [Int] {
        var known: [[Int]] = []
        if let key = subject.chosen?.value.kernelKey, !isImage { known.append(key.shape) }
        if let dimension = subject.package.semantic?.input?.dimension, !isImage { known.append([dimension]) }
        if isImage, case .image(let image) = subject.chosen?.value { known.append([image.channels, 32, 32]) }
        guard var row = declared ?? known.first else {
            throw Fault(
                reason: "nothing says what shape a row has, so none can be drawn",
                remedy: "give BaseModel its input_shape, such as input_shape=(4,)"
            )
        }
        for axis in row.indices where row[axis] < 0 {
            let other = known.first { $0.count == row.count && $0[axis] > 0 }
            row[axis] = other?[axis] ?? anyLength
        }
        var product = CheckOptions.rows
        for extent in row {
            let (next, overflows) = product.multipliedReportingOverflow(by: extent)
            guard !overflows, next <= mostElements else {
                throw Fault(
                    reason: "a row of shape \(shapeText(row)) is larger than what is drawn",
                    remedy: "check the model's input_shape"
                )
            }
            product = next
        }
        return row
    }

    /// The numbers of one row; nil for texts, and for a table with columns that are none.
    var width: Int? {
        switch form {
        case .matrix(_, let row, _): row.reduce(1, *)
        case .texts: nil
        case .columns(let columns): columns.allSatisfy { $0.datatype.isFloatingPoint } ? columns.count : nil
        }
    }

    /// The rows that are drawn at once when many are wanted: fewer of large ones.
    func count(atMost wanted: Int) -> Int {
        switch form {
        case .matrix(_, let row, _): min(wanted, max(1, Self.mostElements / 4 / max(1, row.reduce(1, *))))
        case .texts, .columns: wanted
        }
    }
}
