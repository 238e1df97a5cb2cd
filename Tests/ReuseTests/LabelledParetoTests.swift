import Numerics
import Reuse
import Testing

@Suite("Ranks of points")
struct LabelledParetoTests {
    /// Small whole numbers, so that points share coordinates and come twice.
    static func points(_ count: Int, axes: Int, seed: UInt64) -> [[Double]] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in (0..<axes).map { _ in Double(random.next() % 8) } }
    }

    /// By the definition: in rank r is what nothing dominates once ranks below r are taken away.
    static func peeled(_ points: [[Double]]) -> [[Int]] {
        var left = Array(points.indices)
        var fronts: [[Int]] = []
        while !left.isEmpty {
            let front = left.filter { place in
                !left.contains { other in
                    let pairs = zip(points[other], points[place])
                    return pairs.allSatisfy { $0 <= $1 } && pairs.contains { $0 < $1 }
                }
            }
            fronts.append(front)
            left.removeAll { front.contains($0) }
        }
        return fronts
    }

    @Test("Fronts are those that peeling by the definition gives", arguments: [(1, 2), (60, 2), (80, 3), (50, 1)])
    func fronts(count: Int, axes: Int) {
        for seed in 0..<5 as Range<UInt64> {
            let points = Self.points(count, axes: axes, seed: seed)
            #expect(ParetoRanking.fronts(points) == Self.peeled(points))
        }
        #expect(ParetoRanking.fronts([]).isEmpty)
    }

    @Test("A point dominates when it is nowhere worse and somewhere better")
    func dominates() {
        #expect(ParetoRanking.dominates([1, 2], [1, 3]))
        #expect(!ParetoRanking.dominates([1, 2], [1, 2]))
        #expect(!ParetoRanking.dominates([1, 2], [0, 3]))
    }

    @Test("Crowding is the distance of neighbours in parts of the extent, and infinite at the ends")
    func crowding() {
        // In x the neighbours of (2, 6) are 1 and 5, of 0…10; in y 9 and 1, of 0…10.
        let points: [[Double]] = [[0, 10], [1, 9], [2, 6], [5, 1], [10, 0]]
        let distances = ParetoRanking.crowding(points, front: [4, 2, 0, 1, 3])
        #expect(distances[0] == .infinity && distances[2] == .infinity)
        #expect(abs(distances[1] - (0.4 + 0.8)) < 1e-15)
        #expect(abs(distances[3] - (0.2 + 0.4)) < 1e-15)
        #expect(abs(distances[4] - (0.8 + 0.6)) < 1e-15)
        #expect(ParetoRanking.crowding(points, front: []).isEmpty)
        #expect(ParetoRanking.crowding([[1], [1], [1]], front: [0, 1, 2]).count { $0 == 0 } == 1)
    }
}
