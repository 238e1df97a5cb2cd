import Documents
import Numerics
import Specifications
import Testing

/// The reduced-set algorithm against recorded steps of the Python package.
@Suite("Compatible mode follows the recorded steps")
struct TraceTests {
    static let names = [
        "diabetes_std_K20", "gauss_n1000_d10_K12", "gmm_n1000_d10_K12", "iris_K10", "iris_std_K10", "wine_K15",
        "wine_std_K15",
    ]

    /// Here the recorded solver stopped 5e-9 to 9e-9 above the least, which ours reaches and proves; the kernel is nearly
    /// singular, so its weights are 0.6 % away for that, and its last points 1.7e-6.
    static let loose = "iris_K10"

    struct Trace {
        let node: Node
        let problem: ReducedSetProblem
        let stepSize: Double
        /// (1/n²) ΣΣ k(x, x).
        let norm: Double

        init(_ name: String) throws {
            node = try Golden.json("traces/\(name).json")
            let rows = try Golden.rows("specs/\(node["case"]?.string ?? "")/X.npy")
            let kernel = try GaussianKernel(gamma: node["gamma"]?.number ?? 0)
            problem = ReducedSetProblem(rows: rows, kernel: kernel)
            stepSize = node["step_size"]?.number ?? 0
            norm = try kernel.squaredNorm(of: rows)
        }

        func points(_ step: Int) throws -> Matrix<Double> {
            try (node[step == 0 ? "z_kmeans" : "z_\(step)"] ?? []).matrix
        }

        func weights(_ step: Int) -> [Double] { (node["beta_\(step)"] ?? []).doubles }
        func squaredDistance(_ step: Int) -> Double { node["mmd2_\(step)"]?.number ?? .nan }
    }

    @Test("A step from recorded points and weights gives the next points to 1e-6", arguments: names)
    func steps(name: String) throws {
        let trace = try Trace(name)
        for step in 0..<3 {
            let moved = try CompatibleReduction.step(
                trace.points(step),
                weights: trace.weights(step),
                trace.problem,
                stepSize: trace.stepSize
            )
            #expect(moved.relativeDifference(from: try trace.points(step + 1)) < 1e-6)
            // The step itself, which is small beside the points.
            let stepTaken = try Self.difference(moved, trace.points(step))
            let recorded = try Self.difference(trace.points(step + 1), trace.points(step))
            #expect(stepTaken.relativeDifference(from: recorded) < 1e-6)
        }
    }

    static func difference(_ left: Matrix<Double>, _ right: Matrix<Double>) throws -> Matrix<Double> {
        try Matrix(
            rows: left.rows,
            columns: left.columns,
            elements: zip(left.elements, right.elements).map { $0 - $1 }
        )
    }

    @Test("Weights for recorded points reach the recorded distance to 1e-6 or a lower one", arguments: names)
    func weights(name: String) throws {
        let trace = try Trace(name)
        for step in 0...3 {
            let set = try trace.problem.weighted(trace.points(step))
            let squared = 2 * set.objective + trace.norm
            let recorded = trace.squaredDistance(step)
            #expect(squared <= recorded * (1 + 1e-6))
            // The recorded solver stops 1e-8 above the least.
            #expect(squared >= recorded * (1 - 1e-6) - 1e-7)
            let theirs = Matrix(unchecked: trace.weights(step), rows: 1, columns: set.weights.count)
            let ours = Matrix(unchecked: set.weights, rows: 1, columns: set.weights.count)
            #expect(ours.relativeDifference(from: theirs) < (name == Self.loose ? 1e-2 : 1e-3))
        }
    }

    @Test("Free weights are the recorded ones to 1e-6", arguments: names)
    func freeWeights(name: String) throws {
        let trace = try Trace(name)
        let problem = ReducedSetProblem(
            rows: trace.problem.rows,
            kernel: trace.problem.kernel,
            isNonnegative: false
        )
        let found = try problem.weighted(trace.points(3)).weights
        let recorded = (trace.node["beta_unconstrained_on_z_3"] ?? []).doubles
        let (ours, theirs) = (
            Matrix(unchecked: found, rows: 1, columns: found.count),
            Matrix(unchecked: recorded, rows: 1, columns: recorded.count)
        )
        #expect(ours.relativeDifference(from: theirs) < 1e-6)
    }

    @Test("All steps from the recorded start end at the recorded points to 1e-6", arguments: names)
    func wholeRun(name: String) throws {
        let trace = try Trace(name)
        let set = try CompatibleReduction.run(trace.problem, from: trace.points(0), steps: 3, stepSize: trace.stepSize)
        #expect(set.points.relativeDifference(from: try trace.points(3)) < (name == Self.loose ? 2e-6 : 1e-6))
    }
}
