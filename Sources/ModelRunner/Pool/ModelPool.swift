public import Packaging
public import Sandbox
package import Tensors

/// Keeps models running between calls, each in a sandbox of its own, so that only a package's first call waits.
///
/// ```swift
/// let pool = ModelPool()
/// let package = try Package.open("iris.zip")
/// let y = try await pool.predict(package, [[5.1, 3.5, 1.4, 0.2]])   // starts the model
/// let z = try await pool.predict(package, [[6.0, 2.9, 4.5, 1.5]])   // finds it running
/// await pool.close()
/// ```
///
/// A running model serves calls of one package and one set of options alone, one call at a time, in the order in which
/// they came. A call whose model ends under it gets an error, and is never made again in silence; the next call starts
/// another model, after a pause that grows while the model does not answer. Calls change no model: for `fit` use
/// ``withModel(_:options:resources:store:_:)``.
///
/// A pool that is not closed ends its models when its last reference is gone, and when the host's process ends.
public final class ModelPool: Sendable {
    private let core: PoolCore
    private let resources: Resources?
    private let store: Store?

    /// - Parameters:
    ///   - limits: how much it keeps, and how long it waits.
    ///   - resources: the tools' own files; nil for those beside the running program.
    ///   - store: where environments are kept; nil for the caller's own.
    public init(_ limits: PoolLimits = PoolLimits(), resources: Resources? = nil, store: Store? = nil) {
        core = PoolCore(limits: limits)
        self.resources = resources
        self.store = store
    }

    deinit {
        core.beginClosing()
    }

    /// Predicts for a matrix of numbers.
    ///
    /// - Parameters:
    ///   - package: the learnware.
    ///   - rows: (n × d), every row of the same length.
    ///   - options: what the person running it decides; calls with other options get another model.
    /// - Returns: (n × k): the prediction of each row, labels as numbers.
    /// - Throws: ``RunError``; in phase `queue` when no model was free in time, too many calls wait, the task was
    ///   cancelled, or the pool was closed.
    public func predict(
        _ package: Package,
        _ rows: [[Double]],
        options: RunOptions = RunOptions()
    ) async throws(RunError) -> [[Double]] {
        let input = try Tensor(rows: rows)
        return try await predict(package, [input], options: options).rows(count: rows.count)
    }

    /// Predicts for a matrix of numbers that lie row by row, which costs least for large ones.
    ///
    /// - Parameters:
    ///   - package: the learnware.
    ///   - values: (n × d), row by row.
    ///   - columns: d.
    ///   - options: as for ``predict(_:_:options:)``.
    /// - Returns: (n × k), row by row: the prediction of each row, labels as numbers.
    /// - Throws: ``RunError``.
    public func predict(
        _ package: Package,
        _ values: [Double],
        columns: Int,
        options: RunOptions = RunOptions()
    ) async throws(RunError) -> [Double] {
        try await ask(package, options) { model throws(RunError) in
            try await model.predictUnlessLost(values, columns: columns)
        }.numbers()
    }

    /// Predicts one output row for each input row.
    ///
    /// - Parameters:
    ///   - package: the learnware.
    ///   - inputs: the model's tensors, or one tensor for each column of a table; all with the same first dimension.
    ///   - options: as for ``predict(_:_:options:)``.
    ///   - isTable: true when each tensor is one named column.
    ///   - allowsNaN: true to let NaN and infinities pass in the output.
    /// - Returns: the output tensors; the first dimension of each is that of the inputs.
    /// - Throws: ``RunError``.
    package func predict(
        _ package: Package,
        _ inputs: [Tensor],
        options: RunOptions = RunOptions(),
        isTable: Bool = false,
        allowsNaN: Bool = false
    ) async throws(RunError) -> [Tensor] {
        try await ask(package, options) { model throws(RunError) in
            try await model.predictUnlessLost(inputs, isTable: isTable, allowsNaN: allowsNaN)
        }
    }

    /// Asks a model that no other call has; another one when that model had ended before it was asked.
    private func ask(
        _ package: Package,
        _ options: RunOptions,
        _ predict: (RunningModel) async throws(RunError) -> [Tensor]?
    ) async throws(RunError) -> [Tensor] {
        let key = PoolKey(package, options)
        let recipe = PoolRecipe(package: package, options: options, resources: resources, store: store)
        var lease = try await core.lease(key, recipe)
        while true {
            let model = lease.pooled.model
            let outputs: [Tensor]?
            do throws(RunError) {
                outputs = try await predict(model)
            } catch {
                let isWish = error.cause == .cancelled || Task.isCancelled
                core.finish(lease, isWish ? .discarded : model.isOver ? .failed : .ready)
                throw error
            }
            if let outputs {
                // A cancellation that came after the answer has ended the model all the same.
                core.finish(lease, Task.isCancelled ? .discarded : .ready)
                return outputs
            }
            lease = try await core.leaseAgain(lease, key)
        }
    }

    /// Makes a runner that has the libraries of this package imported, so that its first call, or that of another package
    /// with the same environment, need not wait for them.
    ///
    /// - Parameters:
    ///   - package: the learnware; nothing of it is unpacked yet.
    ///   - options: as for ``predict(_:_:options:)``.
    /// - Throws: ``RunError`` when the environment cannot be made; without a runner the first call starts one.
    public func prepare(_ package: Package, options: RunOptions = RunOptions()) async throws(RunError) {
        let recipe = PoolRecipe(package: package, options: options, resources: resources, store: store)
        try await recipe.prepare(core.spares)
    }

    /// What the pool holds now.
    public func status() -> PoolStatus { core.status() }

    /// Ends every model and waits until nothing of them is left; calls that wait or run get an error.
    public func close() async {
        core.beginClosing()
        await core.waitForEnd()
    }
}
