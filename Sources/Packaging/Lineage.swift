package import Documents

/// What a package says was done to the ones before it: `_lw_lineage.json`, which fitting and fine-tuning write.
///
/// It is the package's own account, and a stranger's like everything in it.
package struct Lineage: Equatable, Sendable {
    /// One step, the first one first.
    package struct Step: Equatable, Sendable {
        /// Such as `fit`.
        package var method: String
        /// The content digest of the package that the step began with.
        package var parent: String
        /// Rows that the model saw.
        package var rows: Int?
        /// The program that made the step.
        package var tool: String

        package init(method: String, parent: String, rows: Int?, tool: String) {
            self.method = method
            self.parent = parent
            self.rows = rows
            self.tool = tool
        }
    }

    package static let fileName = "_lw_lineage.json"
    /// The model as it made itself known to the runner, which alone ever reads it.
    package static let stateName = "_lw_state.bin"
    private static let schema = "learnware/lineage/1"
    private static let maximumSteps = 1000
    private static let maximumBytes = 1 << 20

    package private(set) var steps: [Step]

    /// - Throws: ``PackageError`` when the text is none that our tools write.
    init(_ text: [UInt8]) throws(PackageError) {
        let document = try? JSON.parse(text)
        guard document?["schema"]?.string == Self.schema, let nodes = document?["steps"]?.array, !nodes.isEmpty,
            nodes.count <= Self.maximumSteps
        else { throw Self.unknown }
        steps = []
        for node in nodes {
            guard let method = node["method"]?.string, let parent = node["parent"]?.string else { throw Self.unknown }
            steps.append(
                Step(method: method, parent: parent, rows: node["rows"]?.integer, tool: node["tool"]?.string ?? "")
            )
        }
    }

    private init(steps: [Step]) {
        self.steps = steps
    }

    private static var unknown: PackageError {
        PackageError(.oddFile, "the package's \(fileName) is not a lineage that can be read", entry: fileName)
    }

    /// The lineage of what a step makes of a package.
    ///
    /// - Throws: ``PackageError`` when the package has a lineage that cannot be continued.
    package static func continuing(_ parent: Package, by step: Step) throws(PackageError) -> Lineage {
        let earlier = try parent.lineage?.steps ?? []
        guard earlier.count < maximumSteps else { throw unknown }
        return Lineage(steps: earlier + [step])
    }

    /// As it stands in the file.
    package var document: Node {
        Node(object: [("schema", Node(Self.schema)), ("steps", Node(steps.map(\.node)))])
    }

    fileprivate static func read(_ package: Package) throws(PackageError) -> Lineage? {
        guard package.entries.contains(where: { $0.name == fileName }) else { return nil }
        return try Lineage(package.read(fileName, limit: maximumBytes))
    }
}

extension Lineage.Step {
    package var node: Node {
        var members: [(String, Node)] = [("method", Node(method)), ("parent", Node(parent))]
        if let rows { members.append(("rows", Node(rows))) }
        return Node(object: members + [("tool", Node(tool))])
    }
}

extension Package {
    /// What was done to the packages before this one; nil when it does not say.
    ///
    /// - Throws: ``PackageError`` when its account is none that our tools write.
    package var lineage: Lineage? {
        get throws(PackageError) { try Lineage.read(self) }
    }
}
