import Documents
package import SystemPackage

/// A package around a model file, as far as the file tells; nothing in the file is run.
package struct ModelFolder: Sendable {
    /// What the model is, one clause, printable.
    package let title: String
    /// What was not found in the file, or cannot be used, and where it goes, one sentence each.
    package let gaps: [String]
    private let files: [NewFolder.File]

    /// The extensions of model files that are read.
    package static let extensions = ["joblib", "pkl", "pickle", "gz", "onnx", "txt"]

    /// Bytes of a model file that are read.
    private static let fileBytes = 8 << 30

    /// Reads a model file.
    ///
    /// - Parameters:
    ///   - path: a pickle of scikit-learn (`.joblib`, `.pkl`, `.pickle`), an ONNX model (`.onnx`) or a LightGBM text
    ///     model (`.txt`).
    ///   - name: what the learnware shall be called.
    /// - Throws: ``PackageError`` when the file is none of these, or broken.
    package init(from path: FilePath, named name: String) throws(PackageError) {
        let file = try InputFile(opening: path.string, limit: Self.fileBytes, rule: .fileTooLarge)
        let stream = try ByteStream(file, name: path.string)
        let facts: ModelFacts =
            switch Self.kind(of: path) {
            case "joblib": try .sklearn(stream, fileName: "model.joblib")
            case "pkl", "pickle": try .sklearn(stream, fileName: "model.pkl")
            case "onnx": try .onnx(try OnnxModel(stream))
            case "txt": try .lightgbm(try LightGBMModel(stream))
            default:
                throw PackageError(
                    .modelFile,
                    "'\(Printable(path.string))' is of a kind that is not read",
                    entry: path.string,
                    hint: "known kinds: " + Self.extensions.map { "." + $0 }.joined(separator: " ")
                )
            }
        let shownName = isShownAsItIs(name) ? name : "learnware"
        let manifest = ManifestText(facts, name: shownName)
        title = Printable(facts.title).description
        gaps = facts.gaps.map { gap in
            let place =
                switch gap.place {
                case .input: "learnware.yaml, line \(manifest.inputLine)"
                case .output: "learnware.yaml, line \(manifest.outputLine)"
                case .requirements: "requirements.txt"
                case .semantics: "semantic_specification.json"
                case .program: "__init__.py"
                case .model: facts.fileName
                }
            if gap.place == .model { return "\(gap.what) \(place)" }
            return (gap.isFound ? "" : "not found in the file: ") + "\(gap.what); edit \(place)"
        }
        let needsProgram = facts.runtime == .python
        let program = NewFolder.File(name: "__init__.py", contents: .text(facts.program))
        let requirements = facts.requirements.map { $0 + "\n" }.joined()
        files =
            [.init(name: "learnware.yaml", contents: .text(manifest.text))] + (needsProgram ? [program] : [])
            + [.init(name: facts.fileName, contents: .copy(file))]
            + (needsProgram ? [.init(name: "requirements.txt", contents: .text(requirements))] : [])
            + [.init(name: "semantic_specification.json", contents: .text(facts.semantics(name: shownName)))]
    }

    /// The extension that says what a file is; `.gz` and `.z` only say how joblib packed it.
    private static func kind(of path: FilePath) -> String? {
        let last = path.extension?.lowercased()
        guard last == "gz" || last == "z", let stem = path.stem else { return last }
        return FilePath(stem).extension?.lowercased() ?? "joblib"
    }

    /// The names of the files, in the order in which they are written.
    package var fileNames: [String] { files.map(\.name) }

    /// Writes the files into a folder, which is made when it is missing.
    ///
    /// - Throws: ``PackageError``; `targetExists` when the folder holds anything.
    package func write(
        to path: FilePath,
        progress: PackageProgress.Report? = nil
    ) throws(PackageError) {
        try NewFolder.write(files, to: path, progress: progress)
    }
}

extension PackageError.Rule {
    /// A model file is broken, or of a kind that is not read.
    public static let modelFile = Self(rawValue: "model-file")
}

/// Whether a name can stand in a file and on a terminal as it is: short, and every character shows as what it is.
func isShownAsItIs(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 256 && Printable(name, limit: 300).description == name
}
