import Documents

/// One file of a package, as far as its name and size go.
package struct FileFacts: Sendable {
    package let name: String
    package let size: Int
    package let isExecutable: Bool
}

/// The rules of the files themselves, whatever is in them.
struct FileRules {
    /// The most that Beimingwu's web form takes.
    static let marketBytes = 1 << 30
    /// More text than a package has a use for; training data is the usual reason.
    static let textBytes = 16 << 20
    private static let textSuffixes = [
        ".py", ".txt", ".md", ".yaml", ".yml", ".json", ".jsonl", ".csv", ".tsv", ".ipynb", ".log",
    ]
    private static let weightSuffixes = [
        ".pkl", ".pickle", ".joblib", ".onnx", ".pt", ".pth", ".npy", ".npz", ".h5", ".hdf5", ".keras", ".pb",
        ".safetensors", ".ckpt", ".bin", ".tflite",
    ]
    private static let secretNames: Set<String> = [
        ".env", ".netrc", "_netrc", ".pypirc", ".npmrc", ".git-credentials", ".htpasswd", ".pgpass", "credentials.json",
        "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "service-account.json", "service_account.json", "secrets.json",
        "secrets.yaml", "secrets.yml", "secrets.toml", "kubeconfig",
    ]
    private static let secretSuffixes = [".pem", ".key", ".p12", ".pfx", ".jks", ".kdbx", ".ppk"]
    private static let secretFolders: Set<String> = [".aws", ".ssh", ".gnupg", ".kube", ".azure", ".docker"]

    /// - Parameters:
    ///   - files: the files of the package.
    ///   - contents: where their first bytes can be read.
    /// - Returns: warnings only.
    static func problems(of files: [FileFacts], in contents: some PackageContents) -> [Problem] {
        var problems: [Problem] = []
        let total = files.reduce(0) { $0 + $1.size }
        if total > marketBytes {
            problems.append(
                .warning(
                    .oddFile,
                    "the files have \(gibibytes(total)) in all; Beimingwu's web form takes zips of up to 1 GiB"
                )
            )
        }
        for file in files { problems += self.problems(of: file, in: contents) }
        return problems + misnamed(files)
    }

    private static func problems(of file: FileFacts, in contents: some PackageContents) -> [Problem] {
        let lower = file.name.lowercased()
        var problems: [Problem] = []
        if looksSecret(lower) {
            problems.append(
                .warning(
                    .oddFile,
                    "it looks like a secret, and everybody who gets the learnware can read it",
                    file: file.name,
                    hint: "move it out of the folder, unless it is meant for strangers"
                )
            )
        }
        if lower.hasSuffix("/" + IgnoreFile.name) {
            problems.append(
                .warning(
                    .oddFile,
                    "only the \(IgnoreFile.name) of the top folder is read; this one leaves nothing out",
                    file: file.name,
                    hint: "move its lines there, with the folder's name before each"
                )
            )
        }
        if weightSuffixes.contains(where: lower.hasSuffix) {
            if file.size == 0 {
                problems.append(.warning(.oddFile, "the file is empty", file: file.name))
            } else if isLargeFilePointer(file, in: contents) {
                problems.append(
                    .warning(
                        .oddFile,
                        "the file is a pointer of Git LFS, not what it points to",
                        file: file.name,
                        hint: "run: git lfs pull"
                    )
                )
            }
        }
        if file.size > textBytes, textSuffixes.contains(where: lower.hasSuffix) {
            let text = "a text of \(file.size >> 20) MiB; is it data that the model does not need?"
            problems.append(.warning(.oddFile, text, file: file.name))
        }
        return problems
    }

    private static func looksSecret(_ name: String) -> Bool {
        let parts = name.split(separator: "/").map(String.init)
        guard let base = parts.last else { return false }
        if parts.dropLast().contains(where: secretFolders.contains) { return true }
        // Examples of such files hold no secret, and are named so.
        if base.hasPrefix(".env."), ![".env.example", ".env.sample", ".env.template"].contains(base) { return true }
        return secretNames.contains(base) || secretSuffixes.contains(where: base.hasSuffix)
    }

    private static func isLargeFilePointer(_ file: FileFacts, in contents: some PackageContents) -> Bool {
        guard file.size < 1024, let bytes = try? contents.read(file.name, limit: 1024) else { return false }
        return bytes.starts(with: Array("version https://git-lfs.github.com/".utf8))
    }

    /// Files at the top that are nearly one of those with a meaning.
    private static func misnamed(_ files: [FileFacts]) -> [Problem] {
        let known = [
            "requirements.txt", "environment.yaml", "pylock.toml", "pyproject.toml", "semantic_specification.json",
        ]
        let names = Set(files.map(\.name))
        var problems: [Problem] = []
        for file in files where !file.name.contains("/") && !known.contains(file.name) {
            // Another extension is another kind of file, but for one.
            let kind = file.name.split(separator: ".").last?.lowercased() ?? ""
            let candidates = known.filter { $0.hasSuffix("." + kind) }
            let meant = file.name == "environment.yml" ? "environment.yaml" : slip(of: file.name, among: candidates)
            guard let meant, !names.contains(meant) else { continue }
            problems.append(.warning(.oddFile, "nothing reads this file; did you mean '\(meant)'?", file: file.name))
        }
        return problems
    }

    /// A size above 1 GiB to the nearest tenth, which never reads as if it were none.
    private static func gibibytes(_ bytes: Int) -> String {
        let tenths = Int((Double(bytes) / Double(marketBytes) * 10).rounded())
        return tenths == 10 ? "more than 1 GiB" : "\(tenths / 10).\(tenths % 10) GiB"
    }
}
