import Foundation
import SystemPackage
import Tensors
import TestSupport
import Testing

/// Real packages of the Python `learnware` package, through real environments and the sandbox, for both kinds of user.
@Suite(.serialized) struct GoldenTests {
    private static let packages =
        [
            "iris_numpy", "digits_logreg", "digits01_0_3_svc", "digits01_4_6_svc", "digits01_7_9_svc",
            "breast_cancer_logreg", "diabetes_ridge", "diabetes_pandas_output", "text_tfidf_nb",
        ] + (Checkout.isSoak ? ["iris_torch_output"] : [])

    @Test func theGoldenPackagesAreThereInCI() {
        // Elsewhere the other tests of this suite say that they did not run.
        #expect(Checkout.golden != nil || !Checkout.isCI)
    }

    @Test(.enabled(if: Checkout.golden != nil, "the golden packages are not beside this checkout"), arguments: packages)
    func aGoldenPackagePredictsWhatThePythonPackageDid(name: String) throws {
        let folder = try #require(Checkout.golden).appending("learnwares").appending(name)
        let scratch = try Scratch(mode: 0o755)
        for caller in Caller.available {
            // Whoever runs the tool writes here.
            let target = scratch.path.appending("\(caller)")
            #expect(mkdir(target.string, 0o777) == 0 && chmod(target.string, 0o777) == 0)
            let output = target.appending("y.npy")
            let inputs = ["heldout_X.npy", "heldout_X.json"].map { folder.appending($0) }
            let input = try #require(inputs.first { FileManager.default.fileExists(atPath: $0.string) })
            // The ordinary user may not be able to enter the folder where the packages lie.
            let zip = scratch.appending("\(name).zip")
            let data = scratch.appending(input.lastComponent?.string ?? "")
            for (from, to) in [(folder.appending("\(name).zip").string, zip), (input.string, data)]
            where !FileManager.default.fileExists(atPath: to) {
                try FileManager.default.copyItem(atPath: from, toPath: to)
                chmod(to, 0o644)
            }
            let semantic = scratch.appending("semantic.json")
            try scratch.write(
                "semantic.json",
                String(contentsOfFile: folder.appending("semantic_spec.json").string, encoding: .utf8)
            )
            let result = try Tool.run(
                Installed.tool("lw-run", for: caller),
                [
                    "predict", zip, "--semantic", semantic, "--input", data, "--output", output.string, "--python",
                    "/usr/bin/python3",
                ] + (caller == .ordinaryUser ? ["--offline"] : []),
                as: caller,
                environment: Home.environment(for: caller)
            )
            #expect(result.status == 0, "\(caller): \(result.errors)")
            try compare(output, folder.appending("expected_pred.npy"), "\(name) as \(caller)")
        }
    }

    private func compare(_ output: FilePath, _ expected: FilePath, _ name: String) throws {
        let found = try read(output)
        let wanted = try read(expected)
        #expect(found.shape == wanted.shape, "\(name)")
        if found.datatype == .int64 {
            #expect(try found.integers() == wanted.integers(), "\(name)")
            return
        }
        for (one, other) in zip(try found.doubles(), try wanted.doubles()) {
            // The reference is numpy's own answer: a millionth of its size.
            #expect(abs(one - other) <= 1e-6 * max(1, abs(other)), "\(name): \(one) is not \(other)")
        }
    }

    private func read(_ path: FilePath) throws -> Tensor {
        let source = try DataFile.open(path)
        var parts: [Tensor] = []
        while let chunk = try source.next(maximumRows: 1000) { parts.append(try chunk.joined()) }
        return try Tensor.concatenating(parts)
    }
}

/// Where a caller's tools keep their things: the tests' own store, or a copy of it that the ordinary user owns.
enum Home {
    /// One copy for all tests: the store has more than a gigabyte.
    private static let copy: String = {
        let path = "/tmp/lw-test-home-\(getpid())"
        mkdir(path, 0o755)
        atexit { try? FileManager.default.removeItem(atPath: "/tmp/lw-test-home-\(getpid())") }
        return path
    }()

    /// The environment variables that lead there, with everything in place that the store holds by now.
    static func environment(for caller: Caller) throws -> [String: String] {
        guard caller == .ordinaryUser else { return ["XDG_CACHE_HOME": Checkout.cache.string] }
        let store = copy + "/cache/learnware"
        let owner = String(Caller.ordinaryID)
        for name in ["environments", "locks"] {
            let from = Checkout.cache.appending("learnware").appending(name).string
            try FileManager.default.createDirectory(atPath: "\(store)/\(name)", withIntermediateDirectories: true)
            for item in (try? FileManager.default.contentsOfDirectory(atPath: from)) ?? [] {
                let target = "\(store)/\(name)/\(item)"
                guard !FileManager.default.fileExists(atPath: target) else { continue }
                _ = try Tool.run("/bin/cp", ["-r", "\(from)/\(item)", target])
                _ = try Tool.run("/bin/chown", ["-R", "\(owner):\(owner)", target])
            }
        }
        for folder in [copy, copy + "/cache", store, store + "/environments", store + "/locks"] {
            chown(folder, uid_t(Caller.ordinaryID), gid_t(Caller.ordinaryID))
        }
        return ["XDG_CACHE_HOME": copy + "/cache", "HOME": copy, "PATH": "/usr/bin:/bin"]
    }
}
