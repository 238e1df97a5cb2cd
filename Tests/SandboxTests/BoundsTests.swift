import Foundation
import SystemPackage
import TestSupport
import Testing

/// Control groups that outlive their launcher, and what bounds memory where there are none.
@Suite struct BoundsTests {
    /// A folder with one compiled profile, changed.
    private func plans(_ scratch: Scratch, _ name: String, _ change: (String) -> String) throws -> [String] {
        for suffix in ["plan", "bpf", "kill.bpf"] {
            let from = Checkout.root.appending(".build/plans/\(name).\(suffix)").string
            try FileManager.default.copyItem(atPath: from, toPath: scratch.appending("\(name).\(suffix)"))
        }
        let text = try String(contentsOfFile: scratch.appending("\(name).plan"), encoding: .utf8)
        try scratch.write("\(name).plan", change(text))
        return ["--plans", scratch.path.string, "--profile", name]
    }

    private static func withMemory(_ bytes: Int) -> (String) -> String {
        { plan in
            plan.split(separator: "\n").map { $0.hasPrefix("control memory ") ? "control memory \(bytes)" : String($0) }
                .joined(separator: "\n")
        }
    }

    private static let touch =
        "block = bytearray(128 << 20)\nfor place in range(0, len(block), 4096): block[place] = 1\n"

    /// Without a group, the supervisor looks: at the program, and at what the program's children start.
    @Test(
        .enabled(if: Checkout.isRoot),
        arguments: [
            ("strict", "import time\n\(touch)time.sleep(20)"),
            (
                "forkserver",
                "import os, time\nif os.fork() == 0:\n  if os.fork() == 0:\n    exec('''\(touch)''')\n  time.sleep(20)\ntime.sleep(20)"
            ),
        ]
    )
    func whoTakesTwiceTheMemoryIsEnded(profile: String, program: String) throws {
        let scratch = try Scratch(mode: 0o755)
        let options = try plans(scratch, profile, Self.withMemory(64 << 20))
        let results = try Scratch(mode: 0o777)
        let result = try Tool.run(
            Installed.tool("lw-sandbox", for: .ordinaryUser),
            options + ["--receipt", results.appending("r.json"), "--", "/usr/bin/python3", "-I", "-S", "-c", program],
            as: .ordinaryUser
        )
        #expect(result.status == 126, "\(result.errors)")
        #expect(result.seconds < 10)
        let receipt = try String(contentsOfFile: results.appending("r.json"), encoding: .utf8)
        #expect(receipt.contains("\"outcome\": \"out_of_memory(resident)\""), "\(receipt)")
        #expect(receipt.contains("\"cgroup\", \"state\": \"degraded\""))
    }

    /// The group is there, but its bound is refused: the supervisor must look all the same.
    @Test(.enabled(if: Checkout.isRoot))
    func aGroupThatBoundsNoMemoryIsNoExcuse() throws {
        let scratch = try Scratch(mode: 0o755)
        // Eight digits, so that the outer filter knows the write by its length.
        let options = try plans(scratch, "strict", Self.withMemory(64 << 20))
        let filter = OuterFilter(rules: [.init(call: 1, argument: 2, mask: 0xFFFF, value: 8, error: EACCES)])
        let program = "import time\n\(Self.touch)time.sleep(20)"
        let words = try filter.command(
            [Checkout.products.appending("lw-sandbox").string] + options
                + ["--receipt", scratch.appending("r.json"), "--", "/usr/bin/python3", "-I", "-S", "-c", program]
        )
        let result = try Tool.run(words[0], Array(words.dropFirst()))
        let receipt = try String(contentsOfFile: scratch.appending("r.json"), encoding: .utf8)
        #expect(receipt.contains("\"outcome\": \"out_of_memory(resident)\""), "\(result.errors) \(receipt)")
        #expect(receipt.contains("\"cgroup\", \"state\": \"degraded\""))
    }

    private func groups(of process: pid_t) throws -> [String] {
        // `find` does not follow links, and the hierarchies hold nothing else.
        let found = try Tool.run("/usr/bin/find", ["/sys/fs/cgroup", "-type", "d", "-name", "lw-\(process)"])
        return found.output.split(separator: "\n").map(String.init)
    }

    /// Whoever inherits them may leave the dead unreaped for a while.
    private func isAlive(_ process: pid_t) -> Bool {
        let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return stat.map { !$0.contains(") Z") && !$0.contains(") X") } ?? false
    }

    /// A killed supervisor takes everything inside with it, and the next run what it left on the host.
    @Test(.enabled(if: Checkout.isRoot))
    func aKilledSupervisorLeavesNothing() throws {
        let process = try Tool.start("lw-sandbox", ["--", "/bin/sh", "-c", "echo up; read line"])
        let output = (process.standardOutput as? Pipe)?.fileHandleForReading
        #expect(output?.readData(ofLength: 3) == Data("up\n".utf8))
        let id = process.processIdentifier
        let groups = try groups(of: id)
        try #require(!groups.isEmpty)
        var inside: [pid_t] = []
        for group in groups {
            let members = try String(contentsOfFile: group + "/cgroup.procs", encoding: .utf8)
            inside += members.split(separator: "\n").compactMap { pid_t($0) }
        }
        #expect(Set(inside).count == 2)
        let start = ContinuousClock.now
        kill(id, SIGKILL)
        // End of file comes when the last holder is dead.
        _ = output?.readDataToEndOfFile()
        while inside.contains(where: isAlive), ContinuousClock.now - start < .seconds(5) { usleep(5000) }
        #expect(ContinuousClock.now - start < .seconds(1))
        #expect(try Tool.run("lw-sandbox", ["--", "/bin/true"]).status == 0)
        for group in groups { #expect(access(group, F_OK) != 0, "\(group)") }
    }

    /// Whoever holds a group need not have a process that this one can see.
    @Test(.enabled(if: Checkout.isRoot))
    func aGroupThatIsInUseIsNotSwept() throws {
        let process = try Tool.start("lw-sandbox", ["--", "/bin/sh", "-c", "echo up; read line"])
        let output = (process.standardOutput as? Pipe)?.fileHandleForReading
        #expect(output?.readData(ofLength: 3) == Data("up\n".utf8))
        let place = try #require(try groups(of: process.processIdentifier).first)
        // Of a process id that no process has.
        let group = FilePath(place).removingLastComponent().appending("lw-4194303").string
        try FileManager.default.createDirectory(atPath: group, withIntermediateDirectories: false)
        let descriptor = open(group, O_RDONLY | O_DIRECTORY)
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        #expect(try Tool.run("lw-sandbox", ["--", "/bin/true"]).status == 0)
        #expect(access(group, F_OK) == 0)
        close(descriptor)
        #expect(try Tool.run("lw-sandbox", ["--", "/bin/true"]).status == 0)
        #expect(access(group, F_OK) != 0)
        try (process.standardInput as? Pipe)?.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
