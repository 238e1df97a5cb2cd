import Numerics
import Specifications

/// One specification as what it is in a kernel's space.
enum Embedding: Sendable {
    case points(Matrix<Double>, [Double])
    case images(ImageEmbedding)

    init(_ specification: AnySpecification, threads: Int?) throws(SearchError) {
        if case .image(let images) = specification {
            self = .images(
                try computed { () throws(SpecificationError) in try ImageEmbedding(images, threads: threads) }
            )
        } else {
            self = .points(specification.points, specification.weights)
        }
    }

    /// How many points it has.
    var count: Int {
        switch self {
        case .points(_, let weights): weights.count
        case .images(let images): images.weights.count
        }
    }

    var weights: [Double] {
        switch self {
        case .points(_, let weights): weights
        case .images(let images): images.weights
        }
    }
}
