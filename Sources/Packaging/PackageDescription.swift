import Documents
package import SystemPackage

/// The files of a package, in a zip or in a folder.
package protocol PackageContents {
    /// The bytes of a file; nil when there is none of that name.
    func size(of name: String) -> Int?
    func read(_ name: String, limit: Int) throws(PackageError) -> [UInt8]
    /// The first bytes of a file, at most `count` of them, however large it is.
    func head(of name: String, count: Int) throws(PackageError) -> [UInt8]
    /// The bytes of a file from front to back, however large it is.
    func stream(of name: String) throws(PackageError) -> ByteStream
    /// Why a file that lies in the folder is not packed, one clause; nil when it is simply not there.
    func reasonLeftOut(_ name: String) -> String?
}

extension PackageContents {
    /// For contents that are read as a whole.
    package func head(of name: String, count: Int) throws(PackageError) -> [UInt8] {
        Array(try read(name, limit: size(of: name) ?? 0).prefix(count))
    }

    /// For contents that are read as a whole; no ONNX file is larger than protobuf allows, which is 2 GiB.
    package func stream(of name: String) throws(PackageError) -> ByteStream {
        try ByteStream(try read(name, limit: 2 << 30), name: name)
    }

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

/// A semantic specification that comes beside a package.
package struct SemanticText: Sendable {
    /// What messages call it: the path of its file, or where else it is from.
    let name: String
    let bytes: [UInt8]

    /// - Parameters:
    ///   - name: what messages call it.
    ///   - text: JSON.
    package init(name: String, text: String) {
        self.name = name
        bytes = Array(text.utf8)
    }

    /// - Parameter path: a file that the user named.
    /// - Throws: ``PackageError`` when it cannot be read.
    package init(reading path: FilePath) throws(PackageError) {
        name = path.string
        bytes = try InputFile(opening: path.string, limit: DocumentLimits.manifest.bytes).contents()
    }
}

/// Everything that a package says about itself, read and checked.
struct PackageDescription: Sendable {
    static let manifestName = "learnware.yaml"
    static let semanticName = "semantic_specification.json"

    let manifest: Manifest
    let semantic: SemanticSpecification?
    /// Where ``semantic`` is from, when that is not the package.
    let externalSemanticName: String?
    let environment: EnvironmentSource
    let warnings: [Problem]

    static func manifestMissing(in contents: some PackageContents) -> PackageError {
        PackageError(
            .manifestMissing,
            contents.reasonLeftOut(manifestName).map { "\(manifestName) is left out: \($0)" }
                ?? "the package has no \(manifestName) at its top",
            entry: manifestName,
            hint: contents.hintLeftOut(manifestName) ?? "'lw-pack init' writes a folder with one"
        )
    }

    /// - Parameters:
    ///   - contents: the files.
    ///   - external: a semantic specification that takes the place of the package's own, where it is another.
    /// - Throws: ``PackageError`` with file, line and column.
    init(of contents: some PackageContents, semantic external: SemanticText?) throws(PackageError) {
        guard contents.size(of: Self.manifestName) != nil else {
            throw Self.manifestMissing(in: contents)
        }
        let text = try Self.text(Self.manifestName, in: contents)
        manifest = try Manifest(parsing: text)
        var warnings = manifest.warnings.map { Problem.warning(.manifest, $0) }
        for name in manifest.requiredFiles where contents.size(of: name) == nil {
            throw PackageError(
                .fileMissing,
                "\(Self.manifestName) names '\(Printable(name))', \(contents.absence(name, from: "package"))",
                entry: name,
                hint: contents.hintLeftOut(name)
            )
        }
        (semantic, externalSemanticName) = try Self.semantic(manifest, contents, external, &warnings)
        let (environment, remarks) = try EnvironmentSource.read(of: contents)
        self.environment = environment
        warnings += remarks
        Self.warn(about: manifest, environment, contents, &warnings)
        self.warnings = warnings
    }

    /// A text file of the package; a byte order mark is taken away, and UTF-16 is named as what it is.
    static func text(_ name: String, in contents: some PackageContents) throws(PackageError) -> [UInt8] {
        try decoded(try contents.read(name, limit: DocumentLimits.manifest.bytes), name: name)
    }

    static func decoded(_ bytes: [UInt8], name: String) throws(PackageError) -> [UInt8] {
        let (text, encoding) = try decodedTolerantly(bytes, name: name)
        guard encoding == .utf8 else {
            throw PackageError(
                .encoding,
                "'\(Printable(name))' is UTF-16, as PowerShell writes it; only UTF-8 is read",
                entry: name,
                hint: "convert it with: iconv -f UTF-16 -t UTF-8 OLD > NEW"
            )
        }
        return text
    }

    /// The text in UTF-8, whichever of the encodings of ``TextEncoding`` it was in.
    static func decodedTolerantly(
        _ bytes: [UInt8],
        name: String
    ) throws(PackageError) -> (text: [UInt8], encoding: TextEncoding) {
        do {
            return try TextEncoding.decode(bytes)
        } catch {
            throw PackageError(
                .encoding,
                DocumentReader.place(name, nil) + error.reason,
                entry: name,
                hint: "save it as UTF-8"
            )
        }
    }

    private static func semantic(
        _ manifest: Manifest,
        _ contents: some PackageContents,
        _ external: SemanticText?,
        _ warnings: inout [Problem]
    ) throws(PackageError) -> (SemanticSpecification?, externalName: String?) {
        let name = manifest.semanticFileName ?? semanticName
        func own() throws(PackageError) -> SemanticSpecification {
            try SemanticSpecification(parsing: try text(name, in: contents), file: name)
        }
        let hasOwn = contents.size(of: name) != nil
        if let external {
            let semantic = try SemanticSpecification(
                parsing: try decoded(external.bytes, name: external.name),
                file: external.name
            )
            if hasOwn {
                if let own = try? own(), own.document.json() == semantic.document.json() { return (own, nil) }
                let text = "the semantic specification in the package is not used; the named file is"
                warnings.append(.warning(.semantic, text))
            }
            return (semantic, external.name)
        }
        if hasOwn { return (try own(), nil) }
        if manifest.semanticFileName != nil {
            let text = "the semantic specification '\(Printable(name))' is not in the package"
            warnings.append(.warning(.semantic, text))
        }
        return (nil, nil)
    }

    private static func warn(
        about manifest: Manifest,
        _ environment: EnvironmentSource,
        _ contents: some PackageContents,
        _ warnings: inout [Problem]
    ) {
        if manifest.statisticalSpecifications.isEmpty { warnings.append(noStatisticalSpecification) }
        for item in manifest.statisticalSpecifications where contents.size(of: item.fileName) == nil {
            let text = "the statistical specification '\(Printable(item.fileName))' is not in the package"
            warnings.append(.warning(.statistical, text))
        }
        warnings += remarks(on: environment, runtime: manifest.sandbox.runtime)
        for line in environment.requirements.refused {
            let place = SourcePosition(line: line.line, column: 1)
            let text = "the line is not used: \(line.reason)"
            warnings.append(.warning(.requirementRefused, text, file: environment.fileName, at: place))
        }
    }

    static let noStatisticalSpecification = Problem.warning(
        .statistical,
        "there is no statistical specification: nobody can find the learnware by their data",
        hint: "'lw-pack spec X.csv -o FOLDER/stat.json' makes one of the model's rows; name it under "
            + "stat_specifications"
    )

    /// What is odd about an environment but no reason to refuse it.
    static func remarks(on environment: EnvironmentSource, runtime: SandboxSettings.Runtime) -> [Problem] {
        guard case .none = environment else {
            guard runtime == .python else {
                let text = "the file is not used: the runtime \(runtime.rawValue) needs no packages"
                return [.warning(.environment, text, file: environment.fileName)]
            }
            return environment.remarks.map { remark in
                .warning(
                    .environment,
                    remark.text,
                    file: environment.fileName,
                    at: SourcePosition(line: remark.line, column: 1)
                )
            }
        }
        guard runtime == .python else { return [] }
        let text = "there is no requirements.txt or environment.yaml: the model gets numpy and the standard library"
        return [.warning(.environment, text)]
    }
}
