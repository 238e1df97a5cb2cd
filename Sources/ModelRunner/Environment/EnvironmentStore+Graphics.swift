import Documents
import Foundation

extension EnvironmentLock {
    /// What only a GPU has a use for; the largest first.
    var graphics: [Entry] {
        entries.filter { entry in
            ["nvidia-", "cuda-", "cupy-cuda", "jax-cuda", "pytorch-triton", "cudf-", "cuml-"].contains {
                entry.name.hasPrefix($0)
            } || entry.name == "triton"
        }.sorted { ($0.files[0].size ?? 0) > ($1.files[0].size ?? 0) }
    }

    func version(of name: String) -> String? { entries.first { $0.name == name }?.version }
}

extension EnvironmentStore {
    /// Less than this is not worth a word.
    private static let leastBytes = 50_000_000
    /// Packages whose builds for CPUs have another name.
    private static let renamed = [
        "tensorflow": "tensorflow-cpu", "tensorflow-gpu": "tensorflow-cpu", "onnxruntime-gpu": "onnxruntime",
        "faiss-gpu": "faiss-cpu",
    ]
    /// Packages whose builds for CPUs have the version `…+cpu`.
    private static let marked = ["torch", "torchvision", "torchaudio"]

    /// Says before anything is fetched what of it is for GPUs, which no sandbox offers.
    func warnOfGraphics(_ lock: EnvironmentLock) {
        let graphics = lock.graphics
        let bytes = graphics.reduce(0) { $0 + ($1.files[0].size ?? 0) }
        guard bytes >= Self.leastBytes else { return }
        var names = graphics.prefix(3).map { "\($0.name) \(DecimalSize.text($0.files[0].size ?? 0))" }
        if graphics.count > 3 { names.append("and \(graphics.count - 3) more") }
        let remedy =
            options.prefersCPU
            ? "the index offers no build for CPUs" : "--cpu takes builds for CPUs where the index offers them"
        progress(
            "warning: \(DecimalSize.text(bytes)) of this environment serve NVIDIA's GPUs only, which the sandbox does "
                + "not offer (\(names.joined(separator: ", "))); \(remedy)"
        )
    }

    /// The same environment with builds for CPUs, as far as the user's index offers them; what it does not offer is
    /// said.
    func withoutGraphics(
        _ lock: EnvironmentLock,
        _ lines: [String],
        _ interpreter: Interpreter,
        _ index: PackageIndex
    ) async throws(RunError) -> EnvironmentLock {
        var (best, lines) = (lock, lines)
        for (name, other) in Self.renamed.sorted(by: { $0.key < $1.key }) where best.version(of: name) != nil {
            let changed = lines.map { line in
                line.hasPrefix(name) && !Self.goesOn(line, after: name) ? other + line.dropFirst(name.count) : line
            }
            if changed != lines, case .found(let found) = try await resolve(changed, for: interpreter, index) {
                progress("--cpu: \(other) in the place of \(name)")
                (best, lines) = (found, changed)
            } else {
                progress("--cpu: the index offers no build of \(name) for CPUs")
            }
        }
        // A build without GPUs needs none of their libraries.
        let torch = Self.marked.compactMap { name in
            best.version(of: name).flatMap { $0.contains("+") ? nil : "\(name)==\($0)+cpu" }
        }
        if !torch.isEmpty, !best.graphics.isEmpty {
            if case .found(let found) = try await resolve(lines + torch, for: interpreter, index) {
                progress("--cpu: " + torch.joined(separator: ", "))
                best = found
            } else {
                progress(
                    "--cpu: the index offers no \(torch.joined(separator: ", ")); PyTorch has such builds at "
                        + "https://download.pytorch.org/whl/cpu, which the extra-index-url of pip's settings can name"
                )
            }
        }
        best.preferSmallXGBoost()
        return best
    }

    /// Whether the line's name is longer than `name`.
    private static func goesOn(_ line: String, after name: String) -> Bool {
        guard let next = line.utf8.dropFirst(name.utf8.count).first else { return false }
        return isalnum(Int32(next)) != 0 || "-_.".utf8.contains(next)
    }
}

extension EnvironmentLock {
    /// XGBoost's wheel for the older platform is its build for CPUs: a thirtieth of the other, and without NCCL.
    fileprivate mutating func preferSmallXGBoost() {
        guard let place = entries.firstIndex(where: { $0.name == "xgboost" }),
            let small = entries[place].files.firstIndex(where: { $0.name.contains("manylinux2014") })
        else { return }
        entries[place].files = [entries[place].files[small]]
        let others = graphics.filter { !$0.name.hasPrefix("nvidia-nccl") }
        guard others.isEmpty, version(of: "torch") == nil else { return }
        entries.removeAll { $0.name.hasPrefix("nvidia-nccl") }
    }
}
