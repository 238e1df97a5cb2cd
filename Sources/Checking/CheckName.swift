/// The checks, the cheap ones first; the raw value is the stable name for the command line and for reports.
package enum CheckName: String, CaseIterable, Sendable {
    case structure
    case semantics
    case specification
    case shapes
    case environment
    case loads
    case signature
    case predicts
    case ownData = "own-data"
    case output
    case outputShape = "output-shape"
    case datatype
    case finite
    case labels
    case deterministic
    case rowByRow = "row-by-row"
    case order
    case missing
    case rowTime = "row-time"
    case restart
    case startTime = "start-time"
    case memory
    case processes
    case denials

    /// What passes, in words.
    package var title: String {
        switch self {
        case .structure: "the zip holds a learnware"
        case .semantics: "the semantic specification is complete"
        case .specification: "a statistical specification is there and holds together"
        case .shapes: "the parts of the package agree on shapes"
        case .environment: "its environment can be built"
        case .loads: "the model loads in the sandbox"
        case .signature: "the loaded model's shapes fit the specifications"
        case .predicts: "it predicts for random rows"
        case .output: "it answers with one prediction for each row"
        case .outputShape: "a prediction has the declared shape"
        case .datatype: "predictions have the declared type"
        case .finite: "no prediction is NaN or infinite"
        case .labels: "labels and classes fit the semantic specification"
        case .ownData: "it predicts for rows like those of its own specification"
        case .deterministic: "the same rows give the same predictions"
        case .rowByRow: "one row at a time gives what all together give"
        case .order: "rows in another order give the same predictions"
        case .missing: "what it does when values are missing"
        case .restart: "a second start gives the same predictions"
        case .startTime: "how long it takes to start"
        case .rowTime: "how long a row takes"
        case .memory: "the most memory that it used"
        case .processes: "it was refused no process or thread"
        case .denials: "it was refused no system call"
        }
    }

    /// True for the checks that decide whether a learnware is usable.
    ///
    /// They are those that the Python package makes too, and those that must hold for there to be a prediction. The
    /// others decide only when all is to be strict.
    package var isRequired: Bool {
        switch self {
        case .structure, .semantics, .specification, .shapes, .environment, .loads, .signature, .predicts, .output,
            .outputShape, .finite, .labels:
            true
        default: false
        }
    }

    /// True for the checks that only look at the package.
    package var isStatic: Bool {
        switch self {
        case .structure, .semantics, .specification, .shapes: true
        default: false
        }
    }

    /// True for the checks that ask the loaded model.
    package var isAsked: Bool {
        switch self {
        case .signature, .predicts, .output, .outputShape, .datatype, .finite, .labels, .ownData, .deterministic,
            .rowByRow, .order, .missing, .rowTime:
            true
        default: false
        }
    }
}
