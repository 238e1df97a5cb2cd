import Foundation
import SystemPackage
import TestSupport
import Testing

/// Learnwares of many kinds, trained here by the real libraries, against what these libraries predicted themselves.
@Suite(.serialized) struct RealLearnwareTests {
    static let kinds =
        [
            "sklearn_columns", "sklearn_texts", "lightgbm_trees", "xgboost_trees", "onnx_forest", "text_bayes",
            "onnx_images", "pandas_frames", "thread_forest", "slow_imports",
        ] + (Checkout.isSoak ? ["torch_mlp"] : [])

    private static let fixtures = Checkout.root.appending("Tests/Fixtures/learnwares")
    private static let python = "/usr/bin/python3"

    /// Where each kind lies; trained once, by the versions of libraries that the learnwares ask for.
    private static let trained = Result { () throws -> FilePath in
        let libraries = Checkout.cache.appending(Checkout.isSoak ? "training-soak" : "training")
        try install(into: libraries)
        let folder = Checkout.cache.appending("trained")
        try? FileManager.default.removeItem(atPath: folder.string)
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        let begin = ContinuousClock.now
        let made = try Tool.run(
            python,
            ["-B", fixtures.appending("train.py").string, folder.string] + kinds,
            environment: ["PYTHONPATH": libraries.string, "OMP_NUM_THREADS": "1"]
        )
        guard made.status == 0 else { throw Failed(reason: made.errors) }
        print("trained \(kinds.count) learnwares in \((ContinuousClock.now - begin) / .seconds(1)) s")
        return folder
    }

    private struct Failed: Error {
        let reason: String
    }

    /// A store of its own, because others are copied for a second user, with the same cache of wheels.
    private static let store = Result { () throws -> FilePath in
        let cache = Checkout.cache.appending("kinds")
        let wheels = Checkout.cache.appending("learnware/uv").string
        let options: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
        for folder in [cache.appending("learnware").string, wheels] {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: options
            )
        }
        let link = cache.appending("learnware/uv").string
        if !FileManager.default.fileExists(atPath: link) {
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: wheels)
        }
        return cache
    }

    /// Installs what training needs, once; the wheels come from the same cache as the learnwares' environments.
    private static func install(into folder: FilePath) throws {
        let lists = ["requirements.txt", "training.txt"].map { fixtures.appending($0).string }
        let extra = Checkout.isSoak ? ["torch==2.13.0"] : []
        let wanted = try lists.map { try String(contentsOfFile: $0, encoding: .utf8) }.joined() + extra.joined()
        let stamp = folder.appending("complete.txt").string
        if (try? String(contentsOfFile: stamp, encoding: .utf8)) == wanted { return }
        try? FileManager.default.removeItem(atPath: folder.string)
        let made = try Tool.run(
            Checkout.root.appending("scripts/uv").string,
            [
                "--no-config", "pip", "install", "--quiet", "--python", python, "--target", folder.string,
                "--only-binary", ":all:", "--compile-bytecode",
            ] + lists.flatMap { ["--requirements", $0] } + extra,
            environment: ["UV_CACHE_DIR": Checkout.cache.appending("learnware/uv").string]
        )
        guard made.status == 0 else { throw Failed(reason: made.errors) }
        try Data(wanted.utf8).write(to: URL(fileURLWithPath: stamp))
    }

    @Test(arguments: kinds) func predictsWhatTheLibraryDid(kind: String) throws {
        let folder = try Self.trained.get().appending(kind)
        let scratch = try Scratch()
        let zip = scratch.appending("m.zip")
        let built = try Tool.run("lw-pack", ["build", folder.appending("package").string, "-o", zip])
        #expect(built.status == 0, "\(built.errors)")
        let input = try #require(
            ["X.csv", "X.npy", "X.json"].map { folder.appending($0).string }.first {
                FileManager.default.fileExists(atPath: $0)
            }
        )
        let expected = folder.appending("expected.json")
        let isText = FileManager.default.fileExists(atPath: expected.string)
        let output = scratch.path.appending(isText ? "y.json" : "y.npy")
        let result = try Tool.run(
            "lw-run",
            [
                "predict", zip, "--input", input, "--output", output.string, "--python", Self.python, "--receipt",
                "--progress", "quiet",
            ],
            environment: ["XDG_CACHE_HOME": try Self.store.get().string]
        )
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("profile strict"))
        if isText {
            let decoder = JSONDecoder()
            let found = try decoder.decode([String].self, from: Data(contentsOf: URL(filePath: output.string)))
            #expect(try found == decoder.decode([String].self, from: Data(contentsOf: URL(filePath: expected.string))))
        } else {
            // The same library on the same numbers; single precision in ONNX and PyTorch, whose threads add differently.
            let tolerance = kind.hasPrefix("onnx") || kind.hasPrefix("torch") ? 1e-5 : 1e-12
            try Arrays.expect(output, equals: folder.appending("expected.npy"), kind, tolerance: tolerance)
        }
    }
}
