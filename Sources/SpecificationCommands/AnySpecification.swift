import Commands
import Documents
import Numerics
import Specifications
import SystemPackage

/// A specification of any type that is known here.
enum AnySpecification: Sendable {
    case table(RKMETableSpecification)
    case image(RKMEImageSpecification)
    case text(RKMETextSpecification)

    /// Reads a specification, whatever its type.
    ///
    /// - Throws: ``Failure`` that names the file.
    init(contentsOf file: String) throws(Failure) {
        do throws(SpecificationError) {
            let bytes = try SpecificationFile.read(FilePath(file))
            switch Self.typeName(bytes) {
            case RKMEImageSpecification.typeName: self = .image(try RKMEImageSpecification(json: bytes))
            case RKMETextSpecification.typeName: self = .text(try RKMETextSpecification(json: bytes))
            // What is of no known type is read as a table's, whose reader says what is wrong with it.
            default: self = .table(try RKMETableSpecification(json: bytes))
            }
        } catch {
            throw Failure(error, data: Printable(file).description)
        }
    }

    private static func typeName(_ bytes: [UInt8]) -> String? {
        guard let root = try? JSON.parse(bytes, limits: .data) else { return nil }
        return root["RKME_IMAGE_VERSION"] == nil ? root["type"]?.string : RKMEImageSpecification.typeName
    }

    private var base: any StatisticalSpecification {
        switch self {
        case .table(let specification): specification
        case .image(let specification): specification
        case .text(let specification): specification
        }
    }

    /// The rows of numbers that were specified; nil for images.
    var table: RKMETableSpecification? {
        switch self {
        case .table(let specification): specification
        case .image: nil
        case .text(let specification): specification.vectors
        }
    }

    var kernelKey: KernelKey { base.kernelKey }

    func write(to path: FilePath) throws(SpecificationError) { try base.write(to: path) }

    /// (K × d), each row a point.
    var points: Matrix<Double> {
        switch self {
        case .table(let specification): specification.points
        case .image(let specification): Matrix(specification.points)
        case .text(let specification): specification.vectors.points
        }
    }

    var weights: [Double] {
        switch self {
        case .table(let specification): specification.weights
        case .image(let specification): specification.weights
        case .text(let specification): specification.vectors.weights
        }
    }

    /// The squared MMD; with `mixesGammas` as the Python package computes it.
    func squaredDistance(to other: AnySpecification, mixesGammas: Bool) throws(SpecificationError) -> Double {
        switch (self, other) {
        case (.table(let own), .table(let other)):
            return mixesGammas ? try own.compatibleSquaredDistance(to: other) : try own.squaredDistance(to: other)
        case (.image(let own), .image(let other)): return try own.squaredDistance(to: other)
        case (.text(let own), .text(let other)): return try own.squaredDistance(to: other)
        default:
            try kernelKey.validateSame(as: other.kernelKey)
            return .nan
        }
    }
}
