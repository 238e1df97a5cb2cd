import Commands
import Documents
import Numerics
import Specifications
import SystemPackage

/// A specification of any type that is known here.
enum AnySpecification: Sendable {
    case table(RKMETableSpecification)
    case image(RKMEImageSpecification)

    /// Reads a specification, whatever its type.
    ///
    /// - Throws: ``Failure`` that names the file.
    init(contentsOf file: String) throws(Failure) {
        do throws(SpecificationError) {
            let bytes = try SpecificationFile.read(FilePath(file))
            self =
                Self.isImage(bytes)
                ? .image(try RKMEImageSpecification(json: bytes)) : .table(try RKMETableSpecification(json: bytes))
        } catch {
            throw Failure(error, data: Printable(file).description)
        }
    }

    /// What is no image's is read as a table's, whose reader says what is wrong with it.
    private static func isImage(_ bytes: [UInt8]) -> Bool {
        guard let root = try? JSON.parse(bytes, limits: .data) else { return false }
        return root["type"]?.string == RKMEImageSpecification.typeName || root["RKME_IMAGE_VERSION"] != nil
    }

    private var base: any StatisticalSpecification {
        switch self {
        case .table(let specification): specification
        case .image(let specification): specification
        }
    }

    var kernelKey: KernelKey { base.kernelKey }

    func write(to path: FilePath) throws(SpecificationError) { try base.write(to: path) }

    /// (K × d), each row a point.
    var points: Matrix<Double> {
        switch self {
        case .table(let specification): specification.points
        case .image(let specification): Matrix(specification.points)
        }
    }

    var weights: [Double] {
        switch self {
        case .table(let specification): specification.weights
        case .image(let specification): specification.weights
        }
    }

    /// The squared MMD; with `mixesGammas` as the Python package computes it.
    func squaredDistance(to other: AnySpecification, mixesGammas: Bool) throws(SpecificationError) -> Double {
        switch (self, other) {
        case (.table(let own), .table(let other)):
            return mixesGammas ? try own.compatibleSquaredDistance(to: other) : try own.squaredDistance(to: other)
        case (.image(let own), .image(let other)): return try own.squaredDistance(to: other)
        default:
            try kernelKey.validateSame(as: other.kernelKey)
            return .nan
        }
    }
}
