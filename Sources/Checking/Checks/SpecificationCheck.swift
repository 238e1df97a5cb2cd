import Documents
import Packaging
import Specifications

/// There is a statistical specification that can be read, and whose distance to itself is a number.
enum SpecificationCheck: PackageCheck {
    static let name = CheckName.specification

    static func finding(_ subject: CheckSubject) -> Finding {
        let errors = subject.problems.filter { $0.rule == .statistical && $0.severity == .error }
        if let text = ProblemText(errors, remedy: "make the specification again with 'lw-pack spec'") {
            return .fail(.invalid, text.summary, remedy: text.remedy)
        }
        switch subject.specification {
        case .failure(let absence): return .fail(.invalid, absence.reason, remedy: absence.remedy)
        case .success(let chosen):
            if let reason = fault(of: chosen.value) {
                return .fail(
                    .invalid,
                    "\(shown(chosen.file)): \(reason)",
                    remedy: "make the specification again with 'lw-pack spec', of rows that are finite"
                )
            }
            let key = chosen.value.kernelKey
            let shape = key.shape.map(String.init).joined(separator: " x ")
            return .pass(
                "\(key.type), \(counted(chosen.value.weights.count, "point")) of \(shape.isEmpty ? "1" : shape) numbers",
                facts: [("type", .init(key.type)), ("points", .init(chosen.value.weights.count))]
            )
        }
    }

    /// Why its distance to itself is no number; nil when it is one.
    private static func fault(of specification: AnySpecification) -> String? {
        do throws(SpecificationError) {
            let distance = try specification.squaredDistance(to: specification, mixesGammas: false)
            return distance.isFinite ? nil : "its distance to itself is \(distance)"
        } catch {
            return error.description
        }
    }
}
