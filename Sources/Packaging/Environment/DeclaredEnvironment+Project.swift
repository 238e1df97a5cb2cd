import Documents

extension DeclaredEnvironment {
    /// Reads the `[project]` table of a `pyproject.toml` (PEP 621).
    ///
    /// - Returns: nil when there is no such table, as in a file that only configures tools.
    /// - Throws: ``PackageError`` with line and column; a dependency that cannot be read is set aside instead.
    init?(project bytes: [UInt8], file: String) throws(PackageError) {
        let reader = DocumentReader(file: file, rule: .environment)
        let root = try reader.toml(bytes)
        let poetry = root["tool"]?["poetry"]?["dependencies"]
        guard let project = root["project"] ?? poetry else { return nil }
        _ = try reader.members(root["project"], "project")
        if root["project"]?["dependencies"] == nil, let poetry {
            refuse("[tool.poetry.dependencies]", poetry, "only the table [project] says what is installed")
        }
        pythonSpecifier = try reader.pythonSpecifier(project["requires-python"])
        for element in try reader.elements(project["dependencies"], "project.dependencies") {
            guard let text = try reader.text(element, "an entry of project.dependencies") else { continue }
            RequirementParser.add(text, line: element.position?.line ?? 0, to: &requirements)
            try requirements.validateCount(reader)
        }
        for element in try reader.elements(project["dynamic"], "project.dynamic")
        where element.string == "dependencies" {
            refuse("dynamic = [\"dependencies\"]", element, "only its build script knows them, and that does not run")
        }
        try addRemarks(project, root, reader)
    }

    private mutating func refuse(_ text: String, _ node: Node, _ reason: String) {
        requirements.refused.append(RefusedLine(line: node.position?.line ?? 0, text: text, reason: reason))
    }

    /// What else names packages, said once for each table.
    private mutating func addRemarks(
        _ project: Node,
        _ root: Node,
        _ reader: DocumentReader
    ) throws(PackageError) {
        for (node, key, what) in [
            (project["optional-dependencies"], "project.optional-dependencies", "optional dependencies"),
            (root["dependency-groups"], "dependency-groups", "dependency groups"),
        ] {
            let names = try reader.members(node, key).map { Printable($0.key, limit: 40).description }
            guard !names.isEmpty else { continue }
            let shown = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and others" : "")
            remarks.append(Remark(line: node?.position?.line ?? 0, text: "\(what) are not installed: \(shown)"))
        }
        if let sources = root["tool"]?["uv"]?["sources"] {
            remarks.append(
                Remark(
                    line: sources.position?.line ?? 0,
                    text: "tool.uv.sources is not obeyed: packages come from the user's own index"
                )
            )
        }
    }
}

extension DocumentReader {
    func toml(_ bytes: [UInt8]) throws(PackageError) -> Node {
        do {
            return try TOML.parse(bytes)
        } catch {
            throw fault(error)
        }
    }

    /// `requires-python`, rebuilt from its parts.
    func pythonSpecifier(_ node: Node?) throws(PackageError) -> String? {
        guard let text = try text(node, "requires-python"), !text.isEmpty else { return nil }
        do throws(RequirementFault) {
            guard text.utf8.count <= 256, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
                throw RequirementFault("it is too long, or not plain ASCII")
            }
            var scanner = RequirementScanner(text)
            let specifier = try scanner.specifier()
            guard scanner.isAtEnd, !specifier.isEmpty else {
                throw RequirementFault("'\(scanner.rest)' is no version")
            }
            return specifier
        } catch {
            throw fault("requires-python is not read: \(error.reason)", at: node?.position)
        }
    }
}

extension RequirementList {
    /// - Throws: ``PackageError`` when there are more than any honest file has.
    func validateCount(_ reader: DocumentReader) throws(PackageError) {
        guard lines.count + refused.count <= RequirementParser.mostLines else {
            throw reader.fault("more than \(RequirementParser.mostLines) packages")
        }
    }
}
