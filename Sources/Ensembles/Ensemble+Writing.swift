package import Documents

extension Ensemble {
    /// The bytes of `ensemble.json`; reading them gives the same ensemble, to the last bit of each number.
    package func jsonBytes() -> [UInt8] { document.jsonBytes() + [UInt8(ascii: "\n")] }

    /// What stands in `ensemble.json`.
    package var document: Node {
        var all: [(String, Node)] = [("schema", Node(Self.schema)), ("output", Node(output.rawValue))]
        if let columnCount { all.append(("columns", Node(columnCount))) }
        all.append(("members", Node(members.map(\.document))))
        all.append(("combination", combination.document))
        return Node(object: all)
    }
}

extension Ensemble.Member {
    fileprivate var document: Node {
        var all: [(String, Node)] = [("digest", Node(digest)), ("name", Node(name))]
        if let identifier { all.append(("identifier", Node(identifier))) }
        if let version { all.append(("version", Node(version))) }
        return Node(object: all)
    }
}

extension Combination {
    fileprivate var document: Node {
        let method = ("method", Node(name))
        switch self {
        case .single, .mean, .voteByLabel: return Node(object: [method])
        case .voteByProbability(let forms):
            return Node(object: [method, ("forms", Node(forms.map { Node($0.rawValue) }))])
        case .selector(let selector): return Node(object: [method] + selector.members)
        case .linear(let linear): return Node(object: [method] + linear.members)
        }
    }

    fileprivate static func list(_ values: some Sequence<Double>) -> Node { Node(values.map { Node($0) }) }

    fileprivate static func rows(_ values: [Double], width: Int) -> Node {
        let starts = stride(from: 0, to: values.count, by: max(1, width))
        return Node(starts.map { list(values[$0..<$0 + width]) })
    }
}

extension Selector {
    fileprivate var members: [(String, Node)] {
        // Without support vectors the rows of coefficients are empty, but as many.
        let rows =
            supportCount > 0
            ? Combination.rows(votes.coefficients, width: supportCount)
            : Node([Node](repeating: Node([Node]()), count: memberCount - 1))
        return [
            ("means", Combination.list(means)), ("factors", Combination.list(factors)), ("gamma", Node(gamma)),
            ("support_counts", Node(votes.supportCounts.map { Node($0) })),
            ("support_vectors", Combination.rows(supportVectors, width: columnCount)),
            ("coefficients", rows), ("intercepts", Combination.list(votes.intercepts)),
        ]
    }
}

extension LinearCombination {
    fileprivate var members: [(String, Node)] {
        var all: [(String, Node)] = [
            ("columns", Node(columnCount)), ("widths", Node(widths.map { Node($0) })),
            ("means", Combination.list(means)),
            ("coefficients", Combination.rows(coefficients, width: featureCount)),
            ("intercepts", Combination.list(intercepts)),
        ]
        switch classes {
        case .integers(let labels)?: all.append(("classes", Node(labels.map { Node(Int($0)) })))
        case .texts(let labels)?: all.append(("classes", Node(labels.map { Node($0) })))
        case nil: break
        }
        return all
    }
}
