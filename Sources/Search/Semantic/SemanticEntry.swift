import Documents
import Packaging

/// What of a semantic specification searches look at, in the form in which they do.
struct SemanticEntry: Sendable {
    let name: String
    let description: String
    /// In lower case, as bytes: comparing Strings normalises them, which takes quadratic time for what strangers write.
    let lowerName: [UInt8]
    let lowerDescription: [UInt8]
    /// The values of every entry that has some, by key.
    private let values: [String: [String]]

    init(_ specification: SemanticSpecification?) {
        name = specification?.name ?? ""
        description = specification?.description ?? ""
        lowerName = Array(name.lowercased().utf8)
        lowerDescription = Array(description.lowercased().utf8)
        var values: [String: [String]] = [:]
        for member in specification?.document.members ?? [] {
            guard let entry = member.value["Values"] else { continue }
            values[member.key] = entry.string.map { [$0] } ?? entry.array?.compactMap(\.string)
        }
        self.values = values
    }

    func passes(_ query: SemanticQuery) -> Bool {
        query.filters.allSatisfy { filter in
            if filter.values.isEmpty { return true }
            // The Python package's exact searcher knows classes and tags only, and of those what the learnware has.
            if query.matching == .exact, filter.kind == .optional { return true }
            guard let own = values[filter.key] else {
                if query.matching == .exact || query.missingKeys == .ignore { return true }
                return filter.values.contains("Others")
            }
            switch filter.kind {
            case .single, .optional: return own.first.map { filter.values.contains($0) } ?? false
            case .tag: return own.contains { filter.values.contains($0) }
            }
        }
    }

    /// Whether name or description holds a text in lower case.
    func holds(_ text: [UInt8]) -> Bool {
        Bytes.contains(lowerName, text) || Bytes.contains(lowerDescription, text)
    }
}

enum Bytes {
    /// Whether some bytes stand one after another in others.
    static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        guard let first = part.first else { return true }
        return text.withUnsafeBufferPointer { text in
            part.withUnsafeBufferPointer { part in
                var start = 0
                while start + part.count <= text.count {
                    if text[start] == first, part.indices.allSatisfy({ text[start + $0] == part[$0] }) { return true }
                    start += 1
                }
                return false
            }
        }
    }
}
