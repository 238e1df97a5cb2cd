import Numerics
import Specifications
import Testing

@Suite("Principal components of a specification")
struct PrincipalPlaneTests {
    private static func specification(_ points: [[Double]], _ weights: [Double]) throws -> RKMETableSpecification {
        try RKMETableSpecification(
            points: Matrix(rows: points),
            weights: weights,
            gamma: 0.1,
            sampleShape: [points[0].count]
        )
    }

    @Test("Points on two crossed lines keep their places, whatever the space around them", arguments: [2, 3, 40])
    func crossedLines(dimension: Int) throws {
        let rest = [Double](repeating: 7, count: dimension - 2)
        let points = [[3.0, 0], [-3, 0], [0, 1], [0, -1]].map { $0 + rest }
        let plane = try PrincipalPlane(Self.specification(points, [0.25, 0.25, 0.25, 0.25]))
        #expect(zip(plane.points.map(\.x), [3, -3, 0, 0]).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect(zip(plane.points.map(\.y), [0, 0, 1, -1]).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect(abs(plane.shares.0 - 0.9) < 1e-12 && abs(plane.shares.1 - 0.1) < 1e-12)
    }

    @Test("Points without weight do not turn the components")
    func weights() throws {
        let points = [[1.0, 0], [-1, 0], [0, 1000]]
        let plane = try PrincipalPlane(Self.specification(points, [0.5, 0.5, 0]))
        #expect(abs(plane.points[0].x - 1) < 1e-12 && abs(plane.shares.0 - 1) < 1e-12)
    }

    @Test("One number, one point, or equal points leave nothing undefined")
    func degenerate() throws {
        let one = try PrincipalPlane(Self.specification([[5]], [1]))
        #expect(one.points == [.init(x: 0, y: 0, weight: 1)] && one.shares == (0, 0))
        let equal = try PrincipalPlane(Self.specification([[1, 2], [1, 2]], [0.5, 0.5]))
        #expect(equal.points.allSatisfy { $0.x == 0 && $0.y == 0 })
        let line = try PrincipalPlane(Self.specification([[1], [3]], [0.5, 0.5]))
        #expect(line.points.map(\.x) == [-1, 1] && line.points.map(\.y) == [0, 0])
    }

    @Test("A cancelled task has no fit")
    func cancelled() async {
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try RKMETableSpecification(fitting: .normal(500, 3, seed: 1))
        }
        task.cancel()
        let error = await #expect(throws: SpecificationError.self) { _ = try await task.value }
        #expect(error?.code == .cancelled)
    }
}
