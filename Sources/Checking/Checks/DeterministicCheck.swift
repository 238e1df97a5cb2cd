import Learnware

/// Asked again, the model answers the same.
enum DeterministicCheck: ModelCheck {
    static let name = CheckName.deterministic
    private static let remedy = "seed what is random inside predict, and keep nothing from one call to the next"

    static func finding(_ session: inout CheckSession) async throws(PredictorError) -> Finding {
        guard let first = session.first else { return .skipped("it gave no answer") }
        var farthest: Double?
        for _ in 0..<session.subject.options.repeats {
            switch Agreement(first.outputs, try await session.ask(first.inputs)) {
            case .same: continue
            case .close(let distance): farthest = max(farthest ?? 0, distance)
            case .different(let distance, let row):
                session.isErratic = true
                return .warning(
                    "the same rows gave other predictions\(differenceText(distance, row))",
                    remedy: remedy
                )
            }
        }
        let times = counted(session.subject.options.repeats, "time")
        guard let farthest else { return .pass("asked \(times) more, and answered the same") }
        return .pass("asked \(times) more, and answered the same up to \(short(farthest)) of the largest number")
    }

    /// The answers of another start, compared with those of the first.
    static func restarted(_ agreement: Agreement) -> Finding {
        switch agreement {
        case .same: .pass("it answers as before")
        case .close(let distance): .pass("it answers as before, up to \(short(distance)) of the largest number")
        case .different(let distance, let row):
            .warning(
                "a second start gives other predictions\(differenceText(distance, row))",
                remedy: "seed what is random while the model loads, and iterate over no set of texts"
            )
        }
    }
}

/// How far apart and where, as the end of a sentence.
func differenceText(_ distance: Double?, _ row: Int) -> String {
    let place = ", first seen in row \(row)"
    guard let distance else { return place }
    return ", by up to \(short(distance * 100)) % of the largest number, most in row \(row)"
}
