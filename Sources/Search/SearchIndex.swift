import Documents
import Specifications

/// Learnwares that are searched, held in memory: their words, and their specifications in one block for each kernel.
///
/// A value that is built from candidates and never read from a disk. The order of the candidates changes nothing.
public struct SearchIndex: Sendable {
    /// In their order, which is that of the bytes of their UTF-8.
    let ids: [String]
    let semantic: SemanticIndex
    /// One for each kernel key, in the order of their first candidates.
    let blocks: [SpecificationBlock]
    /// Where each candidate's specification is; nil for those without one.
    let places: [Place?]

    struct Place {
        var block: Int
        var member: Int
    }

    /// How many learnwares there are.
    public var count: Int { ids.count }

    /// - Parameters:
    ///   - candidates: with identifiers that differ.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Throws: ``SearchError`` when two have one identifier, or a specification's images are too large to be compared.
    /// - Complexity: O(N K² d) for N specifications of K points.
    public init(_ candidates: some Sequence<SearchCandidate>, threads: Int? = nil) throws(SearchError) {
        let sorted = candidates.map { (Array($0.id.utf8), $0) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }
        for (one, next) in zip(sorted, sorted.dropFirst()) where one.0 == next.0 {
            throw SearchError(
                .invalidCandidate,
                "two learnwares have the identifier '\(Printable(one.1.id, limit: 80))'"
            )
        }
        let candidates = sorted.map(\.1)
        ids = candidates.map(\.id)
        semantic = SemanticIndex(candidates)
        var keys: [KernelKey: Int] = [:]
        var groups: [(key: KernelKey, members: [(candidate: Int, specification: AnySpecification)])] = []
        var places = [Place?](repeating: nil, count: candidates.count)
        for (place, candidate) in candidates.enumerated() {
            guard let specification = candidate.statistical else { continue }
            let key = specification.kernelKey
            let group = keys[key] ?? groups.count
            if group == groups.count {
                keys[key] = group
                groups.append((key, []))
            }
            places[place] = Place(block: group, member: groups[group].members.count)
            groups[group].members.append((place, specification))
        }
        self.places = places
        var blocks: [SpecificationBlock] = []
        for group in groups {
            blocks.append(try SpecificationBlock(group.members, key: group.key, threads: threads))
        }
        self.blocks = blocks
    }
}
