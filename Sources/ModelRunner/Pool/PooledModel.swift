import Packaging
import Sandbox

/// How a pool makes one more running model of a package.
struct PoolRecipe: Sendable {
    let package: Package
    let options: RunOptions
    let resources: Resources?
    let store: Store?

    /// Starts the model in a sandbox and a folder of its own; the environment is built when it is not there.
    ///
    /// - Parameter spares: runners that wait for a package; one of them serves when it is such as the package needs.
    /// - Returns: the model, loaded.
    /// - Throws: ``RunError``.
    func start(_ spares: SpareShelf) async throws(RunError) -> PooledModel {
        let preparation = try Preparation(package, options, resources, store)
        let environment = try await preparation.environment()
        let key = preparation.spareKey(environment)
        defer {
            if let key {
                spares.modelStarted(key) { () throws(RunError) in try await preparation.startSpare(environment) }
            }
        }
        if let key, let spare = spares.take(key) {
            do throws(RunError) {
                if let model = try await preparation.start(in: spare) {
                    return PooledModel(model: model, environment: environment, folder: spare.folder)
                }
            } catch {
                spare.folder.remove()
                // It may have died while it waited; a package that ends its runner says so when it starts cold, too.
                guard error.cause == .runnerDied else { throw error }
            }
            await spare.end()
        }
        let folder = try preparation.store.makeRunFolder()
        try preparation.unpack(into: folder.path)
        let interrupt = try Interrupt()
        let model = try await preparation.start(folder.path, environment, interrupt)
        return PooledModel(model: model, environment: environment, folder: folder)
    }
}

extension PoolRecipe {
    /// Makes a runner that waits for this package, or for another that needs the same.
    func prepare(_ spares: SpareShelf) async throws(RunError) {
        let preparation = try Preparation(package, options, resources, store)
        let environment = try await preparation.environment()
        guard let key = preparation.spareKey(environment) else { return }
        await spares.prepare(key) { () throws(RunError) in try await preparation.startSpare(environment) }
    }
}

/// A running model with all that it needs for as long as it runs; with the last reference to it everything is gone.
final class PooledModel: Sendable {
    let model: RunningModel
    /// Held, so that nobody clears it away while the model runs in it.
    private let environment: PythonEnvironment?
    private let folder: RunFolder

    init(model: RunningModel, environment: PythonEnvironment?, folder: RunFolder) {
        self.model = model
        self.environment = environment
        self.folder = folder
    }

    /// Ends the run; its processes and its folder are gone when this returns.
    func end() async {
        _ = await model.finish()
        folder.remove()
    }
}
