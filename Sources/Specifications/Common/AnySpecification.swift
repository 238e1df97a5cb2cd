import Documents
package import Numerics
package import SystemPackage

/// A specification of any type that is known here.
package enum AnySpecification: Sendable {
    case table(RKMETableSpecification)
    case image(RKMEImageSpecification)
    case text(RKMETextSpecification)

    /// Reads a specification, whatever its type, from the bytes of its file.
    ///
    /// - Throws: ``SpecificationError`` that names the key and the index of what is wrong.
    package init(json bytes: [UInt8]) throws(SpecificationError) {
        let node = try SpecificationFile.parse(bytes)
        if node["RKME_IMAGE_VERSION"] != nil || node["type"]?.string == RKMEImageSpecification.typeName {
            self = .image(try RKMEImageSpecification(node))
        } else if node["type"]?.string == RKMETextSpecification.typeName {
            self = .text(try RKMETextSpecification(node))
        } else {
            // What is of no known type is read as a table's, whose reader says what is wrong with it.
            self = .table(try RKMETableSpecification(node))
        }
    }

    /// Reads a specification, whatever its type, from a file.
    ///
    /// - Throws: ``SpecificationError``.
    package init(contentsOf path: FilePath) throws(SpecificationError) {
        try self.init(json: SpecificationFile.read(path))
    }

    /// What all types have in common.
    package var base: any StatisticalSpecification {
        switch self {
        case .table(let specification): specification
        case .image(let specification): specification
        case .text(let specification): specification
        }
    }

    /// The rows of numbers that were specified; nil for images.
    package var table: RKMETableSpecification? {
        switch self {
        case .table(let specification): specification
        case .image: nil
        case .text(let specification): specification.vectors
        }
    }

    /// What another must share to be compared with it.
    package var kernelKey: KernelKey { base.kernelKey }

    /// Writes it in the place of what was there.
    package func write(to path: FilePath) throws(SpecificationError) { try base.write(to: path) }

    /// (K × d), each row a point.
    package var points: Matrix<Double> {
        switch self {
        case .table(let specification): specification.points
        case .image(let specification): Matrix(specification.points)
        case .text(let specification): specification.vectors.points
        }
    }

    /// One for each point.
    package var weights: [Double] {
        switch self {
        case .table(let specification): specification.weights
        case .image(let specification): specification.weights
        case .text(let specification): specification.vectors.weights
        }
    }

    /// The squared MMD; with `mixesGammas` as the Python package computes it.
    package func squaredDistance(to other: AnySpecification, mixesGammas: Bool) throws(SpecificationError) -> Double {
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
