import Ensembles
package import Learnware
import Specifications

/// Why no answers came of reusing some learnwares.
package struct ReuseError: Error, Equatable, CustomStringConvertible, Sendable {
    /// What kind of fault it is.
    package enum Code: Equatable, Sendable {
        /// The members, their specifications or the options do not allow what was asked for.
        case invalidRequest
        /// The rows are not those that the method or a model takes.
        case invalidRows
        /// A member failed, and the run was strict, or it was the last.
        case memberFailed
        /// A computation found no answer.
        case numerics
        /// The caller wanted out.
        case cancelled
    }

    package let code: Code
    /// What is wrong, in one sentence, printable.
    package let description: String
    /// What to do about it.
    package let hint: String?
    /// Why the member failed that ended the run.
    package let cause: PredictorError?

    package init(_ code: Code, _ description: String, hint: String? = nil, cause: PredictorError? = nil) {
        self.code = code
        self.description = description
        self.hint = hint
        self.cause = cause
    }

    static let cancelled = ReuseError(.cancelled, "interrupted")

    init(_ error: EnsembleError) {
        let code: Code =
            switch error.code {
            case .invalidRows: .invalidRows
            case .invalidAnswer, .noAnswer: .memberFailed
            case .invalidFile, .invalidEnsemble: .invalidRequest
            }
        self.init(code, error.description)
    }

    init(_ error: SpecificationError) {
        switch error.code {
        case .cancelled: self = .cancelled
        case .numerics: self.init(.numerics, error.description)
        default: self.init(.invalidRequest, error.description)
        }
    }
}

/// Calls what an ensemble does and names its failure as one of reuse.
func combining<Value>(_ body: () throws(EnsembleError) -> Value) throws(ReuseError) -> Value {
    do throws(EnsembleError) {
        return try body()
    } catch {
        throw ReuseError(error)
    }
}
