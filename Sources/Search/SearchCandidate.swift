public import Packaging
public import Specifications

/// One learnware as searches see it.
public struct SearchCandidate: Sendable {
    /// What it is called in answers; no two candidates share one.
    public let id: String
    /// What it is for; nil is found by searches that ask for nothing of it.
    public let semantic: SemanticSpecification?
    /// What data it was made for; nil is found by semantic searches only.
    package let statistical: AnySpecification?

    /// - Parameters:
    ///   - id: what it is called in answers.
    ///   - semantic: what it is for.
    ///   - statistical: what data it was made for: of a table, of images or of texts.
    /// - Throws: ``SearchError`` when the statistical specification is of a type that is not known here.
    public init(
        id: String,
        semantic: SemanticSpecification?,
        statistical: (any StatisticalSpecification)?
    ) throws(SearchError) {
        self.init(id: id, semantic: semantic, statistical: try statistical.map(AnySpecification.init(known:)))
    }

    /// - Parameters:
    ///   - id: what it is called in answers.
    ///   - semantic: what it is for.
    ///   - statistical: what data it was made for.
    package init(id: String, semantic: SemanticSpecification?, statistical: AnySpecification?) {
        self.id = id
        self.semantic = semantic
        self.statistical = statistical
    }
}

extension AnySpecification {
    init(known specification: any StatisticalSpecification) throws(SearchError) {
        switch specification {
        case let table as RKMETableSpecification: self = .table(table)
        case let image as RKMEImageSpecification: self = .image(image)
        case let text as RKMETextSpecification: self = .text(text)
        default:
            throw SearchError(
                .invalidCandidate,
                "specifications of type \(type(of: specification).typeName) cannot be searched"
            )
        }
    }

    /// The languages of texts; nil for everything else.
    var languages: [String]? {
        if case .text(let specification) = self { specification.languages } else { nil }
    }
}
