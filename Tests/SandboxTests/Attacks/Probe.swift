import Foundation
import SystemPackage
import TestSupport

/// `lw-probe` where every user can run it, beside a file that every user may write to: only the sandbox is in the way.
enum Probe {
    static let folder: FilePath = {
        let folder = FilePath("/tmp/lw-test-probe-\(getpid())")
        let manager = FileManager.default
        try? manager.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        let program = folder.appending("lw-probe").string
        try? manager.copyItem(atPath: Checkout.products.appending("lw-probe").string, toPath: program)
        try? Data("victim\n".utf8).write(to: URL(fileURLWithPath: folder.appending("victim").string))
        chmod(folder.string, 0o777)
        chmod(program, 0o755)
        chmod(folder.appending("victim").string, 0o666)
        atexit { try? FileManager.default.removeItem(atPath: "/tmp/lw-test-probe-\(getpid())") }
        return folder
    }()

    static var program: String { folder.appending("lw-probe").string }
    static var victim: String { folder.appending("victim").string }

    /// The line that the probe printed.
    struct Line: Decodable {
        var attack: String
        var result: String
        var errno: Int32
        var detail: String
    }

    /// What the launcher wrote about the run.
    struct Receipt: Decodable {
        struct Denial: Decodable {
            var call: String
            var number: UInt32
            var count: Int
        }

        struct Layer: Decodable {
            var name: String
            var state: String
        }

        var outcome: String
        var denials: [Denial]
        var layers: [Layer]

        /// How often the calls of this number were denied.
        func count(of number: UInt32) -> Int { denials.filter { $0.number == number }.reduce(0) { $0 + $1.count } }
    }

    struct Run {
        var tool: ToolResult
        var receipt: Data

        /// The last line that is one of the probe's.
        var line: Line? {
            tool.output.split(separator: "\n").reversed().lazy
                .compactMap { try? JSONDecoder().decode(Line.self, from: Data($0.utf8)) }.first
        }

        func report() throws -> Receipt { try JSONDecoder().decode(Receipt.self, from: receipt) }
    }

    /// Runs the probe in the profile `strict`.
    static func run(
        _ words: [String],
        as caller: Caller,
        launcher: String = "lw-sandbox",
        _ options: [String] = [],
        input: String = ""
    ) throws -> Run {
        let scratch = try Scratch(mode: 0o777)
        let receipt = scratch.appending("receipt.json")
        let all = ["--profile", "strict", "--timeout", "60", "--ro", folder.string, "--receipt", receipt] + options
        let result = try Tool.run(
            Installed.tool(launcher, for: caller),
            all + ["--", program] + words,
            as: caller,
            input: input
        )
        return Run(tool: result, receipt: FileManager.default.contents(atPath: receipt) ?? Data())
    }

    static func run(_ attack: Attack, as caller: Caller) throws -> Run {
        try run([attack.name, attack.target == .probe ? program : victim], as: caller)
    }
}
