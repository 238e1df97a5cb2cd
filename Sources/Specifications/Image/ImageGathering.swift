package import Tensors

/// Images of any size that come one after the other, each kept at the size that a specification has.
///
/// It takes 4 KiB for a grey image and 12 KiB for one in colours, however large they were.
package struct ImageGathering: Sendable {
    private var values: [Float] = []
    /// How many planes each image has.
    private var planes: [UInt8] = []

    package init() {}

    /// How many images there are.
    package var count: Int { planes.count }

    /// Scales an image to 32 × 32, as those of an array are.
    ///
    /// - Parameter pixels: (1 × rows × columns) where it is grey, or (3 × rows × columns), of `UINT8`.
    /// - Throws: ``SpecificationError`` when it has another shape or type.
    /// - Complexity: O(rows · columns); memory for one plane as `Float`.
    package mutating func add(_ pixels: Tensor) throws(SpecificationError) {
        guard pixels.datatype == .uint8, pixels.shape.count == 3, [1, 3].contains(pixels.shape[0]) else {
            throw SpecificationError(.invalidData, "an image has one plane of pixels or three, of whole numbers to 255")
        }
        let (height, width, bytes) = (pixels.shape[1], pixels.shape[2], pixels.bytes)
        for plane in 0..<pixels.shape[0] {
            let part = bytes[plane * height * width..<(plane + 1) * height * width]
            let image = try ImageSet(part.map { Float($0) }, shape: [1, 1, height, width])
            values +=
                height == ImagePreparation.side && width == ImagePreparation.side
                ? image.values : ImagePreparation.scaled(image.values, image, threads: 1)
        }
        planes.append(UInt8(pixels.shape[0]))
    }

    /// All images: of one plane when each is grey; otherwise the grey ones have it three times.
    ///
    /// - Returns: (n × planes × 32 × 32).
    /// - Throws: ``SpecificationError`` when there are none.
    package consuming func images() throws(SpecificationError) -> ImageSet {
        let size = ImagePreparation.side * ImagePreparation.side
        let channels = planes.max() ?? 1
        if planes.contains(where: { $0 != channels }) {
            var coloured: [Float] = []
            coloured.reserveCapacity(planes.count * Int(channels) * size)
            var start = 0
            for own in planes {
                let end = start + Int(own) * size
                for _ in 0..<channels / own { coloured += values[start..<end] }
                start = end
            }
            values = coloured
        }
        let shape = [planes.count, Int(channels), ImagePreparation.side, ImagePreparation.side]
        return try ImageSet(values, shape: shape)
    }
}
