/// What a pool holds at one moment.
public struct PoolStatus: Equatable, Sendable {
    /// A model of the pool.
    public struct Model: Equatable, Sendable {
        /// What a model does.
        public enum Stage: String, Sendable {
            case starting
            case idle
            case busy
            case ending
        }

        /// The package's content digest.
        public var digest: String
        /// What it does.
        public var stage: Stage
        /// Bytes of resident memory when it was looked at last; for a model that starts, those of one before it.
        public var bytes: Int
        /// Calls that it has finished.
        public var calls: Int
    }

    /// Its models, the oldest first.
    public var models: [Model]
    /// Calls that wait for a model.
    public var waitingCalls: Int
    /// Runners that wait for a package.
    public var spares: Int

    init(_ state: PoolState, spares: Int) {
        self.spares = spares
        models = state.instances.sorted { $0.key < $1.key }.map { _, instance in
            let stage: Model.Stage =
                switch instance.stage {
                case .starting: .starting
                case .idle: .idle
                case .busy: .busy
                case .ending: .ending
                }
            return Model(digest: instance.key.digest, stage: stage, bytes: instance.bytes, calls: instance.calls)
        }
        waitingCalls = state.waitingCount
    }
}
