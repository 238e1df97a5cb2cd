import Documents

/// Where a package says what it wants installed.
public enum EnvironmentSource: Sendable {
    /// There is no such file: the standard library has to do.
    case none
    /// `environment.yaml`, which comes before all others.
    case conda(CondaEnvironment)
    /// `requirements.txt`.
    case requirements(RequirementList)
    /// `pylock.toml`.
    case lock(DeclaredEnvironment)
    /// `pyproject.toml`, which comes last.
    case project(DeclaredEnvironment)

    /// What is to be installed, wherever it is written.
    public var requirements: RequirementList {
        switch self {
        case .none: RequirementList()
        case .requirements(let list): list
        case .conda(let environment): environment.requirements
        case .lock(let environment), .project(let environment): environment.requirements
        }
    }

    /// The interpreter's versions as PEP 440 writes them; nil when the package names none.
    public var pythonSpecifier: String? {
        switch self {
        case .none, .requirements: nil
        case .conda(let environment): environment.pythonSpecifier
        case .lock(let environment), .project(let environment): environment.pythonSpecifier
        }
    }

    /// What the file says and nobody obeys.
    public var remarks: [DeclaredEnvironment.Remark] {
        switch self {
        case .none, .requirements: []
        case .conda(let environment):
            environment.notInstalled.map { item in
                let name = Printable(item.name, limit: 60)
                return .init(line: item.line, text: "'\(name)' comes from conda only and is not installed")
            }
        case .lock(let environment), .project(let environment): environment.remarks
        }
    }

    /// The file that says so; empty when there is none.
    public var fileName: String {
        switch self {
        case .none: ""
        case .requirements: Self.requirementsName
        case .conda: Self.condaName
        case .lock: Self.lockName
        case .project: Self.projectName
        }
    }
}

extension EnvironmentSource {
    private static let condaName = "environment.yaml"
    private static let requirementsName = "requirements.txt"
    private static let lockName = "pylock.toml"
    private static let projectName = "pyproject.toml"
    /// What the Python package reads comes first, so that a package means the same to both.
    private static let names = [condaName, requirementsName, lockName, projectName]

    /// Reads the file that counts.
    ///
    /// UTF-16, in which PowerShell writes `pip freeze > requirements.txt`, is read here; other tools read only UTF-8.
    ///
    /// - Parameter contents: the package's files.
    /// - Returns: what it says, and what is odd about the file itself.
    /// - Throws: ``PackageError`` when the file is no text, or no YAML or TOML where it must be.
    static func read(
        of contents: some PackageContents
    ) throws(PackageError) -> (source: EnvironmentSource, remarks: [Problem]) {
        let present = names.filter { contents.size(of: $0) != nil }
        guard let name = present.first else { return (.none, []) }
        let bytes = try contents.read(name, limit: DocumentLimits.manifest.bytes)
        let (text, encoding) = try PackageDescription.decodedTolerantly(bytes, name: name)
        var remarks: [Problem] = []
        if encoding != .utf8 {
            remarks.append(
                .warning(
                    .encoding,
                    "the file is UTF-16, which other tools do not read",
                    file: name,
                    hint: "convert it with: iconv -f UTF-16 -t UTF-8 OLD > NEW"
                )
            )
        }
        // A pyproject.toml beside another one mostly configures tools.
        for other in present.dropFirst() where other != projectName {
            remarks.append(.warning(.environment, "the file is not used, because \(name) wins", file: other))
        }
        let source = try read(text, name)
        if case .none = source {
            remarks.append(
                .warning(.environment, "the file has no table [project], so nothing is installed", file: name)
            )
        }
        if name == lockName || name == projectName {
            remarks.append(
                .warning(
                    .environment,
                    "Beimingwu and the Python client read only requirements.txt and environment.yaml",
                    file: name
                )
            )
        }
        return (source, remarks)
    }

    private static func read(_ text: [UInt8], _ name: String) throws(PackageError) -> EnvironmentSource {
        switch name {
        case condaName: .conda(try CondaEnvironment(parsing: text, file: name))
        case requirementsName: .requirements(try RequirementParser.list(text, file: name))
        case lockName: .lock(try DeclaredEnvironment(lock: text, file: name))
        default: try DeclaredEnvironment(project: text, file: name).map { .project($0) } ?? .none
        }
    }
}
