import Documents

/// What an `environment.yaml` in conda's export format asks for.
public struct CondaEnvironment: Sendable {
    /// The interpreter's versions as PEP 440 writes them, such as `==3.9.*`; nil when the file names none.
    public internal(set) var pythonSpecifier: String?
    /// What is installed as Python packages: the `pip` part, and conda packages that there are wheels of.
    public internal(set) var requirements = RequirementList()
    /// The other dependencies, in the order of the file.
    public internal(set) var dependencies: [CondaDependency] = []

    /// Packages that the caller cannot install, because they exist only in conda's channels.
    public var notInstalled: [CondaDependency] { dependencies.filter { $0.role == .unknown } }
}

extension CondaEnvironment {
    /// Reads the text of an `environment.yaml`.
    ///
    /// - Throws: ``PackageError`` with line and column; a dependency that cannot be read is set aside instead.
    package init(parsing bytes: [UInt8], file: String) throws(PackageError) {
        let reader = DocumentReader(file: file, rule: .environment)
        let root: Node
        do {
            root = try YAML.parse(bytes)
        } catch {
            throw reader.fault(error)
        }
        _ = try reader.members(root, "the file")
        for node in try reader.elements(root["dependencies"], "dependencies") {
            if node.members != nil {
                for member in try reader.members(node, "dependencies") {
                    guard member.key == "pip" else {
                        throw reader.fault(
                            "dependencies has the unknown part '\(Printable(member.key))'",
                            at: member.position
                        )
                    }
                    try addPip(member.value, reader)
                }
            } else {
                guard let text = try reader.text(node, "an entry of dependencies") else { continue }
                addConda(text, line: node.position?.line ?? 0)
            }
        }
    }

    private mutating func addPip(_ node: Node, _ reader: DocumentReader) throws(PackageError) {
        for element in try reader.elements(node, "dependencies.pip") {
            guard let text = try reader.text(element, "an entry of dependencies.pip") else { continue }
            RequirementParser.add(text, line: element.position?.line ?? 0, to: &requirements)
        }
    }

    private mutating func addConda(_ text: String, line: Int) {
        do throws(RequirementFault) {
            let match = try CondaMatch(text)
            if match.name == "python" {
                pythonSpecifier = match.specifier.isEmpty ? nil : match.specifier
                return
            }
            var role = CondaDependency.Role.unknown
            switch match.name == "learnware"
                ? .wheel(name: match.name, isLonger: false) : CondaNames.meaning(of: match.name)
            {
            case .system: role = .system
            case .unknown: break
            case .wheel(let name, let isLonger):
                role = .wheel
                let isExact = match.specifier.hasPrefix("==") && !match.specifier.hasSuffix("*")
                let specifier = match.specifier + (isLonger && isExact && !match.specifier.contains(",") ? ".*" : "")
                requirements.append(try RequirementParser.requirement(name + specifier, line: line))
            }
            dependencies.append(CondaDependency(name: match.name, version: match.version, role: role, line: line))
        } catch {
            requirements.refused.append(RefusedLine(line: line, text: text, reason: error.reason))
        }
    }
}
