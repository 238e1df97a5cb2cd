import LaunchPlan
import Testing

@Suite("A launch plan's text")
struct LaunchPlanTextTests {
    private var plan: LaunchPlan {
        var plan = LaunchPlan(profile: "strict", digest: String(repeating: "ab", count: 32))
        plan.hostname = "model"
        plan.namespaces = [.user, .mount, .net]
        plan.root = LaunchPlan.TemporaryFileSystem(bytes: 4096, inodes: 12)
        plan.mounts = [
            .directory("/tmp"),
            .link(path: "/lib", target: "usr/lib"),
            .readOnly(source: "/home/a b/model 100%", path: "/lw/package"),
            .writable(source: "/var/x\ny", path: "/out"),
            .device("/dev/null"),
            .temporary(path: "/tmp", LaunchPlan.TemporaryFileSystem(bytes: 1 << 30, inodes: 1000)),
        ]
        plan.limits = [.init(.nofile, 64), .init(.data, .max)]
        plan.environment = [.init("LANG", "C.UTF-8"), .init("EMPTY", ""), .init("NAME", "模型 = 1")]
        plan.workingDirectory = "/lw/package"
        plan.command = ["/usr/bin/python3", "-c", "print('x y')", ""]
        plan.wallSeconds = 30
        plan.control = LaunchPlan.Control(memory: 1 << 33, processes: 130, cpuPercent: 250)
        plan.denials.budget = 5
        plan.denials.endsAtViolation = false
        plan.denials.violations = [101, 165]
        plan.denials.answers = [.init(error: 13, calls: [90, 91])]
        plan.denials.texts = [.init(index: 0, calls: [87]), .init(index: 1, calls: [263, 264])]
        plan.denials.distinct = [.init(index: 1, calls: [16, 72])]
        plan.degradable = [.landlock, .noNewPrivileges]
        plan.off = [.seccomp]
        return plan
    }

    @Test("comes back as the same plan")
    func roundTrip() throws {
        #expect(try LaunchPlan(text: plan.text) == plan)
    }

    @Test("names its namespaces to a quick look as it does to a whole reading")
    func namespacesAlone() {
        #expect(LaunchPlan.namespaces(of: Array(plan.text.utf8)) == plan.namespaces)
        #expect(LaunchPlan.namespaces(of: Array("profile namespaces user\n".utf8)) == [])
        #expect(LaunchPlan.namespaces(of: []) == [])
    }

    @Test("of a plan with nothing in it comes back too")
    func minimal() throws {
        let plan = LaunchPlan(profile: "", digest: "")
        #expect(try LaunchPlan(text: plan.text) == plan)
    }

    @Test("has one fact a line and no bare spaces or controls in a word")
    func oneFactALine() {
        let lines = plan.text.split(separator: "\n")
        #expect(lines.count == 30)
        #expect(plan.text.utf8.allSatisfy { $0 == 0x0A || $0 >= 0x20 && $0 < 0x7F })
        #expect(lines.contains("read-only /home/a%20b/model%20100%25 /lw/package"))
        #expect(lines.contains("environment EMPTY %"))
    }

    @Test(
        "that says anything else is refused with its line",
        arguments: [
            ("", 1), ("lw-plan 1\n", 1), ("{\"plan\":1}", 1), ("lw-plan 3\n", 1),
            ("+mystery /x", 5), ("+limit nofile many", 5), ("+limit nofile -1", 5), ("+limit stacks 1", 5),
            ("+directory", 5), ("+directory /a /b", 5), ("+directory /a%2", 5), ("+directory /a%zz", 5),
            ("+directory /a%00b", 5), ("+directory /%ff", 5), ("+namespaces user", 5), ("+profile p d", 5),
            ("+temporary /t 1", 5), ("+temporary /t -1 5", 5), ("+wall soon", 5), ("+control memory much", 5),
            ("+control swap 1", 5), ("+denials 1", 5),
            ("+denials 1 sometimes", 5), ("+violation ptrace", 5), ("+answer 5000 1", 5), ("+text 6 1", 5),
            ("+distinct 6 1", 5), ("+violation 1,,2", 5), ("+violation 1,", 5), ("+violation ,1", 5),
            ("+violation 4294967296", 5), ("+violation 1 2", 5), ("+violation", 5), ("+text 0", 5), ("+answer 1 -1", 5),
            ("+off walls", 5), ("+ directory /a", 5),
        ]
    )
    func refused(text: String, line: Int) {
        let whole =
            text.hasPrefix("+") ? "lw-plan 3\nprofile p d\nnamespaces user\nroot 1 1\n\(text.dropFirst())\n" : text
        let error = #expect(throws: LaunchPlanError.self) { try LaunchPlan(text: whole) }
        #expect(error?.line == line)
    }

    @Test("that says a thing twice is refused", arguments: ["cwd /a", "wall 1", "command /bin/true", "root 1 1"])
    func twice(fact: String) {
        let head = "lw-plan 3\nprofile p d\nnamespaces user\nroot 1 1\n"
        #expect(throws: LaunchPlanError.self) { try LaunchPlan(text: head + fact + "\n" + fact + "\n") }
    }
}
