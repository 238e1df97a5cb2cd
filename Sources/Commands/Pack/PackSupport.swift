import Documents
import Foundation
package import Packaging
import SystemPackage

extension Failure {
    /// The failure that a person sees when a package was refused or a file could not be used.
    package init(_ error: PackageError) {
        let status: ExitStatus =
            if error.rule == .interrupted {
                .interrupted
            } else if error.isFileFault {
                .file
            } else if error.rule == .modelFile {
                .input
            } else {
                .packageRefused
            }
        let isNoZip = error.rule == .notAFile
        self.init(
            status,
            error.message,
            hint: error.hint ?? (isNoZip ? "a learnware is one zip; 'lw-pack build FOLDER -o ZIP' makes one" : nil),
            quotation: Self.rule(of: error)
        )
    }

    /// The same, and an object on standard output where that is wanted.
    init(_ error: PackageError, json isJSON: Bool) {
        if isJSON, error.rule != .interrupted { show(Self.object(error).json(pretty: true)) }
        self.init(error)
    }

    /// Which rule of the zip itself was broken, and where; docs/archive-rules.md explains each.
    private static func rule(of error: PackageError) -> String? {
        guard PackageError.Rule.archive.contains(error.rule) else { return nil }
        return "rule: \(error.rule.rawValue)" + (error.offset.map { ", at byte \($0)" } ?? "")
    }

    /// The same for programs.
    private static func object(_ error: PackageError) -> Node {
        [
            "schema": "learnware/refusal/1",
            "rule": Node(error.rule.rawValue),
            "entry": error.entry.map { Node($0) } ?? nil,
            "offset": error.offset.map { Node($0) } ?? nil,
            "detail": Node(error.message),
            "hint": error.hint.map { Node($0) } ?? nil,
        ]
    }
}

/// Runs file work that an interruption ends early, so that what it had half written is removed.
///
/// - Parameters:
///   - isJSON: whether a refusal is an object on standard output too.
///   - work: the file work.
/// - Throws: ``Failure``.
func interruptible(
    json isJSON: Bool = false,
    _ work: @escaping @Sendable () throws(PackageError) -> Void
) async throws {
    try await withInterruption {
        do throws(PackageError) {
            try work()
        } catch {
            throw Failure(error, json: isJSON)
        }
    }
}

/// Writes the result to standard output.
package func show(_ text: String) {
    Tool.write(text, to: .standardOutput)
}

/// Writes warnings and remarks, which are not the result, to standard error.
package func note(_ lines: [String]) {
    guard !lines.isEmpty else { return }
    Tool.write(Terminal.coloured(lines.joined(separator: "\n")), to: .standardError)
}

/// A size as people read it, with the exact bytes where those are few.
func sizeText(_ bytes: Int) -> String {
    if bytes < 10_000 { return "\(bytes) bytes" }
    let units = ["KiB", "MiB", "GiB", "TiB"]
    var value = Double(bytes) / 1024
    var index = 0
    while value >= 1024, index < units.count - 1 {
        value /= 1024
        index += 1
    }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(units[index])"
}

/// "1 file", "2 files".
func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
}

/// A word for a shell, quoted when it needs that.
func shellWord(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { byte in
        byte >= 0x30 && byte <= 0x39 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
            || Array("-_./+,:@".utf8).contains(byte)
    }
    return plain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
}

/// What a folder is called where it lies, so that `.` and `..` have names too; `learnware` for the root.
func folderName(_ folder: FilePath) -> String {
    var path = folder
    if let real = realpath(folder.string, nil) {
        defer { free(real) }
        path = FilePath(platformString: real)
    }
    guard let last = path.lastComponent, last.kind == .regular else { return "learnware" }
    return last.string
}
