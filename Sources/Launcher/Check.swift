import LaunchPlan

/// Turns a `-errno` result into a thrown ``StepError``.
@discardableResult
func check(_ result: Int32, _ step: String, _ subject: String = "") throws(StepError) -> Int32 {
    guard result >= 0 else { throw StepError(step, result, subject) }
    return result
}
