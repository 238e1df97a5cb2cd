package import ArgumentParser
package import Foundation

/// Runs a tool's command tree and ends the process with the exit code that the documentation promises.
package enum Tool {
    /// - Parameter root: the tool's outermost command.
    package static func run(_ root: (some AsyncParsableCommand).Type) async -> Never {
        // A reader that went away is an error of `write`, not a reason to die without a word.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try root.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            exit(ExitStatus.done.rawValue)
        } catch let failure as Failure {
            if failure.readerWentAway { endAsOthersDo() }
            report(failure)
            exit(failure.status.rawValue)
        } catch let code as ExitCode {
            // Whoever throws a bare code has said already what there is to say.
            exit(code.rawValue)
        } catch {
            let isClean = root.exitCode(for: error) == .success
            let message = root.fullMessage(for: error)
            if isClean, !message.isEmpty { write(message, to: .standardOutput) }
            if !isClean { write(Terminal.coloured(usageError(message)), to: .standardError) }
            exit(isClean ? ExitStatus.done.rawValue : ExitStatus.usage.rawValue)
        }
    }

    private static func report(_ failure: Failure) {
        var text = "error: " + failure.message
        if let quotation = failure.quotation { text += "\n" + quotation }
        if let hint = failure.hint { text += "\nhint: " + hint }
        write(Terminal.coloured(text), to: .standardError)
    }

    /// A usage error begins as all errors do.
    private static func usageError(_ message: String) -> String {
        message.hasPrefix("Error: ") ? "error: " + message.dropFirst("Error: ".count) : message
    }

    /// Writes one line or block of text; a result that cannot be written ends the tool, since it is all there is.
    package static func write(_ text: String, to handle: FileHandle) {
        var rest = Array((text + "\n").utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(handle.fileDescriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
                continue
            }
            let code = errno
            if code == EINTR { continue }
            guard handle.fileDescriptor == STDOUT_FILENO else { return }
            if code == EPIPE { endAsOthersDo() }
            report(Failure(.file, "standard output cannot be written: \(String(cString: strerror(code)))"))
            exit(ExitStatus.file.rawValue)
        }
    }

    /// Ends by SIGPIPE, as programs do whose reader went away.
    private static func endAsOthersDo() -> Never {
        signal(SIGPIPE, SIG_DFL)
        raise(SIGPIPE)
        exit(ExitStatus.file.rawValue)
    }
}
