import Documents

extension Ensemble {
    /// The name of the file in a package.
    package static let fileName = "ensemble.json"
    static let schema = "learnware/ensemble/1"
    private static let limits = DocumentLimits(bytes: EnsembleLimits.fileBytes, depth: 8, nodes: 5_000_000)

    /// Reads `ensemble.json`, a stranger's like everything in a package.
    ///
    /// - Parameter bytes: JSON in UTF-8, at most 128 MiB.
    /// - Throws: ``EnsembleError`` that names the key and the index of what is wrong.
    /// - Complexity: O(n) in the number of bytes.
    package init(json bytes: [UInt8]) throws(EnsembleError) {
        let node: Node
        do throws(DocumentError) {
            node = try JSON.parse(bytes, limits: Self.limits)
        } catch {
            throw EnsembleError(.invalidFile, "the ensemble is not readable JSON: \(error)")
        }
        let reader = try ObjectReader(node, at: "", keys: ["schema", "output", "columns", "members", "combination"])
        let schema = try reader.text("schema")
        guard schema == Self.schema else {
            throw reader.fault("schema", "is '\(Printable(schema, limit: 60))', not '\(Self.schema)'")
        }
        var members: [Member] = []
        for (index, node) in try reader.list("members", most: EnsembleLimits.members).enumerated() {
            members.append(try Member(node, at: "members[\(index)]"))
        }
        let columns =
            try reader.optional("columns") == nil ? nil : reader.integer("columns", in: 1...EnsembleLimits.columns)
        let combination = try Combination(reader.required("combination"))
        let output = try reader.choice("output", OutputKind.self)
        do throws(EnsembleError) {
            try self.init(members: members, combination: combination, output: output, columnCount: columns)
        } catch {
            throw EnsembleError(.invalidFile, error.description)
        }
    }
}

extension Ensemble.Member {
    fileprivate init(_ node: Node, at path: String) throws(EnsembleError) {
        let reader = try ObjectReader(node, at: path, keys: ["digest", "name", "identifier", "version"])
        do throws(EnsembleError) {
            try self.init(
                digest: reader.text("digest"),
                name: reader.text("name"),
                identifier: reader.optional("identifier") == nil ? nil : reader.text("identifier"),
                version: reader.optional("version") == nil ? nil : reader.integer("version", in: 1...Int.max)
            )
        } catch {
            guard error.code == .invalidEnsemble else { throw error }
            throw EnsembleError(.invalidFile, "'\(path)': \(error.description)")
        }
    }
}

extension Combination {
    private enum Key {
        static let single = ["method"]
        static let forms = ["method", "forms"]
        static let selector = [
            "method", "means", "factors", "gamma", "support_counts", "support_vectors", "coefficients", "intercepts",
        ]
        static let linear = ["method", "columns", "widths", "means", "coefficients", "intercepts", "classes"]
    }

    private static let path = "combination"
    private static let methods = ["single", "mean", "vote_by_label", "vote_by_probability", "selector", "linear"]

    fileprivate init(_ node: Node) throws(EnsembleError) {
        // First the method alone: it says which keys there may be.
        let any = try ObjectReader(node, at: Self.path, keys: Key.forms + Key.selector + Key.linear)
        let method = try any.text("method")
        do throws(EnsembleError) {
            switch method {
            case "single", "mean", "vote_by_label":
                _ = try ObjectReader(node, at: Self.path, keys: Key.single)
                self = method == "single" ? .single : method == "mean" ? .mean : .voteByLabel
            case "vote_by_probability":
                self = .voteByProbability(try Self.forms(ObjectReader(node, at: Self.path, keys: Key.forms)))
            case "selector":
                self = .selector(try Selector(ObjectReader(node, at: Self.path, keys: Key.selector)))
            case "linear":
                self = .linear(try LinearCombination(ObjectReader(node, at: Self.path, keys: Key.linear)))
            default:
                let words = Self.methods.map { "'\($0)'" }.joined(separator: ", ")
                throw any.fault("method", "is '\(Printable(method, limit: 60))', not one of \(words)")
            }
        } catch {
            guard error.code == .invalidEnsemble else { throw error }
            throw EnsembleError(.invalidFile, "'\(Self.path)': \(error.description)")
        }
    }

    private static func forms(_ reader: ObjectReader) throws(EnsembleError) -> [ScoreForm] {
        var forms: [ScoreForm] = []
        for (index, node) in try reader.list("forms", most: EnsembleLimits.members).enumerated() {
            guard let form = node.string.flatMap({ ScoreForm(rawValue: $0) }) else {
                throw reader.fault("forms[\(index)]", "is not 'probabilities' or 'scores'")
            }
            forms.append(form)
        }
        return forms
    }
}

extension Selector {
    fileprivate init(_ reader: ObjectReader) throws(EnsembleError) {
        let means = try reader.numbers("means", most: EnsembleLimits.columns)
        let counts = try reader.integers(
            "support_counts",
            in: 0...EnsembleLimits.numbers,
            most: EnsembleLimits.members
        )
        try self.init(
            means: means,
            factors: reader.numbers("factors", most: EnsembleLimits.columns),
            gamma: reader.number("gamma"),
            supportVectors: reader.rows("support_vectors", width: means.count),
            votes: PairwiseVotes(
                supportCounts: counts,
                coefficients: reader.rows("coefficients", width: counts.reduce(0, +)),
                intercepts: reader.numbers("intercepts")
            )
        )
    }
}

extension LinearCombination {
    fileprivate init(_ reader: ObjectReader) throws(EnsembleError) {
        let means = try reader.numbers("means")
        try self.init(
            columnCount: reader.integer("columns", in: 0...EnsembleLimits.columns),
            widths: reader.integers("widths", in: 1...EnsembleLimits.columns, most: EnsembleLimits.members),
            means: means,
            coefficients: reader.rows("coefficients", width: means.count),
            intercepts: reader.numbers("intercepts", most: EnsembleLimits.classes),
            classes: Self.classes(reader)
        )
    }

    private static func classes(_ reader: ObjectReader) throws(EnsembleError) -> Classes? {
        guard reader.optional("classes") != nil else { return nil }
        let nodes = try reader.list("classes", most: EnsembleLimits.classes)
        let integers = nodes.compactMap(\.integer)
        if integers.count == nodes.count { return .integers(integers.map { Int64($0) }) }
        let texts = nodes.compactMap(\.string)
        guard texts.count == nodes.count else {
            throw reader.fault("classes", "are neither all whole numbers nor all texts")
        }
        return .texts(texts)
    }
}
