import Documents

/// What can be said of an ONNX model without running it: whether it finds its weights and what is asked of it.
enum OnnxRules {
    /// - Parameters:
    ///   - model: what the file says about itself.
    ///   - file: its name in the package.
    ///   - names: all files of the package.
    ///   - manifest: what the package declares.
    /// - Returns: errors for what cannot be loaded, warnings for what is probably not meant.
    static func problems(
        of model: OnnxModel,
        in file: String,
        beside names: [String],
        _ manifest: ManifestFindings
    ) -> [Problem] {
        let folder = file.split(separator: "/").dropLast().map { $0 + "/" }.joined()
        let packed = Set(names)
        var problems: [Problem] = []
        for weights in model.externalFiles {
            let shown = Printable(weights)
            let parts = weights.split(separator: "/", omittingEmptySubsequences: false)
            if weights.hasPrefix("/") || parts.contains("..") {
                problems.append(
                    .error(.modelFile, "its weights lie in '\(shown)', which is outside of the package", file: file)
                )
            } else if !packed.contains(folder + parts.filter { $0 != "." && !$0.isEmpty }.joined(separator: "/")) {
                problems.append(
                    .error(
                        .fileMissing,
                        "its weights lie in '\(shown)', which is not beside it",
                        file: file,
                        hint: "pack both; ONNX files above 2 GiB have their weights in a file of their own"
                    )
                )
            }
        }
        return problems + inputProblems(of: model, manifest) + outputProblems(of: model, manifest)
    }

    /// The columns of a table go to the inputs of their names, or side by side to the one that there is.
    private static func inputProblems(of model: OnnxModel, _ manifest: ManifestFindings) -> [Problem] {
        let known = model.inputs.map(\.name)
        guard known.count > 1, manifest.inputs.count > 1 else { return [] }
        let declared = manifest.inputs.map(\.declaration.name)
        let hint = "its inputs: " + known.prefix(8).map { "\(Printable($0, limit: 60))" }.joined(separator: ", ")
        if let wrong = manifest.inputs.first(where: { !known.contains($0.declaration.name) }) {
            let text = "the model has no input '\(Printable(wrong.declaration.name))'"
            return [.error(.manifest, text, file: PackageDescription.manifestName, at: wrong.position, hint: hint)]
        }
        guard let left = known.first(where: { !declared.contains($0) }) else { return [] }
        let text = "the model takes '\(Printable(left))' too, which sandbox.inputs does not name"
        let place = manifest.inputs[0].position
        return [.error(.manifest, text, file: PackageDescription.manifestName, at: place, hint: hint)]
    }

    /// A declared output says which of the model's outputs is the prediction, so its name must be one of theirs.
    private static func outputProblems(of model: OnnxModel, _ manifest: ManifestFindings) -> [Problem] {
        let known = model.outputs.map(\.name)
        let declared = manifest.outputs.filter { !known.contains($0.declaration.name) }
        // One output may have a name of the packager's own: it is the usual one.
        guard let first = declared.first, manifest.outputs.count > 1 || first.declaration.name != "y" else { return [] }
        let name = first.declaration.name
        let near = nearest(to: name, among: known)
        let text =
            "the model has no output '\(Printable(name))'" + (near.map { "; did you mean '\(Printable($0))'?" } ?? "")
        let hint = "its outputs: " + known.prefix(8).map { "\(Printable($0, limit: 60))" }.joined(separator: ", ")
        let place = PackageDescription.manifestName
        return [
            manifest.outputs.count > 1
                ? .error(.manifest, text, file: place, at: first.position, hint: hint)
                : .warning(.manifest, text, file: place, at: first.position, hint: hint)
        ]
    }
}
