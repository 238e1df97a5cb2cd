import ArgumentParser
import Documents
import Foundation
import Sandbox
import SandboxPolicy
import SystemPackage

extension ProfileCommand {
    /// `lw-run profile check FILE…`.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read profiles, compile their filters and prove them, and write nothing.",
            discussion: """
                Ends with 0 when all are right, with 2 when one is not, and with 3 when one cannot be read.

                Example:
                  lw-run profile check sandbox-profiles/strict.yaml
                """
        )

        @Argument(help: "Profiles as YAML.", completion: .file(extensions: ["yaml"])) var profiles: [String]
        @Flag(help: "Print one JSON object.") var json = false

        func run() async throws {
            var objects: [Node] = []
            var worst = ExitStatus.done
            for path in profiles {
                do {
                    let source = try ProfileArgument.read(path)
                    let (compiled, compared) = try ProfileArgument.failing { () throws(SandboxError) in
                        try CompiledProfile.compile(source)
                    }
                    let count = compiled.filter.count / 8
                    if !json {
                        show(
                            "\(path): \(source.profile.name) is right, \(count) instructions, proved over \(compared) calls"
                        )
                    }
                    objects.append([
                        "file": Node(path), "name": Node(source.profile.name), "ok": true,
                        "instructions": Node(count), "calls_compared": Node(compared),
                    ])
                } catch let failure as Failure {
                    worst = worst == .done ? failure.status : worst
                    objects.append(["file": Node(path), "ok": false, "error": Node(failure.message)])
                    if !json { Tool.write(Terminal.coloured("error: " + failure.message), to: .standardError) }
                }
            }
            if json {
                let object: Node = ["schema": "learnware/profile-check/1", "profiles": Node(objects)]
                show(object.json(pretty: true))
            }
            if worst != .done { throw ExitCode(worst.rawValue) }
        }
    }

    /// `lw-run profile compile FILE… --output FOLDER`.
    struct Compile: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compile profiles to launch plans and proved seccomp filters.",
            discussion: """
                Each filter is run by our own evaluator over every system call, every architecture and every boundary \
                of an argument, and refused unless it answers exactly as the profile's rules do. Filters in the folder \
                that were proved for the same rules are kept.

                Example:
                  lw-run profile compile sandbox-profiles/strict.yaml --output plans
                """
        )

        @Argument(help: "Profiles as YAML.", completion: .file(extensions: ["yaml"])) var profiles: [String]
        @Option(
            name: [.short, .long],
            help: "Folder for NAME.plan, NAME.bpf, NAME.kill.bpf and NAME.proof.",
            completion: .directory
        )
        var output: String

        func run() async throws {
            do {
                try FileManager.default.createDirectory(
                    atPath: output,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o755]
                )
            } catch {
                throw Failure(.file, "\(output): the folder cannot be made")
            }
            for path in profiles {
                let source = try ProfileArgument.read(path)
                let (compiled, compared) = try ProfileArgument.failing { () throws(SandboxError) in
                    let files = FilterFiles(folder: FilePath(output), base: source.profile.name)
                    let loaded = try CompiledProfile.load(source, files)
                    try loaded.profile.writePlan(to: FilePath(output))
                    return loaded
                }
                let count = compiled.filter.count / 8
                let proof = compared.map { "proved over \($0) calls" } ?? "proved before"
                show("\(compiled.profile.name): \(count) instructions, \(proof)")
            }
        }
    }
}
