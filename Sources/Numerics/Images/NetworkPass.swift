/// Takes images forward through a network and derivatives back, a block of images at a time.
///
/// Holds the working memory of one thread.
package final class NetworkPass<Element: ConvolutionElement> {
    /// Images in a block: enough for the products of the last layer, few enough for the processor's caches.
    package static var blockSize: Int { 8 }

    private let steps = Element._convolution
    private let channels: Int
    private let width: Int
    private let neighbourhoods: AlignedElements<Element>
    private let values: AlignedElements<Element>
    private let tiles: AlignedElements<Element>
    private let products: AlignedElements<Element>
    /// What the first and second layer give, image by image.
    private let pooled: [AlignedElements<Element>]

    /// - Parameter network: any network of the shape that this is for.
    package init(for network: ConvolutionalNetwork<Element>) {
        channels = network.channels
        width = network.paddedWidth
        let pixels = 32 * 32
        neighbourhoods = AlignedElements(count: pixels * 9 * channels)
        values = AlignedElements(count: pixels * width)
        let plane = Self.plane(tiles: 16 * Self.blockSize, width: width)
        tiles = AlignedElements(count: 36 * plane)
        products = AlignedElements(count: 36 * plane)
        pooled = [
            AlignedElements(count: Self.blockSize * pixels / 4 * width),
            AlignedElements(count: Self.blockSize * pixels / 16 * width),
        ]
    }

    /// Bytes of signs for one image: a pooled value's four signs are a byte.
    package static func signCount(for network: ConvolutionalNetwork<Element>) -> Int {
        (256 + 64 + 16) * network.paddedWidth
    }

    /// From one plane of tiles to the next; not a power of two, which would put all of them into one line of the cache.
    private static func plane(tiles: Int, width: Int) -> Int { tiles * width + 80 }

    /// - Parameters:
    ///   - network: its shape is that which this was made for.
    ///   - images: (count × channels·1024).
    ///   - count: at most `blockSize`.
    ///   - features: takes (count × features), pixel by pixel.
    ///   - signs: takes what the way back needs, (count × `signCount`); nil without a way back.
    package func forward(
        _ network: ConvolutionalNetwork<Element>,
        _ images: UnsafePointer<Element>,
        count: Int,
        features: UnsafeMutablePointer<Element>,
        signs: UnsafeMutablePointer<UInt8>?
    ) {
        precondition(count <= Self.blockSize, "a block has at most \(Self.blockSize) images")
        let signCount = Self.signCount(for: network)
        for index in 0..<count {
            let signs = signs.map { $0 + index * signCount }
            forwardFirst(network, images + index * network.imageCount, into: index, signs)
        }
        for layer in 1...2 {
            let side = 32 >> layer
            let output = layer == 1 ? pooled[1].mutable(at: 0) : features
            let plane = multiplyTiles(network, layer: layer, count: count)
            for index in 0..<count {
                steps.rectifyTiles(
                    Int32(side),
                    Int32(width),
                    products.at(index * side * side / 16 * width),
                    plane,
                    network.biases[layer].at(0),
                    output + index * side * side / 4 * width,
                    signs.map { $0 + index * signCount + signOffset(layer) }
                )
            }
        }
    }

    private func signOffset(_ layer: Int) -> Int { [0, 256, 256 + 64][layer] * width }

    private func forwardFirst(
        _ network: ConvolutionalNetwork<Element>,
        _ image: UnsafePointer<Element>,
        into index: Int,
        _ signs: UnsafeMutablePointer<UInt8>?
    ) {
        let inner = 9 * channels
        steps.neighbourhoods(32, Int32(channels), image, neighbourhoods.mutable(at: 0))
        BLAS.multiply(
            (1024, width, inner),
            .init(neighbourhoods.at(0), stride: inner),
            .init(network.first.at(0), stride: width),
            into: (values.mutable(at: 0), stride: width)
        )
        let output = pooled[0].mutable(at: index * 256 * width)
        steps.rectify(32, Int32(width), values.at(0), network.biases[0].at(0), output, signs)
    }

    /// The convolution of a block, as 36 products; returns the elements from one to the next.
    private func multiplyTiles(_ network: ConvolutionalNetwork<Element>, layer: Int, count: Int) -> Int {
        let side = 32 >> layer
        let perImage = side * side / 16
        let plane = Self.plane(tiles: perImage * count, width: width)
        for index in 0..<count {
            let input = pooled[layer - 1].at(index * side * side * width)
            steps.tiles(Int32(side), Int32(width), input, tiles.mutable(at: index * perImage * width), plane)
        }
        for place in 0..<36 {
            BLAS.multiply(
                (perImage * count, width, width),
                .init(tiles.at(place * plane), stride: width),
                .init(network.tiles[layer - 1].at(place * width * width), stride: width),
                into: (products.mutable(at: place * plane), stride: width)
            )
        }
        return plane
    }

    /// The transpose of ``forward(_:_:count:features:signs:)``'s derivative.
    ///
    /// - Parameters:
    ///   - network: the same as on the way forward.
    ///   - features: derivatives by the features, (count × features).
    ///   - count: at most `blockSize`.
    ///   - signs: from the way forward.
    ///   - images: takes the derivatives by the images, (count × channels·1024).
    package func backward(
        _ network: ConvolutionalNetwork<Element>,
        _ features: UnsafePointer<Element>,
        count: Int,
        signs: UnsafePointer<UInt8>,
        images: UnsafeMutablePointer<Element>
    ) {
        precondition(count <= Self.blockSize, "a block has at most \(Self.blockSize) images")
        let signCount = Self.signCount(for: network)
        for layer in [2, 1] {
            let side = 32 >> layer
            let perImage = side * side / 16
            let plane = Self.plane(tiles: perImage * count, width: width)
            let input = layer == 2 ? features : pooled[1].at(0)
            for index in 0..<count {
                steps.unrectifyTiles(
                    Int32(side),
                    Int32(width),
                    input + index * side * side / 4 * width,
                    signs + index * signCount + signOffset(layer),
                    products.mutable(at: index * perImage * width),
                    plane
                )
            }
            multiplyBack(network, layer: layer, tiles: perImage * count, plane)
            let output = pooled[layer - 1].mutable(at: 0)
            output.update(repeating: 0, count: count * side * side * width)
            for index in 0..<count {
                let source = tiles.at(index * perImage * width)
                steps.untile(Int32(side), Int32(width), source, plane, output + index * side * side * width)
            }
        }
        for index in 0..<count {
            backwardFirst(network, index, signs + index * signCount, images + index * network.imageCount)
        }
    }

    private func multiplyBack(_ network: ConvolutionalNetwork<Element>, layer: Int, tiles count: Int, _ plane: Int) {
        for place in 0..<36 {
            BLAS.multiply(
                (count, width, width),
                .init(products.at(place * plane), stride: width),
                .init(network.tiles[layer - 1].at(place * width * width), stride: width, isTransposed: true),
                into: (tiles.mutable(at: place * plane), stride: width)
            )
        }
    }

    private func backwardFirst(
        _ network: ConvolutionalNetwork<Element>,
        _ index: Int,
        _ signs: UnsafePointer<UInt8>,
        _ image: UnsafeMutablePointer<Element>
    ) {
        let inner = 9 * channels
        steps.unrectify(32, Int32(width), pooled[0].at(index * 256 * width), signs, values.mutable(at: 0))
        BLAS.multiply(
            (1024, inner, width),
            .init(values.at(0), stride: width),
            .init(network.first.at(0), stride: width, isTransposed: true),
            into: (neighbourhoods.mutable(at: 0), stride: inner)
        )
        steps.sumNeighbourhoods(32, Int32(channels), neighbourhoods.at(0), image)
    }
}
