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

    init(of contents: some PackageContents) throws(PackageError) {
        if contents.size(of: Self.condaName) != nil {
            let text = try PackageDescription.text(Self.condaName, in: contents)
            self = .conda(try CondaEnvironment(parsing: text, file: Self.condaName))
        } else if contents.size(of: Self.requirementsName) != nil {
            let text = try PackageDescription.text(Self.requirementsName, in: contents)
            self = .requirements(try RequirementParser.list(text, file: Self.requirementsName))
        } else {
            self = .none
        }
    }
}
