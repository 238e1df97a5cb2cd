import Documents

/// Checks everything about a package that can be checked without running it, and stops at nothing.
struct FolderValidator<Contents: PackageContents> {
    private let contents: Contents
    private let files: [FileFacts]
    /// A semantic specification in the place of the package's own, and the name of its file.
    private let external: (file: String, specification: SemanticSpecification)?
    private var problems: [Problem] = []
    private static var manifestName: String { PackageDescription.manifestName }

    /// - Parameters:
    ///   - contents: the files' bytes.
    ///   - files: what is packed, by name.
    ///   - semantic: a semantic specification in the place of the package's own, and the name of its file.
    /// - Returns: all problems; without errors, the package can be opened.
    static func validate(
        _ contents: Contents,
        files: [FileFacts],
        semantic: (file: String, specification: SemanticSpecification)? = nil
    ) -> Validation {
        var validator = FolderValidator(contents: contents, files: files, external: semantic)
        validator.validate()
        return Validation(validator.problems)
    }

    private init(
        contents: Contents,
        files: [FileFacts],
        external: (file: String, specification: SemanticSpecification)?
    ) {
        self.contents = contents
        self.files = files
        self.external = external
    }

    private mutating func validate() {
        let manifest = checkManifest()
        let semantic = checkSemantic(manifest)
        checkModule(manifest)
        let statistical = checkStatistical(manifest)
        checkEnvironment(manifest)
        if manifest.isReadable {
            let rules = ShapeRules(
                manifest: manifest,
                semantic: semantic.specification,
                semanticFile: semantic.file,
                statistical: statistical
            )
            problems += ShapeRules.problems(rules)
        }
        if let specification = semantic.specification { checkGeneration(manifest, specification) }
        problems += FileRules.problems(of: files, in: contents)
        guard !problems.contains(where: { $0.severity == .error }) else { return }
        // What opening refuses, packing refuses: no rule above can be forgotten.
        do throws(PackageError) {
            _ = try PackageDescription(of: contents, semantic: nil)
        } catch {
            problems.append(Problem(error))
        }
    }

    /// The text of a file; nil after a problem was noted.
    private mutating func text(_ name: String) -> [UInt8]? {
        do throws(PackageError) {
            return try PackageDescription.text(name, in: contents)
        } catch {
            problems.append(Problem(error))
            return nil
        }
    }

    private func isThere(_ name: String) -> Bool { contents.size(of: name) != nil }

    private mutating func checkManifest() -> ManifestFindings {
        guard isThere(Self.manifestName) else {
            problems.append(Problem(PackageDescription.manifestMissing(in: contents)))
            return ManifestFindings()
        }
        guard let bytes = text(Self.manifestName) else { return ManifestFindings() }
        let rules = ManifestRules(bytes, file: Self.manifestName)
        problems += rules.problems
        return rules.findings
    }

    private mutating func missing(_ what: ManifestFindings.Located<String>, _ hint: String? = nil) {
        problems.append(
            .error(
                .fileMissing,
                contents.reasonLeftOut(what.value).map { "the file '\(Printable(what.value))' is left out: \($0)" }
                    ?? "there is no file '\(Printable(what.value))'",
                file: Self.manifestName,
                at: what.position,
                hint: contents.hintLeftOut(what.value) ?? hint
            )
        )
    }

    private mutating func checkModule(_ manifest: ManifestFindings) {
        guard manifest.isReadable else { return }
        if manifest.runtime != .python {
            guard let entry = manifest.entry else { return }
            guard let file = files.first(where: { $0.name == entry.value }) else { return missing(entry) }
            manifest.runtime == .onnx ? checkModel(file, manifest) : checkProgram(file)
            return
        }
        guard let module = manifest.modulePath, module.value.hasSuffix(".py") else { return }
        guard isThere(module.value) else {
            let near = slip(of: module.value, among: files.map(\.name).filter { $0.hasSuffix(".py") })
            return missing(module, near.map { "did you mean '\(Printable($0))'?" })
        }
        guard let text = try? PackageDescription.text(module.value, in: contents) else { return }
        checkClass(manifest.className, in: module.value, text)
        checkOpened(in: module.value, text)
    }

    private mutating func checkProgram(_ file: FileFacts) {
        if !file.isExecutable {
            problems.append(
                .error(.manifest, "it is to be run, but it is not executable", file: file.name, hint: "chmod +x it")
            )
        }
        if let bytes = try? contents.head(of: file.name, count: ProgramHead.bytes) {
            problems += ProgramHead(bytes).problems(file: file.name)
        }
    }

    private mutating func checkModel(_ file: FileFacts, _ manifest: ManifestFindings) {
        do throws(PackageError) {
            let model = try OnnxModel(contents.stream(of: file.name))
            problems += OnnxRules.problems(of: model, in: file.name, beside: files.map(\.name), manifest)
        } catch {
            problems.append(Problem(error))
        }
    }

    /// Files that the module seems to open and that are not there; again from the text alone.
    private mutating func checkOpened(in file: String, _ text: [UInt8]) {
        let here = file.split(separator: "/").dropLast().map { $0 + "/" }.joined()
        let names = Set(files.compactMap { $0.name.split(separator: "/").last.map(String.init) })
        for opened in OpenedFiles.find(in: text) {
            // What the path begins with is not known, so any file of that name will do.
            guard let base = opened.name.split(separator: "/").last, !names.contains(String(base)) else { continue }
            let reason = contents.reasonLeftOut(here + opened.name) ?? contents.reasonLeftOut(opened.name)
            problems.append(
                .warning(
                    .oddFile,
                    "it seems to open '\(opened.name)', which is not in the folder"
                        + (reason.map { " (left out: \($0))" } ?? ""),
                    file: file,
                    line: opened.line
                )
            )
        }
    }

    /// The class is looked for in the text alone, so it is never more than a warning.
    private mutating func checkClass(
        _ name: ManifestFindings.Located<String>?,
        in file: String,
        _ text: [UInt8]
    ) {
        guard let name else { return }
        let module = PythonText(String(decoding: text, as: UTF8.self))
        guard !module.mayDefine(name.value) else { return }
        let classes = module.classes.prefix(1000)
        let near = slip(of: name.value, among: Array(classes)) ?? (classes.count == 1 ? classes.first : nil)
        problems.append(
            .warning(
                .manifest,
                "\(Printable(file)) seems to have no class '\(Printable(name.value))'"
                    + (near.map { "; did you mean '\(Printable($0))'?" } ?? ""),
                file: Self.manifestName,
                at: name.position,
                hint: name.position == nil ? "model.class_name says which class it is; without it, 'Model'" : nil
            )
        )
    }
}

extension FolderValidator {
    private mutating func checkSemantic(
        _ manifest: ManifestFindings
    ) -> (specification: SemanticSpecification?, file: String) {
        if let external {
            let document = external.specification.document
            problems += SemanticRules.problems(in: document, file: external.file)
            problems += SemanticRules.lengthProblems(in: document, file: external.file)
            return (external.specification, external.file)
        }
        let file = manifest.semanticFile?.value ?? PackageDescription.semanticName
        guard isThere(file) else {
            if let named = manifest.semanticFile {
                missing(named, "'lw-pack semantic' makes one")
            } else if manifest.isReadable {
                problems.append(
                    .warning(
                        .semantic,
                        "there is no \(PackageDescription.semanticName): nobody can find the learnware by what it is for",
                        hint: "'lw-pack semantic' makes one"
                    )
                )
            }
            return (nil, file)
        }
        guard let bytes = text(file) else { return (nil, file) }
        do {
            let document = try JSON.parse(bytes)
            problems += SemanticRules.problems(in: document, file: file)
            problems += SemanticRules.lengthProblems(in: document, file: file)
        } catch {
            problems.append(.error(.semantic, error.reason, file: file, at: error.position))
        }
        return (try? SemanticSpecification(parsing: bytes, file: file), file)
    }

    private mutating func checkStatistical(
        _ manifest: ManifestFindings
    ) -> [(file: String, position: SourcePosition?, rules: StatisticalRules)] {
        if manifest.isReadable, manifest.specifications.isEmpty {
            problems.append(PackageDescription.noStatisticalSpecification)
        }
        var readable: [(file: String, position: SourcePosition?, rules: StatisticalRules)] = []
        for item in manifest.specifications {
            guard isThere(item.fileName.value) else {
                missing(item.fileName)
                continue
            }
            guard let className = item.className else { continue }
            do throws(PackageError) {
                let bytes = try contents.read(item.fileName.value, limit: StatisticalDocument.limits.bytes)
                let rules = StatisticalRules(bytes, file: item.fileName.value, className: className)
                problems += rules.problems
                readable.append((item.fileName.value, item.fileName.position, rules))
            } catch {
                problems.append(Problem(error))
            }
        }
        return readable
    }

    private mutating func checkEnvironment(_ manifest: ManifestFindings) {
        do throws(PackageError) {
            let (source, remarks) = try EnvironmentSource.read(of: contents)
            problems += remarks + EnvironmentRules.problems(of: source)
            if manifest.isReadable {
                problems += PackageDescription.remarks(on: source, runtime: manifest.runtime)
            }
        } catch {
            problems.append(Problem(error))
        }
    }

    /// What version 0.4 of the Python package needs beside a model that generates text.
    private mutating func checkGeneration(_ manifest: ManifestFindings, _ semantic: SemanticSpecification) {
        if semantic.model == ["PEFT Model"], manifest.requiredIDs?.isEmpty == true {
            problems.append(
                .error(
                    .manifest,
                    "Model is 'PEFT Model', so model.required_learnware_ids must name the base model",
                    file: Self.manifestName
                )
            )
        }
        guard semantic.data == ["Text"], semantic.task == ["Text Generation"], let weights = manifest.weightsPath,
            !files.contains(where: { $0.name == weights.value || $0.name.hasPrefix(weights.value + "/") })
        else { return }
        problems.append(
            .warning(
                .manifest,
                "Task is 'Text Generation', and version 0.4 of the Python package needs '\(Printable(weights.value))' then",
                file: Self.manifestName,
                at: weights.position
            )
        )
    }
}
