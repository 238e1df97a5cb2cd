import Documents
import Learnware
import Packaging
import Tensors

/// Predictions have the declared datatype, and the same one for all rows.
enum DatatypeCheck: ModelCheck {
    static let name = CheckName.datatype

    static func finding(_ session: inout CheckSession) -> Finding {
        guard let first = session.first else { return .skipped("it gave no answer") }
        let settings = session.subject.package.manifest.sandbox
        let types = first.outputs.map(\.datatype.rawValue)
        for exchange in session.exchanges.dropFirst() where exchange.outputs.map(\.datatype.rawValue) != types {
            return .warning(
                "for \(first.rows) predictions are \(list(types)), for \(exchange.rows) they are "
                    + list(exchange.outputs.map(\.datatype.rawValue)),
                remedy: "let predict return one datatype, such as y.astype(\"float64\")"
            )
        }
        // Our Python runner does not know what its model will return.
        var declared = settings.outputs.map(\.datatype)
        if declared.isEmpty, settings.runtime != .python { declared = session.metadata.outputs.map(\.datatype) }
        if !declared.isEmpty, declared.count == types.count, declared != types {
            return .warning(
                "predictions are \(list(types)), but \(list(declared)) is declared",
                remedy: "declare under sandbox.outputs what predict returns"
            )
        }
        return .pass(list(types), facts: [("datatypes", Node(types.map { Node($0) }))])
    }

    private static func list(_ types: [String]) -> String {
        types.prefix(8).map { "\(Printable($0, limit: 20))" }.joined(separator: ", ") + (types.count > 8 ? ", …" : "")
    }
}
