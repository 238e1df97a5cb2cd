import Packaging
import Sandbox

/// How a pool makes one more running model of a package.
struct PoolRecipe: Sendable {
    let package: Package
    let options: RunOptions
    let resources: Resources?
    let store: Store?

    /// Starts the model in a sandbox and a folder of its own; the environment is built when it is not there.
    func start() async throws(RunError) -> PooledModel {
        let preparation = try Preparation(package, options, resources, store)
        let environment = try await preparation.environment()
        let folder = try preparation.store.makeRunFolder()
        try preparation.unpack(into: folder.path)
        let interrupt = try Interrupt()
        let model = try await preparation.start(folder.path, environment, interrupt)
        return PooledModel(model: model, environment: environment, folder: folder)
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
