import Foundation
import SystemPackage
import TestSupport
import Testing

/// `lw-run profile …`, as a person meets it.
@Suite struct ProfileCommandTests {
    private func profile(_ arguments: String...) throws -> ToolResult {
        try Tool.run("lw-run", ["profile"] + arguments)
    }

    private func object(_ result: ToolResult) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    }

    private let strict = Checkout.root.appending("sandbox-profiles/strict.yaml").string

    @Test func listNamesEveryShippedProfile() throws {
        let result = try profile("list")
        #expect(result.status == 0)
        for name in ["environment-build", "fit", "forkserver", "scratch", "strict", "trace"] {
            #expect(result.output.contains("\n\(name) ") || result.output.hasPrefix("\(name) "), "\(result.output)")
        }
        let all = try object(profile("list", "--json"))
        #expect(all["schema"] as? String == "learnware/profiles/1")
        #expect((all["profiles"] as? [Any])?.count == 6)
    }

    @Test func showSaysWhatARunGetsAfterExtending() throws {
        let page = try profile("show", "scratch").output
        for words in ["extends             strict", "/tmp, 256 MiB and 4096 entries", "end the run", "answered EPERM"] {
            #expect(page.contains(words), "\(page)")
        }
        #expect(!page.contains("futex"))
        #expect(try profile("show", "scratch", "--calls").output.contains("futex: argument 1 & 0x80 = 0x80 or"))
        let shown = try object(profile("show", "scratch", "--json"))
        #expect((shown["scratch"] as? [String: Any])?["size"] as? Int == 256 << 20)
        let calls = try #require(shown["syscalls"] as? [String: Any])
        #expect((calls["allow"] as? [String])?.contains("mkdir") == true)
        #expect((calls["violation"] as? [String])?.contains("ptrace") == true)
    }

    @Test func diffSaysInWordsWhatIsGrantedMoreAndLess() throws {
        let more = try profile("diff", "strict", "scratch")
        #expect(more.status == 0)
        #expect(more.output.contains("more   allows mkdir (before: answered EPERM)\n"), "\(more.output)")
        #expect(more.output.contains("more   file-size 256 MiB (before: 0 bytes)\n"), "\(more.output)")
        #expect(!more.output.contains("less "))
        let less = try profile("diff", "scratch", "strict", "--exit-code")
        #expect(less.status == 1)
        #expect(less.output.contains("less   denies mkdir: answered EPERM\n"), "\(less.output)")
        #expect(less.output.contains("less   no /tmp to write to\n"), "\(less.output)")
        #expect(!less.output.contains("more "))
        let same = try profile("diff", "strict", strict, "--exit-code")
        #expect(same.status == 0)
        #expect(same.output == "strict grants what strict grants\n")
        let clone = try profile("diff", "strict", "forkserver").output
        #expect(clone.contains("more   allows clone also with argument 0 = 0x1200011\n"), "\(clone)")
        #expect(clone.contains("more   allows seccomp with argument 0, as 32 bits, = 0x1 (before: answered ENOSYS)\n"))
        let facts = try #require(object(profile("diff", "strict", "fit", "--json"))["facts"] as? [[String: Any]])
        #expect(
            facts.contains {
                $0["grants"] as? String == "more" && $0["fact"] as? String == "memory 16 GiB (before: 4 GiB)"
            }
        )
    }

    @Test func checkJudgesEveryFileAndWritesNothing() throws {
        let scratch = try Scratch()
        let typo = try scratch.write("typo.yaml", "name: typo\nabout: x\nextends: strict\nsyscalls:\n  allow: [raed]\n")
        let hard = try scratch.write(
            "hard.yaml",
            "name: hard\nabout: x\nextends: strict\nsyscalls:\n  allow: [ptrace]\n"
        )
        let result = try profile("check", strict, typo, hard)
        #expect(result.status == 2)
        #expect(result.output.contains("strict is right"), "\(result.output)")
        #expect(
            result.errors.contains(
                "typo.yaml, line 5, column 11: no architecture has a system call named 'raed'; did you mean 'read'?"
            ),
            "\(result.errors)"
        )
        #expect(
            result.errors.contains(
                "hard.yaml, line 5, column 11: 'ptrace' is on the hard list of strict; no profile may allow it"
            ),
            "\(result.errors)"
        )
        #expect(try profile("check", strict).status == 0)
        #expect(try profile("check", scratch.appending("none.yaml")).status == 3)
        let all = try object(profile("check", strict, typo, "--json"))
        let profiles = try #require(all["profiles"] as? [[String: Any]])
        #expect(profiles.map { $0["ok"] as? Bool } == [true, false])
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path.string).count == 2)
    }

    @Test func compileWritesAPlanTwoFiltersAndARecordAndKeepsWhatIsProved() throws {
        let scratch = try Scratch()
        let first = try profile("compile", strict, "-o", scratch.path.string)
        #expect(first.status == 0)
        #expect(first.output.contains("instructions, proved over"), "\(first.output)")
        let files = try FileManager.default.contentsOfDirectory(atPath: scratch.path.string).sorted()
        #expect(files == ["calls.txt", "strict.bpf", "strict.kill.bpf", "strict.plan", "strict.proof"])
        #expect(try profile("compile", strict, "-o", scratch.path.string).output.contains("proved before"))
    }

    @Test func anUnknownNameIsMetWithTheNearest() throws {
        let result = try profile("show", "scrach")
        #expect(result.status == 2)
        #expect(result.errors.contains("did you mean 'scratch'?"), "\(result.errors)")
    }
}
