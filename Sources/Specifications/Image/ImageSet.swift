/// Images of one size, as planes of numbers.
public struct ImageSet: Sendable, Equatable {
    /// How many images there are.
    public let count: Int
    /// How many planes an image has: 1 for grey, 3 for colours.
    public let channels: Int
    /// Rows of an image.
    public let height: Int
    /// Columns of an image.
    public let width: Int
    /// (count × channels × height × width).
    public private(set) var values: [Float]

    /// The most planes that are computed with.
    public static let mostChannels = 64
    /// The most rows or columns that are scaled down.
    public static let longestSide = 16_384

    /// - Parameters:
    ///   - values: (n × channels × height × width), of any range; a value that is no finite number is missing.
    ///   - shape: n, channels, height, width, each at least 1.
    /// - Throws: ``SpecificationError`` when the values are not as many as that, or an extent is past a limit.
    public init(_ values: [Float], shape: [Int]) throws(SpecificationError) {
        guard shape.count == 4, shape.allSatisfy({ $0 > 0 }) else {
            let text = shape.map { String($0) }.joined(separator: " × ")
            throw SpecificationError(
                .invalidData,
                "images have the shape (images × channels × rows × columns), each at least 1, not (\(text))"
            )
        }
        guard shape[1] <= Self.mostChannels else {
            throw SpecificationError(
                .invalidData,
                "images have \(shape[1]) channels; at most \(Self.mostChannels) are taken"
            )
        }
        guard max(shape[2], shape[3]) <= Self.longestSide, shape[0] <= Int.max >> 40 else {
            throw SpecificationError(.invalidData, "images have more than \(Self.longestSide) rows or columns")
        }
        guard values.count == shape.reduce(1, *) else {
            throw SpecificationError(
                .invalidData,
                "\(values.count) values are not \(shape[0]) images of \(shape[1]) × \(shape[2]) × \(shape[3])"
            )
        }
        (count, channels, height, width) = (shape[0], shape[1], shape[2], shape[3])
        self.values = values
    }

    /// Values of one image.
    var imageCount: Int { channels * height * width }
}
