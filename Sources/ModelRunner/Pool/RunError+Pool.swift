extension RunError {
    static var poolClosed: RunError {
        RunError(.queue, .cancelled, "the pool of models was closed")
    }

    static var cancelledWaiting: RunError {
        RunError(.queue, .cancelled, "the call was cancelled while it waited for its model")
    }

    static func queueFull(_ count: Int) -> RunError {
        RunError(
            .queue,
            .limit,
            "\(count) calls wait for a model already, and the pool takes no more",
            hint: "call again later, or raise the pool's 'waitingCalls'"
        )
    }

    static func waitedTooLong(_ seconds: Double) -> RunError {
        RunError(
            .queue,
            .timeout,
            "no model was free for the call within \(Int(seconds.rounded(.up))) s",
            hint: "more 'models' or 'copies' in the pool, or a longer 'waitSeconds'"
        )
    }
}
