import CSVM
import Ensembles
import Numerics

/// C-support vector classification with a Gaussian kernel, by libsvm (Chang and Lin 2011).
struct SupportVectorMachine {
    /// What a machine came to: which of its points count, and for what.
    struct Fitted {
        /// Places among the points that it was trained with, those of the first class first.
        let supports: [Int]
        let votes: PairwiseVotes
    }

    /// The price of a point on the wrong side.
    let cost: Double

    /// Trains with kernels that are computed already.
    ///
    /// - Parameters:
    ///   - gram: as libsvm reads it, of all points.
    ///   - places: the points to train with, ascending.
    ///   - labels: classes of all points from 0, ascending; each class is among the places.
    /// - Returns: the machine.
    /// - Throws: ``EnsembleError`` when libsvm's answer is none.
    func train(_ gram: KernelRows, places: [Int], labels: [Int]) throws(EnsembleError) -> Fitted {
        try gram.withRows { rows throws(EnsembleError) in
            var chosen = places.map { rows[$0] }
            return try train(&chosen, labels: places.map { labels[$0] }, kernel: PRECOMPUTED, gamma: 0) { places[$0] }
        }
    }

    /// Trains with points, whose kernels libsvm computes as it needs them.
    ///
    /// - Parameters:
    ///   - points: (n × d).
    ///   - labels: as above.
    ///   - gamma: of the kernel.
    /// - Returns: the machine.
    /// - Throws: ``EnsembleError`` when libsvm's answer is none.
    func train(_ points: Matrix<Double>, labels: [Int], gamma: Double) throws(EnsembleError) -> Fitted {
        try KernelRows(points: points).withRows { rows throws(EnsembleError) in
            var all = rows
            return try train(&all, labels: labels, kernel: RBF, gamma: gamma) { $0 }
        }
    }

    private func train(
        _ rows: inout [UnsafeMutablePointer<svm_node>?],
        labels: [Int],
        kernel: Int,
        gamma: Double,
        place: (Int) -> Int
    ) throws(EnsembleError) -> Fitted {
        Self.silence
        var targets = labels.map { Double($0) }
        let result = rows.withUnsafeMutableBufferPointer { rows in
            targets.withUnsafeMutableBufferPointer { targets in
                var problem = svm_problem(l: Int32(targets.count), y: targets.baseAddress, x: rows.baseAddress)
                var parameters = svm_parameter()
                parameters.svm_type = Int32(C_SVC)
                parameters.kernel_type = Int32(kernel)
                parameters.gamma = gamma
                parameters.C = cost
                parameters.eps = 1e-3
                parameters.cache_size = 64
                parameters.shrinking = 1
                guard svm_check_parameter(&problem, &parameters) == nil else {
                    return Result<Fitted, EnsembleError>.failure(Self.noAnswer)
                }
                var model = svm_train(&problem, &parameters)
                defer { svm_free_and_destroy_model(&model) }
                return Self.read(model, classes: (labels.last ?? 0) + 1, place: place)
            }
        }
        return try result.get()
    }

    /// libsvm tells standard output how it is getting on unless it is told otherwise, once for the process.
    private static let silence: Void = svm_set_print_string_function { _ in }

    private static var noAnswer: EnsembleError {
        EnsembleError(.invalidEnsemble, "libsvm found no classifier for the points")
    }

    private static func read(
        _ model: UnsafeMutablePointer<svm_model>?,
        classes: Int,
        place: (Int) -> Int
    ) -> Result<Fitted, EnsembleError> {
        guard let model = model?.pointee, Int(model.nr_class) == classes, let labels = model.label,
            let counts = model.nSV, let indices = model.sv_indices, let rows = model.sv_coef, let rho = model.rho,
            (0..<classes).allSatisfy({ labels[$0] == $0 })
        else { return .failure(noAnswer) }
        let count = Int(model.l)
        let coefficients = (0..<classes - 1).flatMap { row in (0..<count).map { rows[row]?[$0] ?? .nan } }
        do throws(EnsembleError) {
            let votes = try PairwiseVotes(
                supportCounts: (0..<classes).map { Int(counts[$0]) },
                coefficients: coefficients,
                intercepts: (0..<classes * (classes - 1) / 2).map { rho[$0] }
            )
            return .success(Fitted(supports: (0..<count).map { place(Int(indices[$0]) - 1) }, votes: votes))
        } catch {
            return .failure(error)
        }
    }
}

/// Rows of numbers as libsvm reads them: pairs of an index and a value, the last with the index -1.
struct KernelRows {
    private var nodes: [svm_node]
    private let stride: Int
    private let count: Int

    /// Points, (n × d).
    init(points: Matrix<Double>) {
        stride = points.columns + 1
        count = points.rows
        nodes = []
        nodes.reserveCapacity(count * stride)
        for row in 0..<count {
            for (column, value) in points.row(row).enumerated() {
                nodes.append(svm_node(index: Int32(column + 1), value: value))
            }
            nodes.append(svm_node(index: -1, value: 0))
        }
    }

    /// Kernels of all points with all, (n × n).
    ///
    /// Each row begins with its own number, from 1, by which others look into it.
    init(gram: Matrix<Double>) {
        stride = gram.columns + 2
        count = gram.rows
        nodes = []
        nodes.reserveCapacity(count * stride)
        for row in 0..<count {
            nodes.append(svm_node(index: 0, value: Double(row + 1)))
            for (column, value) in gram.row(row).enumerated() {
                nodes.append(svm_node(index: Int32(column + 1), value: value))
            }
            nodes.append(svm_node(index: -1, value: 0))
        }
    }

    /// Calls a closure with a pointer to each row, valid for as long as it runs; nobody writes there.
    func withRows<Value>(
        _ body: ([UnsafeMutablePointer<svm_node>?]) throws(EnsembleError) -> Value
    ) throws(EnsembleError) -> Value {
        let result = nodes.withUnsafeBufferPointer { nodes in
            let first = UnsafeMutablePointer(mutating: nodes.baseAddress)
            let rows = (0..<count).map { row in first.map { $0 + row * stride } }
            return Result { () throws(EnsembleError) in try body(rows) }
        }
        return try result.get()
    }
}
