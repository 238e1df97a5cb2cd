import Foundation
import SystemPackage
import TestSupport
import Testing

extension Scratch {
    func file(_ name: String) -> FilePath {
        path.appending(name)
    }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> FilePath {
        let target = file(name)
        try FileManager.default.createDirectory(
            atPath: target.removingLastComponent().string,
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: URL(fileURLWithPath: target.string))
        return target
    }

    @discardableResult
    func write(_ text: String, to name: String) throws -> FilePath {
        try write(Array(text.utf8), to: name)
    }

    func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: file(name).string)))
    }

    /// Everything in the folder, hidden names included, by path.
    var contents: [String] {
        (FileManager.default.enumerator(atPath: path.string)?.allObjects as? [String] ?? []).sorted()
    }

    func permissions(of name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file(name).string)[.posixPermissions] as? Int
    }
}

/// Runs a program and gathers what it says.
struct Run {
    let status: Int32
    let output: [UInt8]
    let errors: String

    var text: String { String(decoding: output, as: UTF8.self) }

    init(_ program: String, _ arguments: [String], environment: [String: String] = [:], in folder: FilePath? = nil)
        throws
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder.string) }
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        // What these programs write fits into a pipe's buffer, so reading one after the other cannot block them.
        self.output = Array(try output.fileHandleForReading.readToEnd() ?? Data())
        self.errors = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        status = process.terminationStatus
    }

    /// Runs Python's standard library, as an independent reader of zips.
    static func python(_ script: String, _ arguments: [String]) throws -> Run {
        let run = try Run("/usr/bin/env", ["python3", "-c", script] + arguments)
        try #require(run.status == 0, "python3: \(run.errors)")
        return run
    }
}

/// A text as Windows tools write it, with a byte order mark.
enum UTF16Text {
    static func bytes(_ text: String, isBigEndian: Bool) -> [UInt8] {
        (isBigEndian ? [0xFE, 0xFF] : [0xFF, 0xFE])
            + text.utf16.flatMap { unit in
                let bytes = [UInt8(unit & 255), UInt8(unit >> 8)]
                return isBigEndian ? bytes.reversed() : bytes
            }
    }
}

/// Real learnwares made by the Python package, kept beside the repository.
enum Golden {
    static let folder = Checkout.golden ?? Checkout.root.appending("../shared/golden")

    /// On a developer's machine they may be missing; where everything must be tested, that is a failure.
    static let isWanted = Checkout.golden != nil || Checkout.isCI

    static var learnwares: [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.appending("learnwares").string)
        // Where they must be there and are not, one name that cannot be opened makes the tests fail.
        return names?.sorted() ?? ["missing"]
    }

    static func zip(_ name: String) -> FilePath {
        folder.appending("learnwares/\(name)/\(name).zip")
    }
}
