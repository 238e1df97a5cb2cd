/// A network of three convolutions with random weights: 3 × 3 with zeros outside, ReLU, mean of 2 × 2, each.
///
/// It takes images of 32 × 32 pixels to features of 4 × 4 × width. Their scalar products, over the number of features and
/// over many networks, estimate the kernel of the infinitely wide network (Garriga-Alonso, Rasmussen and Aitchison 2019,
/// section 2.2). The second and third convolution are Winograd's (Lavin and Gray, *Fast Algorithms for Convolutional
/// Neural Networks*, 2015, section 4.3), which take a quarter of the multiplications; in `Float` their features differ
/// by 1e-5 of the largest.
package struct ConvolutionalNetwork<Element: ConvolutionElement>: Sendable {
    package static var side: Int { 32 }
    static var outputPixels: Int { 16 }
    /// Sides of the images that go into the layers.
    static var sides: [Int] { [32, 16, 8] }

    package let channels: Int
    /// Channels of every layer's output, filled up with zeros to a multiple of 16.
    let paddedWidth: Int
    /// (9·channels × padded width): a row for each place in a neighbourhood and channel.
    let first: AlignedElements<Element>
    /// For the second and third layer, 36 matrices (width × width) from input to output channels.
    let tiles: [AlignedElements<Element>]
    let biases: [AlignedElements<Element>]

    /// How many values the features of an image have; those that fill up the width are 0.
    package var featureCount: Int { Self.outputPixels * paddedWidth }
    package var imageCount: Int { channels * Self.side * Self.side }

    /// - Parameters:
    ///   - weights: of each layer, (out × in × 3 × 3), and its biases, (out).
    ///   - channels: planes of an image.
    ///   - width: channels of every layer's output.
    package init(weights: [NetworkWeights], channels: Int, width: Int) {
        precondition(weights.count == 3, "a network has three layers")
        let padded = (width + 15) / 16 * 16
        self.channels = channels
        paddedWidth = padded
        first = AlignedElements(count: 9 * channels * padded) { start in
            for output in 0..<width {
                for channel in 0..<channels {
                    for place in 0..<9 {
                        let weight = weights[0].kernels[(output * channels + channel) * 9 + place]
                        start[(place * channels + channel) * padded + output] = Element(weight)
                    }
                }
            }
        }
        tiles = weights.dropFirst().map { Self.tiles(of: $0, width: width, padded: padded) }
        biases = weights.map { layer in
            AlignedElements(count: padded) { start in
                for output in 0..<width { start[output] = Element(layer.biases[output]) }
            }
        }
    }

    private static func tiles(of layer: NetworkWeights, width: Int, padded: Int) -> AlignedElements<Element> {
        // Sixteen kernels at a time, so that each of the 36 matrices gets a line of memory at once.
        let lanes = 16
        return AlignedElements(count: 36 * padded * padded) { start in
            layer.kernels.withUnsafeBufferPointer { kernels in
                withUnsafeTemporaryAllocation(of: Element.self, capacity: 9 + 36 + 36 * lanes) { scratch in
                    guard let kernel = scratch.baseAddress, let kernels = kernels.baseAddress else { return }
                    let (values, lines) = (kernel + 9, kernel + 9 + 36)
                    for input in 0..<width {
                        for first in stride(from: 0, to: width, by: lanes) {
                            let count = min(lanes, width - first)
                            for lane in 0..<count {
                                let source = kernels + ((first + lane) * width + input) * 9
                                for place in 0..<9 { kernel[place] = Element(source[place]) }
                                Element._convolution.weights(kernel, values)
                                for place in 0..<36 { lines[place * lanes + lane] = values[place] }
                            }
                            for place in 0..<36 {
                                let target = start + (place * padded + input) * padded + first
                                target.update(from: lines + place * lanes, count: count)
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The weights of one convolution as they are drawn.
package struct NetworkWeights: Sendable {
    /// (out × in × 3 × 3).
    package var kernels: [Double]
    /// (out).
    package var biases: [Double]

    package init(kernels: [Double], biases: [Double]) {
        self.kernels = kernels
        self.biases = biases
    }

    /// Draws the three layers of one network, in the Python package's order.
    ///
    /// - Parameters:
    ///   - random: what draws them.
    ///   - channels: planes of an image.
    ///   - width: channels of every layer's output.
    ///   - mean: of the kernels' weights.
    ///   - deviation: of the kernels' weights; nil for √2 / √(9 in). Biases have 0.1, and mean 0.
    /// - Returns: the layers, first to last.
    package static func draw(
        with random: inout NumpyRandom,
        channels: Int,
        width: Int,
        mean: Double = 0,
        deviation: Double? = nil
    ) -> [NetworkWeights] {
        [channels, width, width].map { inputs in
            let deviation = deviation ?? 2.0.squareRoot() / Double(9 * inputs).squareRoot()
            let kernels = random.normal(mean: mean, deviation: deviation, count: width * inputs * 9)
            return NetworkWeights(kernels: kernels, biases: random.normal(deviation: 0.1, count: width))
        }
    }
}
