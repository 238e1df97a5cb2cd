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
                guard let yaml = FileManager.default.contents(atPath: path) else {
                    throw Failure(.file, "\(path): there is no such file, or it cannot be read")
                }
                do throws(SandboxError) {
                    let (compiled, compared) = try CompiledProfile.compile(yaml: [UInt8](yaml), path: path)
                    try compiled.write(to: FilePath(output))
                    let name = compiled.profile.name
                    let count = compiled.filter.count / 8
                    print("\(name): \(count) instructions, proved over \(compared) calls")
                } catch {
                    throw Failure(.usage, error.description)
                }
            }
        }
    }
}
