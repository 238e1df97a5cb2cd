import Foundation
import Numerics
import TestSupport
import Testing

@Suite("Clusters and samples")
struct SamplingTests {
    static let blobs: Matrix<Double> = {
        var points = Matrix<Double>.random(rows: 900, columns: 2, seed: 1)
        for row in 0..<900 { points[row, 0] += Double(row % 3) * 20 }
        return points
    }()

    @Test("Well-parted clusters are found, each row at its nearest centre")
    func clusters() throws {
        let found = try KMeans(Self.blobs, options: .init(clusters: 3, seed: 4))
        #expect(found.centers.elements.allSatisfy { $0.isFinite })
        let xs = (0..<3).map { found.centers[$0, 0] }.sorted()
        #expect(zip(xs, [0, 20, 40]).allSatisfy { abs($0 - $1) < 0.2 })
        var inertia = 0.0
        for row in 0..<900 {
            let distances = (0..<3).map { KernelTests.naiveDistance(Self.blobs, row, found.centers, $0) }
            #expect(distances[found.assignments[row]] == distances.min())
            inertia += distances.min() ?? 0
        }
        #expect(abs(found.inertia - inertia) < 1e-9 * inertia)
    }

    @Test("Centres are the means of their rows once nothing moves any more")
    func means() throws {
        var options = KMeans.Options(clusters: 10, seed: 1)
        options.tolerance = 0
        options.rounds = 1000
        let rows = Matrix<Double>.random(rows: 300, columns: 3, seed: 5)
        let found = try KMeans(rows, options: options)
        for cluster in 0..<10 {
            let members = (0..<300).filter { found.assignments[$0] == cluster }
            let mean = rows.rows(at: members).columnMeans
            #expect(zip(mean, found.centers.row(cluster)).allSatisfy { abs($0 - $1) < 1e-12 })
        }
    }

    @Test("No cluster is empty, though the starts are all the same row")
    func empty() throws {
        let rows = Matrix<Double>.random(rows: 200, columns: 2, seed: 6)
        let start = rows.rows(at: [Int](repeating: 7, count: 20))
        let found = KMeans(rows, from: start, options: .init(clusters: 20))
        #expect(Set(found.assignments).count == 20)
    }

    @Test("Fewer different rows than clusters still give finite centres")
    func duplicates() throws {
        let rows = try Matrix<Double>(rows: [[Double]](repeating: [1, 2], count: 10))
        let found = try KMeans(rows, options: .init(clusters: 4))
        #expect(found.inertia == 0 && (0..<4).allSatisfy { Array(found.centers.row($0)) == [1, 2] })
        #expect(throws: NumericsError.self) { try KMeans(rows, options: .init(clusters: 11)) }
        #expect(throws: NumericsError.self) { try KMeans(rows, options: .init(clusters: 0)) }
    }

    @Test("A seed gives the same clusters whatever the number of threads, and another seed may not")
    func seeds() throws {
        let rows = Matrix<Double>.random(rows: 3000, columns: 3, seed: 7)
        var options = KMeans.Options(clusters: 30, seed: 1)
        options.threads = 1
        let one = try KMeans(rows, options: options)
        options.threads = 4
        let four = try KMeans(rows, options: options)
        #expect(one.centers == four.centers && one.assignments == four.assignments)
        options.seed = 2
        #expect(try KMeans(rows, options: options).centers != one.centers)
    }

    @Test("Starts are spread: more often in the rare far group than its share")
    func spread() {
        var rows = Matrix<Double>.random(rows: 1000, columns: 1, seed: 8)
        rows[17, 0] = 1000
        var random = SeededRandom(seed: 3)
        #expect(KMeans.spreadPlaces(rows, count: 3, using: &random).contains(17))
    }

    @Test("Normal numbers have the mean, the variance and the tails of N(0, 1)")
    func normal() {
        var random = SeededRandom(seed: 9)
        let numbers = (0..<200_000).map { _ in random.normal() }
        let mean = numbers.reduce(0, +) / 200_000
        let variance = numbers.reduce(0) { $0 + $1 * $1 } / 200_000
        // Standard errors: 0.0022 and 0.0032; the tail's share is 0.0455 with one of 0.0005.
        #expect(abs(mean) < 0.01 && abs(variance - 1) < 0.015)
        let tail = Double(numbers.count { abs($0) > 2 }) / 200_000
        #expect(abs(tail - 0.0455) < 0.0025)
    }

    @Test("A multivariate sample has the mean and covariance that were asked for")
    func multivariate() throws {
        let covariance = try Matrix<Double>(rows: [[2, 0.8, 0], [0.8, 1, -0.3], [0, -0.3, 0.5]])
        let distribution = try NormalDistribution(mean: [1, -2, 3], covariance: covariance)
        var random = SeededRandom(seed: 10)
        let sample = distribution.sample(100_000, using: &random)
        let mean = sample.columnMeans
        #expect(zip(mean, [1, -2, 3]).allSatisfy { abs($0 - $1) < 0.02 })
        for i in 0..<3 {
            for j in 0..<3 {
                let found = (0..<100_000).reduce(0) { $0 + (sample[$1, i] - mean[i]) * (sample[$1, j] - mean[j]) } / 1e5
                #expect(abs(found - covariance[i, j]) < 0.04)
            }
        }
        let indefinite = try Matrix<Double>(rows: [[1, 2], [2, 1]])
        #expect(throws: NumericsError.self) { try NormalDistribution(mean: [0, 0], covariance: indefinite) }
    }

    @Test("Weighted places come in proportion, and places without weight never")
    func places() {
        var random = SeededRandom(seed: 11)
        var counts = [0, 0, 0, 0]
        for _ in 0..<30_000 { counts[random.place(cumulative: [0, 1, 1, 4])] += 1 }
        #expect(counts[0] == 0 && counts[2] == 0)
        #expect(abs(Double(counts[1]) / 30_000 - 0.25) < 0.015)
        #expect(Set(random.distinctPlaces(50, below: 60)).count == 50)
    }
}
