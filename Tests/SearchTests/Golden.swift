import Documents
import Foundation
import Packaging
import Search
import Specifications
import SystemPackage
import TestSupport

/// What the Python package answered, in `Tests/Fixtures/search`; what is larger lies beside the checkout.
enum Golden {
    static let folder = Checkout.root.appending("Tests/Fixtures/search")

    static func json(_ path: FilePath) throws -> Node {
        let data = try Data(contentsOf: URL(fileURLWithPath: path.string))
        return try JSON.parse(Array(data), limits: .data)
    }

    static func json(_ path: String) throws -> Node { try json(folder.appending(path)) }

    static func semantic(_ name: String) throws -> SemanticSpecification? {
        let path = folder.appending("semantic/\(name).json").string
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return try SemanticSpecification(parsing: Array(data), file: path)
    }

    static func specification(_ name: String) throws -> AnySpecification? {
        let path = folder.appending("stat/\(name).json")
        if FileManager.default.fileExists(atPath: path.string) { return try AnySpecification(contentsOf: path) }
        guard let golden = Checkout.golden?.appending("learnwares/\(name)/stat_spec.json"),
            FileManager.default.fileExists(atPath: golden.string)
        else { return nil }
        return try AnySpecification(contentsOf: golden)
    }

    /// The learnwares of a list of identifiers and names, as far as they are here.
    static func candidates(_ list: Node?, withData: Bool) throws -> [SearchCandidate] {
        try (list?.members ?? []).compactMap { member in
            guard let name = member.value.string, let semantic = try semantic(name) else { return nil }
            let statistical = withData ? try specification(name) : nil
            return SearchCandidate(id: member.key, semantic: semantic, statistical: statistical)
        }
    }
}

extension Node {
    var strings: [String] { array?.compactMap(\.string) ?? [] }
    var doubles: [Double] { array?.compactMap(\.number) ?? [] }
}
