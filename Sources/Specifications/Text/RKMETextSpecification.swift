package import Documents
import Numerics

/// The reduced kernel mean embedding of texts: that of a table of their sentence vectors, and their languages.
///
/// The file is that of the Python package `learnware`; the embedder's digest stands in a key of our own.
public struct RKMETextSpecification: StatisticalSpecification {
    /// `RKMETextSpecification`.
    public static let typeName = "RKMETextSpecification"

    /// What the texts' vectors are as rows of a table.
    public let vectors: RKMETableSpecification
    /// The languages of the texts, in `langdetect`'s codes, the largest share first; empty when none was recognised.
    public let languages: [String]
    /// The digest of the embedder; nil in files of the Python package, which do not say.
    public let embedder: String?

    /// More languages are not read.
    private static let mostLanguages = 256
    /// Nor longer codes or digests.
    private static let longestName = 256

    package init(
        vectors: RKMETableSpecification,
        languages: [String],
        embedder: String?
    ) throws(SpecificationError) {
        guard languages.count <= Self.mostLanguages else {
            throw SpecificationError(
                .invalidFile,
                "'language' has \(languages.count) elements; at most \(Self.mostLanguages) are taken"
            )
        }
        if let place = languages.firstIndex(where: { $0.isEmpty || $0.utf8.count > Self.longestName }) {
            throw SpecificationError(.invalidFile, "'language[\(place)]' is not the code of a language")
        }
        guard embedder.map({ !$0.isEmpty && $0.utf8.count <= Self.longestName }) ?? true else {
            throw SpecificationError(.invalidFile, "'\(Self.embedderKey)' is not a digest")
        }
        self.vectors = vectors
        self.languages = languages
        self.embedder = embedder
    }

    /// Type, the vectors' shape, γ, standardisation and embedder.
    public var kernelKey: KernelKey {
        let key = vectors.kernelKey
        return KernelKey(
            type: Self.typeName,
            shape: key.shape,
            gamma: key.gamma,
            standardization: key.standardization,
            embedder: embedder
        )
    }

    /// The inner product of the vectors' embeddings.
    ///
    /// - Parameter other: of the same kernel key; languages do not matter.
    /// - Returns: the inner product.
    /// - Throws: ``SpecificationError`` when the keys differ.
    /// - Complexity: O(K K' d).
    public func innerProduct(with other: RKMETextSpecification) throws(SpecificationError) -> Double {
        try kernelKey.validateSame(as: other.kernelKey)
        return try vectors.innerProduct(with: other.vectors)
    }
}

extension RKMETextSpecification {
    private static let languageKey = "language"
    private static let embedderKey = "embedder"

    /// Reads a specification from the bytes of its file.
    ///
    /// - Parameter bytes: JSON in UTF-8, at most 256 MiB.
    /// - Throws: ``SpecificationError`` that names the key and the index of what is wrong.
    /// - Complexity: O(n) in the number of bytes.
    public init(json bytes: [UInt8]) throws(SpecificationError) {
        try self.init(SpecificationFile.parse(bytes))
    }

    /// Reads a specification from a parsed file.
    package init(_ node: Node) throws(SpecificationError) {
        let members = try SpecificationFile.members(of: node, type: Self.typeName)
        let own: Set = ["type", Self.languageKey, Self.embedderKey]
        try self.init(
            vectors: RKMETableSpecification(Node(.object(members.filter { !own.contains($0.key) }))),
            languages: Self.languages(node[Self.languageKey]),
            embedder: Self.embedder(node[Self.embedderKey])
        )
    }

    private static func languages(_ node: Node?) throws(SpecificationError) -> [String] {
        guard let node, !node.isNull else { return [] }
        guard let list = node.array else {
            throw SpecificationError(.invalidFile, "'\(languageKey)' is \(node.kind), not a list")
        }
        var languages: [String] = []
        for (index, element) in list.enumerated() {
            guard let text = element.string else {
                throw SpecificationError(.invalidFile, "'\(languageKey)[\(index)]' is \(element.kind), not a text")
            }
            languages.append(text)
        }
        return languages
    }

    private static func embedder(_ node: Node?) throws(SpecificationError) -> String? {
        guard let node, !node.isNull else { return nil }
        guard let text = node.string else {
            throw SpecificationError(.invalidFile, "'\(embedderKey)' is \(node.kind), not a text")
        }
        return text
    }

    /// The bytes of its file: the Python package's keys in its order, then ours, then those that nothing here knows.
    public func jsonBytes() -> [UInt8] {
        node.jsonBytes()
    }

    /// The file as a value.
    package var node: Node {
        var members: [Member] = []
        for member in vectors.node.members ?? [] {
            guard member.key == "type" else {
                members.append(member)
                continue
            }
            members.append(Member(key: "type", value: Node(Self.typeName)))
            members.append(Member(key: Self.languageKey, value: Node(languages.map { Node($0) })))
            if let embedder { members.append(Member(key: Self.embedderKey, value: Node(embedder))) }
        }
        return Node(.object(members))
    }
}
