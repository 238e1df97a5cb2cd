package import Foundation
package import SystemPackage

/// The checkout, its products, and what lies beside it.
package enum Checkout {
    package static let root = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent()
    package static let products = root.appending(".build/release")

    /// Real learnwares that the Python package made; nil where the folder is not there.
    package static var golden: FilePath? {
        let path = ProcessInfo.processInfo.environment["LW_GOLDEN"] ?? root.appending("../shared/golden").string
        return FileManager.default.fileExists(atPath: path) ? FilePath(path) : nil
    }

    /// Where tests keep environments, so that each is built once for all of them.
    package static let cache = root.appending(".build/test-cache")

    package static var isCI: Bool { ProcessInfo.processInfo.environment["CI"] == "true" }
    /// True for `make soak`: every long clause in full.
    package static var isSoak: Bool { ProcessInfo.processInfo.environment["LW_SOAK"] == "1" }
    package static var isRoot: Bool { geteuid() == 0 }
}

/// A folder of its own for one test, removed with everything in it.
package final class Scratch: Sendable {
    package let path: FilePath

    /// - Parameter mode: who may enter; 0o755 when an ordinary user shall.
    /// - Throws: `Errno` when it cannot be made.
    package init(mode: mode_t = 0o700) throws {
        var template = Array("/tmp/lw-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
        path = FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
        chmod(path.string, mode)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path.string)
    }

    package func appending(_ name: String) -> String { path.appending(name).string }

    @discardableResult
    package func write(_ name: String, _ text: String, mode: Int = 0o644) throws -> String {
        let file = appending(name)
        let folder = FilePath(file).removingLastComponent().string
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return file
    }
}

/// How a tool ended and what it said.
package struct ToolResult: Sendable {
    package var status: Int32
    package var output: String
    package var errors: String
    package var seconds: Double
}

/// Who runs a tool.
package enum Caller: String, Sendable, CaseIterable {
    /// Whoever runs the tests.
    case tester
    /// An ordinary user that owns nothing here.
    case ordinaryUser

    /// Both when the tests run as root; a tester who is an ordinary user stands for that one.
    package static var available: [Caller] { Checkout.isRoot ? allCases : [.tester] }

    package static let ordinaryID: uid_t = 52_345
}

package enum Tool {
    /// Runs one of the tools, or any program.
    ///
    /// - Parameters:
    ///   - name: a product's name, or a path.
    ///   - arguments: its arguments.
    ///   - caller: who runs it.
    ///   - environment: variables on top of the tester's.
    ///   - input: its standard input.
    /// - Returns: how it ended and what it said.
    /// - Throws: what `Process` throws when the program cannot be started.
    package static func run(
        _ name: String,
        _ arguments: [String],
        as caller: Caller = .tester,
        environment: [String: String] = [:],
        input: String = ""
    ) throws -> ToolResult {
        let begin = ContinuousClock.now
        let process = try Self.start(name, arguments, as: caller, environment: environment)
        let stdin = process.standardInput as? Pipe
        try? stdin?.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try? stdin?.fileHandleForWriting.close()
        let errorReader = Reader(process.standardError as? Pipe)
        let outputReader = Reader(process.standardOutput as? Pipe)
        let output = outputReader.text()
        let errors = errorReader.text()
        process.waitUntilExit()
        let status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
        return ToolResult(
            status: status,
            output: output,
            errors: errors,
            seconds: (ContinuousClock.now - begin) / .seconds(1)
        )
    }

    /// Starts a tool with pipes for its standard streams.
    package static func start(
        _ name: String,
        _ arguments: [String],
        as caller: Caller = .tester,
        environment: [String: String] = [:]
    ) throws -> Process {
        var path = name.contains("/") ? name : Checkout.products.appending(name).string
        var all = arguments
        if caller == .ordinaryUser {
            let id = String(Caller.ordinaryID)
            all = ["--reuid", id, "--regid", id, "--clear-groups", path] + arguments
            path = "/usr/bin/setpriv"
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = all
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        (process.standardInput, process.standardOutput, process.standardError) = (Pipe(), Pipe(), Pipe())
        try process.run()
        return process
    }

    /// Reads a pipe to its end on a thread of its own.
    // SAFETY: `data` is written before the semaphore is signalled and read after it was waited for.
    private final class Reader: @unchecked Sendable {
        private var data = Data()
        private let done = DispatchSemaphore(value: 0)

        init(_ pipe: Pipe?) {
            let handle = pipe?.fileHandleForReading
            Thread.detachNewThread { [self] in
                data = ((try? handle?.readToEnd()) ?? nil) ?? Data()
                done.signal()
            }
        }

        func text() -> String {
            done.wait()
            return String(decoding: data, as: UTF8.self)
        }
    }
}

/// An installed copy of the tools that any user of the machine can run.
package enum Installed {
    /// Its `bin` folder.
    package static let bin: FilePath = {
        let prefix = FilePath("/tmp/lw-test-install-\(getpid())")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Checkout.root.appending("scripts/install").string)
        process.arguments = [prefix.string]
        process.standardOutput = FileHandle.nullDevice
        try? process.run()
        process.waitUntilExit()
        atexit { try? FileManager.default.removeItem(atPath: "/tmp/lw-test-install-\(getpid())") }
        return prefix.appending("bin")
    }()

    /// The tool's path for a caller: the product itself, or the installed copy for somebody else.
    package static func tool(_ name: String, for caller: Caller) -> String {
        caller == .tester ? Checkout.products.appending(name).string : bin.appending(name).string
    }
}
