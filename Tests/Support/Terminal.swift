import Foundation
import SystemPackage

/// A tool that runs in a pseudo terminal, as it does for a person.
package enum Terminal {
    /// Starts the program, types one answer whenever a prompt waits, and prints status and everything shown as JSON.
    private static let script = """
        import json, os, pty, select, sys, time
        program, folder, arguments, answers = sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), json.loads(sys.argv[4])
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(folder)
            os.execv(program, [program] + arguments)
        shown, fresh, deadline = b"", b"", time.monotonic() + 60
        while time.monotonic() < deadline:
            if fresh.endswith(b": ") and answers:
                answer = answers.pop(0)
                fresh = b""
                os.write(terminal, answer.encode() if answer in ("\\x03", "\\x04") else answer.encode() + b"\\n")
            if select.select([terminal], [], [], 0.1)[0]:
                try:
                    block = os.read(terminal, 65536)
                except OSError:
                    break
                if not block:
                    break
                shown += block
                fresh += block
        else:
            os.kill(process, 9)
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        print(json.dumps({"status": status, "shown": shown.decode().replace("\\r\\n", "\\n"), "unused": len(answers)}))
        """

    /// What the terminal showed, how the tool ended, and how many answers it did not ask for.
    package struct Transcript: Decodable, Sendable {
        package let status: Int32
        package let shown: String
        package let unused: Int
    }

    /// - Parameters:
    ///   - name: a product's name.
    ///   - arguments: its arguments.
    ///   - folder: the working folder.
    ///   - answers: what is typed at each prompt; `\u{3}` is Ctrl-C and `\u{4}` is Ctrl-D.
    /// - Returns: the transcript; status -9 when it took longer than a minute.
    /// - Throws: when Python cannot be run.
    package static func run(
        _ name: String,
        _ arguments: [String],
        in folder: String,
        answers: [String]
    ) throws -> Transcript {
        func json(_ texts: [String]) throws -> String {
            String(decoding: try JSONEncoder().encode(texts), as: UTF8.self)
        }
        let program = Checkout.products.appending(name).string
        let result = try Tool.run(
            "/usr/bin/env",
            ["python3", "-c", script, program, folder, try json(arguments), try json(answers)]
        )
        return try JSONDecoder().decode(Transcript.self, from: Data(result.output.utf8))
    }
}
