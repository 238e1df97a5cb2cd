import Foundation
import SystemPackage
import TestSupport
import Testing

/// Real packages of the Python `learnware` package, through real environments and the sandbox, for both kinds of user.
@Suite(.serialized) struct GoldenTests {
    private static let packages =
        [
            "iris_numpy", "digits_logreg", "digits01_0_3_svc", "digits01_4_6_svc", "digits01_7_9_svc",
            "breast_cancer_logreg", "diabetes_ridge", "diabetes_pandas_output", "text_tfidf_nb",
        ] + (Checkout.isSoak ? ["iris_torch_output"] : [])

    private let scratch: Scratch

    init() throws { scratch = try Scratch(mode: 0o755) }

    @Test func theGoldenPackagesAreThereInCI() {
        // Elsewhere the other tests of this suite say that they did not run.
        #expect(Checkout.golden != nil || !Checkout.isCI)
    }

    @Test(.enabled(if: Checkout.golden != nil, "the golden packages are not beside this checkout"), arguments: packages)
    func aGoldenPackagePredictsWhatThePythonPackageDid(name: String) throws {
        let folder = try #require(Checkout.golden).appending("learnwares").appending(name)
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
            // The reference is numpy's own answer: a millionth of its size.
            let expected = folder.appending("expected_pred.npy")
            try Arrays.expect(output, equals: expected, "\(name) as \(caller)", tolerance: 1e-6)
        }
    }

    /// A package that is wrong, and how `predict` says so.
    struct Wrong: Sendable, CustomTestStringConvertible {
        let name: String
        let status: Int32
        /// The first line of what is said.
        let sentence: String
        var testDescription: String { name }
    }

    private static let wrong = [
        Wrong(
            name: "bad_init_raises",
            status: 7,
            sentence: "error: the model could not be loaded: Constructing Model raised ValueError: broken constructor"
        ),
        Wrong(name: "bad_predict_raises", status: 8, sentence: "error: the model raised: RuntimeError: no model here"),
        Wrong(
            name: "bad_output_length",
            status: 9,
            sentence: "error: the model returned 132 predictions in 'y' for 133 rows"
        ),
        Wrong(
            name: "bad_list_output",
            status: 9,
            sentence: "error: the model's output is not a prediction: predict returned a list; "
                + "a numpy array, torch tensor or pandas object is needed"
        ),
        Wrong(
            name: "bad_nan_output",
            status: 9,
            sentence: "error: the model returned NaN or an infinity in 'y', first for row 1 of the call"
        ),
    ]

    private func predict(_ name: String, _ options: [String] = []) throws -> (result: ToolResult, output: FilePath) {
        let folder = try #require(Checkout.golden).appending("learnwares").appending(name)
        let output = scratch.path.appending("\(name).npy")
        let result = try Tool.run(
            "lw-run",
            [
                "predict", folder.appending("\(name).zip").string, "--input", folder.appending("heldout_X.npy").string,
                "--output", output.string, "--python", "/usr/bin/python3", "--progress", "quiet",
            ] + options,
            environment: Home.environment(for: .tester)
        )
        return (result, output)
    }

    @Test(.enabled(if: Checkout.golden != nil, "the golden packages are not beside this checkout"), arguments: wrong)
    func aWrongPackageFailsWhereItIsWrongAndSaysWhy(wrong: Wrong) throws {
        let (result, output) = try predict(wrong.name)
        #expect(result.status == wrong.status, "\(result.errors)")
        #expect(result.errors.split(separator: "\n").first.map(String.init) == wrong.sentence)
        #expect(!FileManager.default.fileExists(atPath: output.string))
    }

    /// What these are wrong about (their input's or specification's width), the checker refuses; they predict.
    @Test(
        .enabled(if: Checkout.golden != nil, "the golden packages are not beside this checkout"),
        arguments: ["bad_spec_dim", "bad_input_dim", "bad_nan_output"],
        [true, false]
    )
    func whatIsTheCheckersToRefusePredicts(name: String, withSemantics: Bool) throws {
        let folder = try #require(Checkout.golden).appending("learnwares").appending(name)
        var options = name == "bad_nan_output" ? ["--allow-nan"] : []
        if withSemantics { options += ["--semantic", folder.appending("semantic_spec.json").string] }
        let (result, output) = try predict(name, options)
        #expect(result.status == 0, "\(result.errors)")
        let expected = folder.appending("expected_pred.npy")
        try Arrays.expect(output, equals: expected, name, tolerance: 0)
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
        // An environment that was copied has other inodes and is not used; it is built from the wheels, offline.
        for name in ["locks", "wheels"] {
            let from = Checkout.cache.appending("learnware").appending(name).string
            try FileManager.default.createDirectory(atPath: "\(store)/\(name)", withIntermediateDirectories: true)
            for item in (try? FileManager.default.contentsOfDirectory(atPath: from)) ?? [] {
                let target = "\(store)/\(name)/\(item)"
                guard !FileManager.default.fileExists(atPath: target) else { continue }
                _ = try Tool.run("/bin/cp", ["-r", "\(from)/\(item)", target])
                _ = try Tool.run("/bin/chown", ["-R", "\(owner):\(owner)", target])
            }
        }
        for folder in [copy, copy + "/cache", store, store + "/locks", store + "/wheels"] {
            chown(folder, uid_t(Caller.ordinaryID), gid_t(Caller.ordinaryID))
        }
        return ["XDG_CACHE_HOME": copy + "/cache", "HOME": copy, "PATH": "/usr/bin:/bin"]
    }
}
