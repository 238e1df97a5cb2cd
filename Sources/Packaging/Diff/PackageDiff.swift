package import Documents

/// What changed from one package to another.
package struct PackageDiff: Sendable {
    /// One file that only one of them has, or that differs in contents or mode.
    package struct FileChange: Sendable {
        package let name: String
        /// Nil when the file was added; an empty folder has no size and no digest.
        package let old: Package.Entry?
        /// Nil when it was removed.
        package let new: Package.Entry?
    }

    /// The changes of one part of what a package says about itself.
    package struct Section: Sendable {
        /// A short name, such as `learnware.yaml` or `input`.
        package let title: String
        package let changes: [DocumentChange]
    }

    package let oldDigest: String
    package let newDigest: String
    package let files: [FileChange]
    /// The parts that changed; none without a change.
    package let sections: [Section]

    /// True when both hold the same files, however they were compressed.
    package var isEmpty: Bool { oldDigest == newDigest }

    /// - Complexity: O(n) in the sizes of what is compared; statistical specifications are read and parsed.
    package init(from old: Package, to new: Package) {
        oldDigest = old.digest
        newDigest = new.digest
        files = Self.files(old, new)
        let parts: [(String, Node?, Node?)] = [
            ("learnware.yaml", old.manifest.document, new.manifest.document),
            ("input", old.declaredInput.document, new.declaredInput.document),
            ("output", old.declaredOutput.document, new.declaredOutput.document),
            ("environment", old.environment.document, new.environment.document),
            ("statistics", Self.statistics(old), Self.statistics(new)),
            ("semantics", old.semantic?.document, new.semantic?.document),
        ]
        sections = parts.compactMap { title, one, other in
            let changes = DocumentChange.between(one, other)
            return changes.isEmpty ? nil : Section(title: title, changes: changes)
        }
    }

    private static func files(_ old: Package, _ new: Package) -> [FileChange] {
        func all(_ package: Package) -> [Package.Entry] {
            package.entries + package.emptyFolders.map { Package.Entry(folder: $0) }
        }
        let before = Dictionary(all(old).map { ($0.name, $0) }) { first, _ in first }
        let after = Dictionary(all(new).map { ($0.name, $0) }) { first, _ in first }
        let names = Set(before.keys).union(after.keys).sorted(by: EntryName.precedes)
        return names.compactMap { name in
            let (one, other) = (before[name], after[name])
            return one == other ? nil : FileChange(name: name, old: one, new: other)
        }
    }

    private static func statistics(_ package: Package) -> Node {
        Node(object: package.statisticalSpecifications.map { ($0.fileName, $0.document) })
    }
}

extension DeclaredTensors {
    /// As a document, for comparison and for programs.
    package var document: Node {
        switch self {
        case .tensors(let tensors): Node(object: tensors.map { ($0.name, $0.document) })
        case .sample(let shape): ["row": Node(shape.map { Node($0) })]
        case .features(let features): ["dimension": features.dimension.map { Node($0) } ?? nil]
        case .unknown: Node(object: [])
        }
    }
}

extension TensorDeclaration {
    fileprivate var document: Node {
        var members: [(String, Node)] = [("datatype", Node(datatype)), ("shape", Node(shape.map { Node($0) }))]
        if let contentType { members.append(("content_type", Node(contentType))) }
        if !columns.isEmpty { members.append(("columns", Node(columns.map { Node($0) }))) }
        return Node(object: members)
    }
}

extension EnvironmentSource {
    /// What is installed, by name; two lines of one name are told apart by their number.
    fileprivate var document: Node {
        var members: [(String, Node)] = []
        if !fileName.isEmpty { members.append(("file", Node(fileName))) }
        if let pythonSpecifier { members.append(("python", Node(pythonSpecifier))) }
        var counts: [String: Int] = [:]
        for item in requirements.lines {
            let name = item.normalizedName
            counts[name, default: 0] += 1
            let key = counts[name] == 1 ? name : "\(name) #\(counts[name] ?? 0)"
            members.append((key, Node(String(item.canonicalText.dropFirst(name.count)))))
        }
        return Node(object: members)
    }
}

extension StatisticalSummary {
    fileprivate var document: Node {
        var members: [(String, Node)] = [("type", Node(type))]
        if let pointCount { members.append(("points", Node(pointCount))) }
        if !pointShape.isEmpty { members.append(("point_shape", Node(pointShape.map { Node($0) }))) }
        if let gamma { members.append(("gamma", Node(gamma))) }
        if let sampleCount { members.append(("num_points", Node(sampleCount))) }
        if let problem { members.append(("problem", Node(problem))) }
        return Node(object: members)
    }
}
