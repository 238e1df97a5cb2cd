import Numerics
import TestSupport
import Testing

@Suite("The kernel of infinitely wide convolutional networks")
struct KernelImagesTests {
    /// Images of 3 × 32 × 32 by name, as the values of the Python package were made from them.
    static func image(_ name: String) -> [Double] {
        switch name {
        case "ones": [Double](repeating: 1, count: 3072)
        case "twos": [Double](repeating: 2, count: 3072)
        case "minus ones": [Double](repeating: -1, count: 3072)
        case "zeros": [Double](repeating: 0, count: 3072)
        case "gradient": (0..<3072).map { Double($0) / 3072 }
        default: (0..<3072).map { $0 / 32 % 32 % 2 == 0 ? 1 : 0 }
        }
    }

    // The Python package's values in double precision, to the ten digits that were written down.
    @Test(
        "Values are the Python package's",
        arguments: [
            ("ones", "ones", 0.3730227534), ("ones", "twos", 0.6482147952), ("ones", "minus ones", 0.2166337551),
            ("zeros", "zeros", 0.0994613944), ("zeros", "ones", 0.1392734103), ("gradient", "gradient", 0.1901414205),
            ("gradient", "stripes", 0.1838796003), ("stripes", "stripes", 0.2362420741),
        ]
    )
    func golden(left: String, right: String, value: Double) throws {
        let one = try KernelImages(Matrix(rows: [Self.image(left)]), channels: 3)
        let other = try KernelImages(Matrix(rows: [Self.image(right)]), channels: 3)
        #expect(abs(try one.values(with: KernelImageBlocks(other))[0, 0] - value) < 1e-9)
        #expect(abs(try other.values(with: KernelImageBlocks(one))[0, 0] - value) < 1e-9)
    }

    @Test("One channel of ones gives the same as three")
    func oneChannel() throws {
        let one = try KernelImages(
            Matrix(rows: 1, columns: 1024, elements: [Double](repeating: 1, count: 1024)),
            channels: 1
        )
        #expect(abs(one.values()[0, 0] - 0.3730227534) < 1e-9)
    }

    @Test("Random images compare as the formulas say", arguments: [1, 3, 4])
    func random(channels: Int) throws {
        let left = Matrix<Double>.random(rows: 3, columns: channels * 1024, seed: 1)
        let right = Matrix<Double>.random(rows: 19, columns: channels * 1024, seed: 2)
        let one = try KernelImages(left, channels: channels)
        let other = try KernelImages(right, channels: channels)
        let values = try one.values(with: KernelImageBlocks(other))
        let single = try KernelImages(Matrix<Float>(left), channels: channels)
            .values(with: KernelImageBlocks(KernelImages(Matrix<Float>(right), channels: channels)))
        for row in 0..<3 {
            for column in 0..<19 {
                let reference = NaiveImageKernel.value(
                    Array(left.row(row)),
                    Array(right.row(column)),
                    channels: channels
                )
                // The reference loses half the digits of an angle near 0; these images are far from equal.
                #expect(abs(values[row, column] - reference) < 1e-13)
                #expect(abs(Double(single[row, column]) - reference) < 2e-7)
            }
        }
    }

    @Test("Images among themselves compare as with others, symmetric to the last bit")
    func symmetric() throws {
        let images = try KernelImages(Matrix<Double>.random(rows: 21, columns: 3072, seed: 3), channels: 3)
        let square = images.values(threads: 2)
        let full = try images.values(with: KernelImageBlocks(images), threads: 1)
        #expect(square == square.transposed)
        #expect(square.isNear(full, tolerance: 1e-15))
        #expect(square == images.values(threads: 1))
    }

    @Test("Nearly equal images keep a distance that is right to nine digits")
    func nearlyEqual() throws {
        // d(t) = |φ(x + t v) − φ(x)|² is t² times a constant up to the cube; a kernel with noise of 1e-8 would show.
        let base = Matrix<Double>.random(rows: 2, columns: 3072, seed: 4)
        func distance(_ step: Double) throws -> Double {
            var moved = base
            for place in 0..<3072 { moved[1, place] = base[0, place] + step * base[1, place] }
            let values = try KernelImages(moved, channels: 3).values()
            return values[0, 0] - 2 * values[0, 1] + values[1, 1]
        }
        let (near, far) = (try distance(1e-4), try distance(2e-4))
        #expect(abs(far / near - 4) < 1e-3)
    }

    @Test("The derivative is that of finite differences")
    func gradient() throws {
        let points = Matrix<Double>.random(rows: 9, columns: 2048, seed: 5)
        let others = try KernelImages(Matrix<Double>.random(rows: 70, columns: 2048, seed: 6), channels: 2)
        let weights = (0..<70).map { Double($0 % 7) / 10 - 0.2 }
        let sums = try KernelImageBlocks(KernelImages(points, channels: 2)).weightedSums(over: others, weights: weights)
        for (row, place) in [(0, 0), (0, 31), (3, 500), (7, 1024), (8, 2047), (8, 1500)] {
            func value(_ step: Double) throws -> Double {
                var moved = points
                moved[row, place] += step
                let values = try KernelImages(moved, channels: 2).values(with: KernelImageBlocks(others))
                return (0..<70).reduce(0) { $0 + weights[$1] * values[row, $1] }
            }
            let difference = (try value(1e-5) - value(-1e-5)) / 2e-5
            // The error of a central difference: 1e-10 by the third derivative, 1e-15 / 1e-5 by rounding.
            #expect(abs(sums.gradient[row, place] - difference) < 1e-8)
            #expect(abs(difference) > 1e-6)
            #expect(abs(sums.values[row] - (try value(0))) < 1e-12)
        }
    }

    @Test("The derivative is the same on every number of threads")
    func threads() throws {
        let points = try KernelImages(
            Matrix<Float>(Matrix<Double>.random(rows: 20, columns: 1024, seed: 7)),
            channels: 1
        )
        let others = try KernelImages(
            Matrix<Float>(Matrix<Double>.random(rows: 300, columns: 1024, seed: 8)),
            channels: 1
        )
        let weights = [Float](repeating: 1.0 / 300, count: 300)
        let blocks = KernelImageBlocks(points)
        let one = try blocks.weightedSums(over: others, weights: weights, threads: 1)
        let three = try blocks.weightedSums(over: others, weights: weights, threads: 3)
        #expect(one.values == three.values)
        #expect(one.gradient == three.gradient)
    }

    @Test("Images of other shapes are refused")
    func shapes() throws {
        let one = try KernelImages(Matrix<Double>(rows: 1, columns: 1024), channels: 1)
        let three = try KernelImages(Matrix<Double>(rows: 1, columns: 3072), channels: 3)
        #expect(throws: NumericsError.self) { try KernelImages(Matrix<Double>(rows: 1, columns: 784), channels: 1) }
        #expect(throws: NumericsError.self) { try one.values(with: KernelImageBlocks(three)) }
        #expect(throws: NumericsError.self) {
            try KernelImageBlocks(one).weightedSums(over: one, weights: [1, 2])
        }
    }
}
