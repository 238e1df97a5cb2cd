import ArgumentParser
import Foundation
import Sandbox
import SandboxPolicy
import SystemPackage

/// `lw-run profile …`.
struct ProfileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "Compile sandbox profiles.",
        discussion: """
            EXAMPLE:
              lw-run profile compile sandbox-profiles/strict.yaml --output plans
            """,
        subcommands: [Compile.self]
    )

    /// `lw-run profile compile FILE… --output FOLDER`.
    struct Compile: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compile profiles to launch plans and proved seccomp filters.",
            discussion: """
                Each filter is run by our own evaluator over every system call, every architecture and every boundary \
                of an argument, and refused unless it answers exactly as the profile's rules do.

                EXAMPLE:
                  lw-run profile compile sandbox-profiles/strict.yaml --output plans
                """
        )

        @Argument(help: "Profiles as YAML.", completion: .file(extensions: ["yaml"])) var profiles: [String]
        @Option(name: [.short, .long], help: "Folder for NAME.plan and NAME.bpf.", completion: .directory) var output:
            String

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
                do throws(SandboxError) {
                    let source = try ProfileSource(file: FilePath(path), shipped: nil, trust: .anybody)
                    let (compiled, compared) = try CompiledProfile.compile(source)
                    try compiled.write(to: FilePath(output))
                    let count = compiled.filter.count / 8
                    print("\(source.profile.name): \(count) instructions, proved over \(compared) calls")
                } catch {
                    throw Failure(.usage, error.description)
                }
            }
        }
    }
}
