/// How much a pool keeps, and how long it waits.
public struct PoolLimits: Sendable {
    /// Models that run at once, those that start or end included.
    public var models = 8
    /// Models of one package that run at once; further ones start only while calls wait.
    public var copies = 1
    /// Bytes of resident memory of all models together.
    ///
    /// Beyond it the least recently used idle models are ended, and none is started while another runs. A model that
    /// alone is larger answers the call that it was started for, and is not kept.
    public var memory = 4 << 30
    /// Runners that wait, with their libraries imported, for a package that is asked about for the first time; 0 for none.
    ///
    /// Each is for the packages of one environment, and is made when a second model was started there. They are not
    /// counted among ``models``; where memory is short they go first.
    public var spares = 1
    /// Seconds that a model is kept without a call.
    public var idleSeconds = 300.0
    /// Calls that wait for a model, all packages together; one more is refused at once.
    public var waitingCalls = 1024
    /// Seconds that a call waits for its model before it fails.
    public var waitSeconds = 300.0
    /// Seconds that a model whose own calls never pause keeps its place while other packages wait for one.
    ///
    /// It is twice the time that the model took to start, when that is more.
    public var turnSeconds = 1.0
    /// Seconds before a model that failed is started again; doubled with each failure that follows without an answer.
    public var firstPause = 0.05
    /// The longest such pause.
    public var longestPause = 30.0

    /// The defaults.
    public init() {}
}
