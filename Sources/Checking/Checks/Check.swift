import Learnware

/// A check that looks at the package alone.
protocol PackageCheck: Sendable {
    static var name: CheckName { get }
    static func finding(_ subject: CheckSubject) -> Finding
}

/// A check that asks the loaded model.
protocol ModelCheck: Sendable {
    static var name: CheckName { get }
    /// - Throws: ``PredictorError`` when the model does not answer; the session says what that means.
    static func finding(_ session: inout CheckSession) async throws(PredictorError) -> Finding
}

/// A check of what the run itself tells.
protocol RunCheck: Sendable {
    static var name: CheckName { get }
    static func finding(_ report: PredictorReport) -> Finding
}
