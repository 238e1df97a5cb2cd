import Documents

/// Where a package says what it wants installed.
public enum EnvironmentSource: Sendable {
    /// There is neither file: the standard library has to do.
    case none
    /// `requirements.txt`.
    case requirements(RequirementList)
    /// `environment.yaml`, which wins when both are there.
    case conda(CondaEnvironment)

    /// What is to be installed, wherever it is written.
    public var requirements: RequirementList {
        switch self {
        case .none: RequirementList()
        case .requirements(let list): list
        case .conda(let environment): environment.requirements
        }
    }

    /// The interpreter's versions as PEP 440 writes them; nil when the package names none.
    public var pythonSpecifier: String? {
        if case .conda(let environment) = self { environment.pythonSpecifier } else { nil }
    }

    /// The file that says so; empty when there is none.
    public var fileName: String {
        switch self {
        case .none: ""
        case .requirements: Self.requirementsName
        case .conda: Self.condaName
        }
    }
}

extension EnvironmentSource {
    private static let requirementsName = "requirements.txt"
    private static let condaName = "environment.yaml"

    /// Reads the file that counts.
    ///
    /// UTF-16, in which PowerShell writes `pip freeze > requirements.txt`, is read here; other tools read only UTF-8.
    ///
    /// - Parameter contents: the package's files.
    /// - Returns: what it says, and what is odd about the file itself.
    /// - Throws: ``PackageError`` when the file is no text, or no YAML where it must be.
    static func read(
        of contents: some PackageContents
    ) throws(PackageError) -> (source: EnvironmentSource, remarks: [Problem]) {
        let isConda = contents.size(of: condaName) != nil
        let name = isConda ? condaName : requirementsName
        guard isConda || contents.size(of: requirementsName) != nil else { return (.none, []) }
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
        if isConda, contents.size(of: requirementsName) != nil {
            remarks.append(
                .warning(.environment, "the file is not used, because environment.yaml wins", file: requirementsName)
            )
        }
        let source: EnvironmentSource =
            if isConda {
                .conda(try CondaEnvironment(parsing: text, file: name))
            } else {
                .requirements(try RequirementParser.list(text, file: name))
            }
        return (source, remarks)
    }
}
