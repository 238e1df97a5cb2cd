import Documents
import SystemPackage

/// The files of a package, in a zip or in a folder.
package protocol PackageContents {
    /// The bytes of a file; nil when there is none of that name.
    func size(of name: String) -> Int?
    func read(_ name: String, limit: Int) throws(PackageError) -> [UInt8]
    /// Why a file that lies in the folder is not packed, one clause; nil when it is simply not there.
    func reasonLeftOut(_ name: String) -> String?
}

extension PackageContents {
    /// Nothing: what a zip does not hold is simply not there.
    package func reasonLeftOut(_ name: String) -> String? { nil }

    /// What to do about a file that is missing because it was left out.
    func hintLeftOut(_ name: String) -> String? {
        guard let reason = reasonLeftOut(name) else { return nil }
        return reason.contains(IgnoreFile.name)
            ? "change \(IgnoreFile.name), or what names the file" : "give the file another name or put a real one there"
    }

    /// The end of a sentence about a file that is missing.
    func absence(_ name: String, from place: String) -> String {
        reasonLeftOut(name).map { "which is left out: \($0)" } ?? "which is not in the \(place)"
    }
}

/// Everything that a package says about itself, read and checked.
struct PackageDescription: Sendable {
    static let manifestName = "learnware.yaml"
    static let semanticName = "semantic_specification.json"

    let manifest: Manifest
    let semantic: SemanticSpecification?
    let environment: EnvironmentSource
    let warnings: [String]

    /// A file outside the package that the user named.
    struct ExternalText {
        let name: String
        let bytes: [UInt8]

        init(reading path: FilePath) throws(PackageError) {
            name = path.string
            bytes = try InputFile(opening: path.string, limit: DocumentLimits.manifest.bytes).contents()
        }
    }

    /// - Parameters:
    ///   - contents: the files.
    ///   - external: a semantic specification that takes the place of the package's own.
    /// - Throws: ``PackageError`` with file, line and column.
    init(of contents: some PackageContents, semantic external: ExternalText?) throws(PackageError) {
        guard contents.size(of: Self.manifestName) != nil else {
            throw PackageError(
                .manifestMissing,
                contents.reasonLeftOut(Self.manifestName).map { "\(Self.manifestName) is left out: \($0)" }
                    ?? "the package has no \(Self.manifestName) at its top",
                entry: Self.manifestName,
                hint: contents.hintLeftOut(Self.manifestName) ?? "'lw-pack init' writes a folder with one"
            )
        }
        let text = try Self.text(Self.manifestName, in: contents)
        manifest = try Manifest(parsing: text)
        var warnings = manifest.warnings
        for name in manifest.requiredFiles where contents.size(of: name) == nil {
            throw PackageError(
                .fileMissing,
                "\(Self.manifestName) names '\(Printable(name))', \(contents.absence(name, from: "package"))",
                entry: name,
                hint: contents.hintLeftOut(name)
            )
        }
        semantic = try Self.semantic(manifest, contents, external, &warnings)
        environment = try EnvironmentSource(of: contents)
        Self.warn(about: manifest, environment, contents, &warnings)
        self.warnings = warnings
    }

    /// A text file of the package; a byte order mark is taken away, and UTF-16 is named as what it is.
    static func text(_ name: String, in contents: some PackageContents) throws(PackageError) -> [UInt8] {
        try decoded(try contents.read(name, limit: DocumentLimits.manifest.bytes), name: name)
    }

    static func decoded(_ bytes: [UInt8], name: String) throws(PackageError) -> [UInt8] {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw PackageError(
                .encoding,
                "'\(Printable(name))' is UTF-16, as PowerShell writes it; only UTF-8 is read",
                entry: name,
                hint: "convert it with: iconv -f UTF-16 -t UTF-8 OLD > NEW"
            )
        }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard String(validating: text, as: UTF8.self) != nil else {
            throw PackageError(.encoding, "'\(Printable(name))' is not valid UTF-8", entry: name)
        }
        return text
    }

    private static func semantic(
        _ manifest: Manifest,
        _ contents: some PackageContents,
        _ external: ExternalText?,
        _ warnings: inout [String]
    ) throws(PackageError) -> SemanticSpecification? {
        let own = manifest.semanticFileName ?? semanticName
        let hasOwn = contents.size(of: own) != nil
        if let external {
            if hasOwn { warnings.append("the semantic specification in the package is not used; the named file is") }
            return try SemanticSpecification(
                parsing: try decoded(external.bytes, name: external.name),
                file: external.name
            )
        }
        guard hasOwn else {
            if manifest.semanticFileName != nil {
                warnings.append("the semantic specification '\(Printable(own))' is not in the package")
            }
            return nil
        }
        return try SemanticSpecification(parsing: try text(own, in: contents), file: own)
    }

    private static func warn(
        about manifest: Manifest,
        _ environment: EnvironmentSource,
        _ contents: some PackageContents,
        _ warnings: inout [String]
    ) {
        if case .none = environment, manifest.sandbox.runtime == .python {
            warnings.append("there is no requirements.txt or environment.yaml: only the standard library is there")
        }
        if manifest.statisticalSpecifications.isEmpty {
            warnings.append("there is no statistical specification: the learnware cannot be found by data")
        }
        for item in manifest.statisticalSpecifications where contents.size(of: item.fileName) == nil {
            warnings.append("the statistical specification '\(Printable(item.fileName))' is not in the package")
        }
        if case .conda(let conda) = environment {
            for item in conda.notInstalled {
                warnings.append(
                    "environment.yaml line \(item.line): '\(Printable(item.name))' comes from conda only and is not installed"
                )
            }
        }
        for line in environment.requirements.refused {
            warnings.append("\(environment.fileName) line \(line.line) is not used: \(line.reason)")
        }
    }
}
