import Packaging
import Specifications

/// The package that is checked, with what several checks look at, read once.
struct CheckSubject: Sendable {
    let package: Package
    let options: CheckOptions
    /// What `lw-pack build` would say of it.
    let problems: [Problem]
    /// The statistical specification that is chosen, or why there is none.
    let specification: Result<Chosen, Absence>

    struct Chosen: Sendable {
        let file: String
        let value: AnySpecification
    }

    /// Why no statistical specification can be used.
    struct Absence: Error {
        let reason: String
        let remedy: String
    }

    init(_ package: Package, _ options: CheckOptions) {
        self.package = package
        self.options = options
        problems = package.validate().problems
        specification = Self.choose(package)
    }

    /// The types in the order in which the Python package prefers them, as far as they are plain data.
    private static let types = [
        RKMETableSpecification.typeName, RKMETextSpecification.typeName, RKMEImageSpecification.typeName,
    ]
    /// The alias that files older than 0.3 use.
    private static let alias = "RKMEStatSpecification"
    private static let mostBytes = 256 << 20
    private static let remedy =
        "'lw-pack spec X.csv -o FOLDER/stat.json' makes one of the model's rows; name it under stat_specifications"

    private static func choose(_ package: Package) -> Result<Chosen, Absence> {
        let references = package.manifest.statisticalSpecifications
        guard !references.isEmpty else {
            return .failure(Absence(reason: "there is no statistical specification", remedy: remedy))
        }
        let known = types.compactMap { type in
            references.first { ($0.className == alias ? RKMETableSpecification.typeName : $0.className) == type }
        }
        guard let reference = known.first else {
            return .failure(
                Absence(
                    reason: "no statistical specification is of a type that is known: " + types.joined(separator: ", "),
                    remedy: remedy
                )
            )
        }
        do {
            let bytes = try package.read(reference.fileName, limit: mostBytes)
            return .success(Chosen(file: reference.fileName, value: try AnySpecification(json: bytes)))
        } catch {
            let name = shown(reference.fileName)
            return .failure(
                Absence(reason: "\(name): \(error)", remedy: "make the specification again with 'lw-pack spec'")
            )
        }
    }

    var chosen: Chosen? { try? specification.get() }

    /// The kind of data; by the semantic specification, else by the statistical one.
    var data: String {
        if let data = package.semantic?.data.first { return data }
        switch chosen?.value {
        case .image: return "Image"
        case .text: return "Text"
        case .table, nil: return "Table"
        }
    }

    var task: String? { package.semantic?.task.first }
}
