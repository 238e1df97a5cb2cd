import Numerics
import TestSupport
import Testing

@Suite("Random convolutional networks")
struct ConvolutionalNetworkTests {
    static func weights(channels: Int, width: Int, seed: UInt32) -> [NetworkWeights] {
        var random = NumpyRandom(seed: seed)
        return NetworkWeights.draw(with: &random, channels: channels, width: width)
    }

    /// Features as (count × 16 × padded width), and derivatives by the images when those by the features are given.
    static func run<Element: ConvolutionElement>(
        _ network: ConvolutionalNetwork<Element>,
        _ images: [Element],
        back: [Element]? = nil
    ) -> (features: [Element], images: [Element]) {
        let count = images.count / network.imageCount
        let pass = NetworkPass(for: network)
        var features = [Element](repeating: 0, count: count * network.featureCount)
        var signs = [UInt8](repeating: 0, count: count * NetworkPass.signCount(for: network))
        var gradient = [Element](repeating: 0, count: images.count)
        pass.forward(network, images, count: count, features: &features, signs: &signs)
        if let back { pass.backward(network, back, count: count, signs: signs, images: &gradient) }
        return (features, gradient)
    }

    static func random(_ count: Int, seed: UInt32) -> [Double] {
        var random = NumpyRandom(seed: seed)
        return random.normal(count: count)
    }

    // A width that is filled up to 32, and one that needs no filling.
    @Test("Features are those of convolutions as they are defined", arguments: [(3, 20), (1, 16)])
    func forward(channels: Int, width: Int) {
        let weights = Self.weights(channels: channels, width: width, seed: 1)
        let network = ConvolutionalNetwork<Double>(weights: weights, channels: channels, width: width)
        let single = ConvolutionalNetwork<Float>(weights: weights, channels: channels, width: width)
        let images = Self.random(3 * channels * 1024, seed: 2)
        let features = Self.run(network, images).features
        let singleFeatures = Self.run(single, images.map { Float($0) }).features
        let padded = network.featureCount / 16
        for index in 0..<3 {
            let image = Array(images[index * channels * 1024..<(index + 1) * channels * 1024])
            let reference = NaiveNetwork.features(image, weights, channels: channels, width: width)
            let scale = reference.max() ?? 0
            #expect(scale > 0.1)
            for pixel in 0..<16 {
                for output in 0..<padded {
                    let expected = output < width ? reference[output * 16 + pixel] : 0
                    let place = (index * 16 + pixel) * padded + output
                    #expect(abs(features[place] - expected) < 1e-13 * scale)
                    // Winograd's transforms cost a digit or two of Float's seven.
                    #expect(abs(Double(singleFeatures[place]) - expected) < 1e-5 * scale)
                }
            }
        }
    }

    @Test("The way back is the derivative by finite differences", arguments: [1, 3])
    func backward(channels: Int) {
        let weights = Self.weights(channels: channels, width: 24, seed: 3)
        let network = ConvolutionalNetwork<Double>(weights: weights, channels: channels, width: 24)
        let images = Self.random(5 * channels * 1024, seed: 4)
        let back = Self.random(5 * network.featureCount, seed: 5)
        let gradient = Self.run(network, images, back: back).images
        func value(_ place: Int, _ step: Double) -> Double {
            var moved = images
            moved[place] += step
            return zip(Self.run(network, moved).features, back).reduce(0) { $0 + $1.0 * $1.1 }
        }
        for place in [0, 31, 40, 1023, channels * 1024 + 500, 3 * channels * 1024 + 992, 5 * channels * 1024 - 1] {
            // ReLU is linear but at its corner; the step is short, so that next to no unit passes it.
            let difference = (value(place, 1e-7) - value(place, -1e-7)) / 2e-7
            #expect(abs(gradient[place] - difference) < 1e-6)
            #expect(abs(difference) > 1e-4)
        }
    }

    @Test("An image's features do not depend on what is beside it in a block")
    func blocks() {
        let weights = Self.weights(channels: 1, width: 16, seed: 6)
        let network = ConvolutionalNetwork<Float>(weights: weights, channels: 1, width: 16)
        let images = Self.random(8 * 1024, seed: 7).map { Float($0) }
        let together = Self.run(network, images).features
        let scale = together.max() ?? 0
        for index in [0, 3, 7] {
            let alone = Self.run(network, Array(images[index * 1024..<(index + 1) * 1024])).features
            let part = together[index * network.featureCount..<(index + 1) * network.featureCount]
            #expect(zip(alone, part).allSatisfy { abs($0 - $1) < 1e-6 * scale })
        }
    }

    @Test("Scalar products of features approach the kernel of the infinitely wide network")
    func wideKernel() {
        // For equal images the kernel is linear in the norm: three times box, half, mean; variances 2 and 0.01.
        let weights = Self.weights(channels: 1, width: 512, seed: 8)
        let network = ConvolutionalNetwork<Float>(weights: weights, channels: 1, width: 512)
        let features = Self.run(network, [Float](repeating: 1, count: 1024)).features
        let estimate = features.reduce(0) { $0 + Double($1) * Double($1) } / Double(features.count)
        let reference = NaiveImageKernel.equalValue(weight: 2, bias: 0.01)
        // 512 units of three layers each: a standard error of some per cent.
        #expect(abs(estimate / reference - 1) < 0.15)
    }
}

/// Convolutions as they are defined, on planes.
enum NaiveNetwork {
    /// (width × 16).
    static func features(_ image: [Double], _ weights: [NetworkWeights], channels: Int, width: Int) -> [Double] {
        var planes = image
        var inputs = channels
        for (layer, side) in [32, 16, 8].enumerated() {
            planes = convolved(planes, weights[layer], inputs, width, side)
            inputs = width
        }
        return planes
    }

    private static func convolved(
        _ planes: [Double],
        _ weights: NetworkWeights,
        _ inputs: Int,
        _ outputs: Int,
        _ side: Int
    ) -> [Double] {
        let half = side / 2
        var pooled = [Double](repeating: 0, count: outputs * half * half)
        for output in 0..<outputs {
            for row in 0..<side {
                for column in 0..<side {
                    var sum = weights.biases[output]
                    for input in 0..<inputs {
                        for y in max(0, row - 1)...min(side - 1, row + 1) {
                            for x in max(0, column - 1)...min(side - 1, column + 1) {
                                let place = (y - row + 1) * 3 + x - column + 1
                                let weight = weights.kernels[(output * inputs + input) * 9 + place]
                                sum += weight * planes[(input * side + y) * side + x]
                            }
                        }
                    }
                    pooled[(output * half + row / 2) * half + column / 2] += max(0, sum) / 4
                }
            }
        }
        return pooled
    }
}
