import Documents
import Numerics
import Specifications
import Testing

@Suite("Fitting image specifications")
struct ImageFittingTests {
    static func options(_ method: RKMEImageOptions.Method, points: Int, rounds: Int) -> RKMEImageOptions {
        var options = RKMEImageOptions()
        options.method = method
        options.pointCount = points
        options.rounds = rounds
        return options
    }

    static let small = ImageNetworks(count: 3, factor: 1, width: 16)
    static let methods: [RKMEImageOptions.Method] = [.kernel, .networks(small, rowsEach: 20)]

    @Test("The loss falls", arguments: methods)
    func lossFalls(method: RKMEImageOptions.Method) throws {
        let images = try ImageSamples.waves(40, channels: 3, seed: 1)
        var losses: [Double] = []
        let specification = try RKMEImageSpecification(
            fitting: images,
            options: Self.options(method, points: 5, rounds: 25)
        ) {
            losses.append($0.objective)
            return true
        }
        #expect(losses.count == 25)
        // Networks are new in each round, so that the loss trembles: means of five are compared.
        let (first, last) = (losses.prefix(5).reduce(0, +) / 5, losses.suffix(5).reduce(0, +) / 5)
        #expect(last < first - 0.002)
        #expect(abs(specification.weights.reduce(0, +) - 1) < 1e-12)
        #expect(specification.weights.allSatisfy { $0 >= 0 })
        var untouched = Self.options(method, points: 5, rounds: 0)
        untouched.seed = 0
        let noise = try RKMEImageSpecification(fitting: images, options: untouched)
        let before = try ImageSamples.squaredDistance(noise, to: images)
        let after = try ImageSamples.squaredDistance(specification, to: images)
        #expect(after < 0.9 * before)
    }

    @Test("By the kernel, a few images come at least twice as near as the best of five draws from the data")
    func quality() throws {
        let images = try ImageSamples.waves(120, channels: 1, seed: 2)
        let fitted = try RKMEImageSpecification(fitting: images, options: Self.options(.kernel, points: 8, rounds: 60))
        let distance = try ImageSamples.squaredDistance(fitted, to: images)
        var all = RKMEImageOptions()
        all.reduces = false
        let rows = try RKMEImageSpecification(fitting: images, options: all).points
        var random = SeededRandom(seed: 3)
        var best = Double.infinity
        for _ in 0..<5 {
            let chosen = rows.rows(at: random.distinctPlaces(8, below: 120))
            let some = try RKMEImageSpecification(
                points: chosen,
                channels: 1,
                weights: [Double](repeating: 1 / 8, count: 8)
            )
            best = min(best, try ImageSamples.squaredDistance(some, to: images))
        }
        #expect(distance < best / 2)
    }

    @Test("A seed gives one specification, on every number of threads", arguments: methods)
    func determinism(method: RKMEImageOptions.Method) throws {
        let images = try ImageSamples.waves(30, channels: 3, side: 20, seed: 4)
        func fitted(seed: UInt64, threads: Int) throws -> RKMEImageSpecification {
            var options = Self.options(method, points: 4, rounds: 3)
            options.sampleSize = 25
            options.seed = seed
            options.threads = threads
            return try RKMEImageSpecification(fitting: images, options: options)
        }
        let (one, three, other) = try (
            fitted(seed: 5, threads: 1), fitted(seed: 5, threads: 3), fitted(seed: 6, threads: 1)
        )
        #expect(one.points == three.points)
        #expect(one.weights == three.weights)
        #expect(one.points != other.points)
    }

    @Test("A fit stops when it is told to, with what there is", arguments: methods)
    func stop(method: RKMEImageOptions.Method) throws {
        let images = try ImageSamples.waves(10, channels: 1, seed: 7)
        var rounds = 0
        _ = try RKMEImageSpecification(fitting: images, options: Self.options(method, points: 3, rounds: 50)) {
            rounds = $0.round
            return $0.round < 2
        }
        #expect(rounds == 2)
    }

    @Test("Free weights need not sum to 1")
    func freeWeights() throws {
        let images = try ImageSamples.waves(20, channels: 1, seed: 8)
        var options = Self.options(.kernel, points: 4, rounds: 2)
        options.hasNonnegativeWeights = false
        let specification = try RKMEImageSpecification(fitting: images, options: options)
        #expect(abs(specification.weights.reduce(0, +) - 1) > 1e-3)
        #expect(try ImageSamples.squaredDistance(specification, to: images).isFinite)
    }

    @Test("More points than images are points all the same, and one image is enough")
    func oneImage() throws {
        let images = try ImageSamples.waves(1, channels: 3, side: 40, seed: 9)
        let specification = try RKMEImageSpecification(
            fitting: images,
            options: Self.options(.kernel, points: 3, rounds: 2)
        )
        #expect(specification.points.rows == 3)
        #expect(specification.points.elements.allSatisfy { $0.isFinite })
    }

    @Test("Images that are all the same colour give finite numbers")
    func constant() throws {
        let images = try ImageSet([Float](repeating: 4, count: 5 * 3 * 32 * 32), shape: [5, 3, 32, 32])
        let specification = try RKMEImageSpecification(
            fitting: images,
            options: Self.options(.kernel, points: 2, rounds: 3)
        )
        #expect(specification.points.elements.allSatisfy { $0.isFinite })
        #expect(specification.weights.allSatisfy { $0.isFinite })
    }

    @Test("Options that make no sense are refused")
    func options() throws {
        let images = try ImageSamples.waves(2, channels: 1, seed: 10)
        let changes: [(inout RKMEImageOptions) -> Void] = [
            { $0.pointCount = 0 }, { $0.pointCount = 5000 }, { $0.rounds = -1 }, { $0.stepSize = 0 },
            { $0.sampleSize = 0 }, { $0.threads = 0 }, { $0.method = .networks(rowsEach: 0) },
            { $0.method = .networks(ImageNetworks(depth: 2)) },
        ]
        for change in changes {
            var options = RKMEImageOptions()
            change(&options)
            #expect(throws: SpecificationError.self) { try RKMEImageSpecification(fitting: images, options: options) }
        }
    }

    @Test("No image comes nearer to the data than the guard allows, and the file says so")
    func guardsPrivacy() throws {
        // Ten images of each kind, nearly equal: the best five points are next to rows.
        var random = SeededRandom(seed: 11)
        let kinds = try ImageSamples.waves(5, channels: 1, seed: 12)
        var values: [Float] = []
        for copy in 0..<50 {
            for value in kinds.values[copy % 5 * 1024..<(copy % 5 + 1) * 1024] {
                values.append(value + Float(0.02 * random.normal()))
            }
        }
        let images = try ImageSet(values, shape: [50, 1, 32, 32])
        var options = Self.options(.kernel, points: 5, rounds: 120)
        let fit = try RKMEImageFit(images, options: options)
        let report = try fit.privacyReport()
        guard case .distance(let distance) = fit.specification.guardRecord else {
            Issue.record("the guard is not in the record")
            return
        }
        #expect(report.nearestDistance > distance)
        #expect(abs(report.rowDistances.first - distance) < 1e-9)
        #expect(report.rowDistances.first <= report.rowDistances.median)
        #expect(report.discrepancy >= report.freeDiscrepancy - 1e-4)
        let measured = try ImageSamples.squaredDistance(fit.specification, to: images).squareRoot()
        #expect(abs(report.discrepancy - measured) < 1e-3)
        let again = try RKMEImageSpecification(json: fit.specification.jsonBytes())
        #expect(again.guardRecord == fit.specification.guardRecord)
        options.guardsPrivacy = false
        let free = try RKMEImageFit(images, options: options)
        #expect(free.specification.guardRecord == .off)
        #expect(free.specification.node["privacy_guard"] == false)
        #expect(try free.privacyReport().discrepancy <= report.discrepancy + 1e-4)
    }

    @Test("The optimiser's first steps are those of its paper")
    func adaBelief() {
        // With a constant derivative g: m₁ = 0.1 g, s₁ = 0.001 (0.9 g)², so the step is α g / (0.9 g). Then m̂₂ = g again
        // and s₂ = 0.999 s₁ + 0.001 (0.81 g)², over 1 − 0.999².
        var optimizer = AdaBelief(count: 2, stepSize: 0.1)
        var values: [Float] = [1, 1]
        optimizer.step(&values, [2, -0.5])
        #expect(abs(Double(values[0]) - (1 - 0.1 / 0.9)) < 1e-6)
        #expect(abs(Double(values[1]) - (1 + 0.1 / 0.9)) < 1e-6)
        optimizer.step(&values, [2, -0.5])
        let variance = (0.999 * 0.001 * 0.81 + 0.001 * 0.6561) / (1 - 0.999 * 0.999)
        #expect(abs(Double(values[0]) - (1 - 0.1 / 0.9 - 0.1 / variance.squareRoot())) < 1e-6)
    }
}
