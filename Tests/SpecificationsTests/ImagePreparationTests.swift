import Numerics
import Specifications
import Tensors
import Testing

@Suite("Preparing images")
struct ImagePreparationTests {
    /// Values at (0, 0), (0, 31), (13, 17), (31, 0), (31, 31) and (20, 5), and the sum, as Pillow 13.0.0 scales a plane
    /// of mode F with BILINEAR.
    static let pillow: [(height: Int, width: Int, values: [Double], sum: Double)] = [
        (
            28, 28,
            [0.0, 0.1034482792019844, 0.6079055666923523, 0.517241358757019, 0.8934169411659241, 0.9160339832305908],
            900.810504630208
        ),
        (
            64, 48,
            [
                0.3648678958415985, 0.5651589632034302, 1.0253396034240723, 0.8081056475639343, 0.8704097270965576,
                0.8710379600524902,
            ], 911.130582511425
        ),
        (
            45, 100,
            [
                0.4786072075366974, 0.7348655462265015, 0.810971736907959, 0.6952330470085144, 0.44647905230522156,
                1.005094289779663,
            ], 906.8586266338825
        ),
        (
            8, 8,
            [0.0, 0.13793103396892548, 0.6938186287879944, 0.6896551847457886, 1.2821316719055176, 0.9233934283256531],
            876.0877755396068
        ),
        (
            300, 33,
            [
                0.5383105874061584, 0.9270103573799133, 0.9095233082771301, 0.5403372049331665, 0.858525276184082,
                0.9130886197090149,
            ], 917.2562829852104
        ),
    ]

    @Test("Planes are scaled as Pillow scales them", arguments: 0..<5)
    func scaling(index: Int) throws {
        let expected = Self.pillow[index]
        let plane = (0..<expected.height * expected.width).map { place -> Float in
            let (row, column) = (place / expected.width, place % expected.width)
            let ramp = Double((row * 7 + column * 13) % 29) / 29
            return Float(ramp + Double(row * column % 11) / 11)
        }
        // Two planes, so that the second's place counts too.
        let images = try ImageSet(plane + plane.map { -$0 }, shape: [1, 2, expected.height, expected.width])
        let scaled = ImagePreparation.scaled(images.values, images, threads: 2)
        let places = [0, 31, 13 * 32 + 17, 31 * 32, 1023, 20 * 32 + 5]
        for (place, value) in zip(places, expected.values) {
            #expect(abs(Double(scaled[place]) - value) < 1e-6)
            #expect(abs(Double(scaled[1024 + place]) + value) < 1e-6)
        }
        #expect(abs(scaled[0..<1024].reduce(0) { $0 + Double($1) } - expected.sum) < 1e-4)
    }

    @Test("Missing values become their image's mean, and an image without values is named")
    func repair() throws {
        let images = try ImageSet([1, .nan, 3, .infinity, 5, 6, 7, -.infinity], shape: [2, 1, 2, 2])
        #expect(try ImagePreparation.repaired(images) == [1, 2, 3, 2, 5, 6, 7, 6])
        let empty = try ImageSet([1, 2, .nan, .infinity], shape: [2, 1, 1, 2])
        let error = try #require(throws: SpecificationError.self) { try ImagePreparation.repaired(empty) }
        #expect(error.description == "image 1 has no value that is a finite number")
    }

    @Test("Channels get mean 0 and sample deviation 1, and a constant channel zeros")
    func standardise() throws {
        let images = try ImageSamples.waves(6, channels: 2, seed: 1)
        var values = images.values
        for image in 0..<6 {
            for place in 0..<1024 { values[(image * 2 + 1) * 1024 + place] = 7 }
        }
        ImagePreparation.standardise(&values, count: 6, channels: 2)
        let first = (0..<6).flatMap { values[$0 * 2048..<$0 * 2048 + 1024] }.map { Double($0) }
        let mean = first.reduce(0, +) / 6144
        let variance = first.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 6143
        #expect(abs(mean) < 1e-6)
        #expect(abs(variance - 1) < 1e-6)
        #expect((0..<6).allSatisfy { values[$0 * 2048 + 1024..<($0 + 1) * 2048].allSatisfy { $0 == 0 } })
    }

    // More images than values, and fewer: two ways to the same.
    @Test("Whitening is X (XᵀX / n + ridge)^(−1/2)", arguments: [(200, 30), (30, 80)])
    func whitening(rows: Int, columns: Int) throws {
        var random = SeededRandom(seed: 2)
        var images = Matrix<Float>(rows: rows, columns: columns)
        for row in 0..<rows {
            let common = random.normal()
            for column in 0..<columns { images[row, column] = Float(common + 0.5 * random.normal()) }
        }
        let whitened = Matrix<Double>(try ImagePreparation.whitened(images, threads: 1))
        // W² (C + ridge) = I, so XW (C + ridge) (XW)ᵀ = X Xᵀ.
        let source = Matrix<Double>(images)
        var covariance = try Matrix.product(.transposed(source), .plain(source))
        covariance.withElements { elements in
            for place in elements.indices { elements[place] /= Double(rows) }
        }
        let trace = (0..<columns).reduce(0) { $0 + covariance[$1, $1] }
        for place in 0..<columns { covariance[place, place] += 0.1 * trace / Double(columns) }
        let left = try Matrix.product(.plain(whitened.multiplied(by: covariance)), .transposed(whitened))
        let right = try Matrix.product(.plain(source), .transposed(source))
        let scale = right.elements.map { abs($0) }.max() ?? 0
        #expect(zip(left.elements, right.elements).allSatisfy { abs($0 - $1) < 1e-4 * scale })
        #expect(scale > 1)
        // And W is symmetric and positive, so that images stay like themselves.
        let likeness = zip(whitened.elements, source.elements).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(likeness > 0)
    }

    @Test("Images are taken from tensors of numbers, grey ones without channels too")
    func tensors() throws {
        let colours = try ImageSet(Tensor(name: "X", integers: Array(0..<24), shape: [2, 3, 2, 2]))
        #expect([colours.count, colours.channels, colours.height, colours.width] == [2, 3, 2, 2])
        #expect(colours.values == (0..<24).map { Float($0) })
        let grey = try ImageSet(Tensor(name: "X", doubles: [1, 2, 3, 4, 5, .nan], shape: [1, 2, 3]))
        #expect([grey.count, grey.channels, grey.height, grey.width] == [1, 1, 2, 3])
        #expect(throws: SpecificationError.self) { try ImageSet(Tensor(name: "X", doubles: [1, 2], shape: [1, 2])) }
        #expect(throws: SpecificationError.self) {
            try ImageSet(Tensor(name: "X", strings: ["a"], shape: [1, 1, 1, 1]))
        }
    }

    @Test(
        "Shapes that are no images are refused",
        arguments: [[2, 1, 32], [0, 1, 4, 4], [1, 65, 1, 1], [1, 1, 3, 3]]
    )
    func shapes(shape: [Int]) {
        #expect(throws: SpecificationError.self) { try ImageSet([Float](repeating: 0, count: 64), shape: shape) }
    }
}
