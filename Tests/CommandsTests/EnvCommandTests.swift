import Documents
import Foundation
import SystemPackage
import TestSupport
import Testing

/// `lw-run env …`, and what is in the store afterwards.
@Suite(.serialized) struct EnvCommandTests {
    private let workshop: EnvironmentWorkshop

    init() throws {
        workshop = try EnvironmentWorkshop()
    }

    private func answer(_ result: ToolResult) throws -> Node {
        #expect(result.status == 0, "\(result.errors)")
        return try JSON.parse(result.output)
    }

    @Test func listShowsWhatPrewarmBuiltAndCollectRemovesIt() throws {
        let zip = try workshop.pack(["requirements.txt": "numpy\n"])
        let built = try answer(try workshop.prewarm(zip))["packages"]?.array?.first
        let key = try #require(built?["key"]?.string)
        #expect(built?["reused"]?.bool == false)
        #expect(built?["packages"]?.array?.compactMap(\.string) == ["numpy==9.9"])
        #expect(try answer(try workshop.prewarm(zip))["packages"]?.array?.first?["reused"]?.bool == true)

        let listed = try answer(try workshop.run(["env", "list", "--json"]))
        #expect(listed["schema"]?.string == "learnware/environments/1")
        let one = listed["environments"]?.array?.first
        #expect(one?["key"]?.string == key)
        #expect((one?["bytes"]?.integer ?? 0) > 100)
        #expect(one?["in_use"]?.bool == false)
        let text = try workshop.run(["env", "list"]).output
        #expect(text.contains(String(key.prefix(12))) && text.contains("numpy==9.9") && text.contains("today"))

        let trial = try answer(try workshop.run(["env", "gc", "--all", "--dry-run", "--json"]))
        #expect(trial["environments"]?.array?.compactMap(\.string) == [key])
        #expect(workshop.finished == [key])
        #expect(try answer(try workshop.run(["env", "gc", "--json"]))["environments"]?.array?.isEmpty == true)
        #expect(workshop.finished == [key])
        let removed = try answer(try workshop.run(["env", "gc", String(key.prefix(8)), "--json"]))
        #expect(removed["wheels"]?.integer == 1)
        #expect(workshop.finished.isEmpty)
        #expect(try workshop.run(["env", "gc", "banana"]).status == 2)
    }

    @Test func whatARunUsesIsNotCollected() throws {
        let zip = try workshop.pack(["requirements.txt": "numpy\n"])
        let key = try #require(try answer(try workshop.prewarm(zip))["packages"]?.array?.first?["key"]?.string)
        // As a run holds it, in another process.
        let holder = try Tool.start(
            "/usr/bin/flock",
            ["--shared", workshop.store.appending("uses/\(key)").string, "sh", "-c", "echo held; cat"]
        )
        defer { holder.terminate() }
        _ = try (holder.standardOutput as? Pipe)?.fileHandleForReading.read(upToCount: 5)
        let listed = try answer(try workshop.run(["env", "list", "--json"]))
        #expect(listed["environments"]?.array?.first?["in_use"]?.bool == true)
        let kept = try answer(try workshop.run(["env", "gc", "--all", "--json"]))
        #expect(kept["kept_in_use"]?.array?.compactMap(\.string) == [key])
        #expect(kept["wheels"]?.integer == 0)
        #expect(workshop.finished == [key])
    }

    static let changes: [(String, String)] = [
        (
            "contents of the same size and time",
            "t=$(stat -c %y $F); chmod +w $F; echo 'x = 2' > $F; touch -d \"$t\" $F"
        ),
        ("a longer file", "echo >> $F"), ("a new file", "touch $E/site-packages/evil.py"),
        ("a file less", "rm $F"), ("another mode", "chmod 666 $F"),
        ("a link in its place", "rm $F; ln -s /etc/passwd $F"),
        ("another inode", "cp -p $F $F.new; mv $F.new $F"), ("a file at the top", "touch $E/evil"),
        ("a manifest that was cut", "truncate -s -40 $E/manifest"), ("no manifest", "rm $E/manifest"),
        ("an empty manifest", ": > $E/manifest"),
    ]

    @Test(arguments: changes)
    func anEnvironmentThatWasChangedIsNeverUsed(change: (what: String, script: String)) throws {
        let zip = try workshop.pack(["requirements.txt": "numpy\n"])
        #expect(try workshop.prewarm(zip).status == 0)
        let folder = workshop.environments.appending(try #require(workshop.finished.first)).string
        let made = try Tool.run(
            "/bin/sh",
            ["-c", change.script],
            environment: ["E": folder, "F": folder + "/site-packages/numpy/__init__.py"]
        )
        #expect(made.status == 0, "\(made.errors)")
        if change.what == Self.changes[0].0 {
            let verified = try workshop.run(["env", "verify"])
            #expect(verified.status == 6 && verified.output.contains("site-packages/numpy"), "\(verified.output)")
        }
        let result = try workshop.prewarm(zip, "--offline")
        #expect(result.errors.contains("was changed since it was built"), "\(change.what): \(result.errors)")
        #expect(try answer(result)["packages"]?.array?.first?["reused"]?.bool == false)
        let text = try String(contentsOfFile: folder + "/site-packages/numpy/__init__.py", encoding: .utf8)
        #expect(text == "x = 1\n")
        #expect(!FileManager.default.fileExists(atPath: folder + "/site-packages/evil.py"))
    }

    @Test func aWheelThatWasChangedInTheStoreIsNeverUnpacked() throws {
        let zip = try workshop.pack(["requirements.txt": "numpy\n"])
        #expect(try workshop.prewarm(zip).status == 0)
        #expect(try workshop.run(["env", "gc", workshop.finished[0], "--dry-run"]).status == 0)
        try FileManager.default.removeItem(atPath: workshop.environments.string)
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: workshop.store.appending("wheels").string).first
        )
        let wheel = workshop.store.appending("wheels/\(name)").string
        #expect(try Tool.run("/bin/sh", ["-c", "chmod +w $F; echo >> $F"], environment: ["F": wheel]).status == 0)
        #expect(try workshop.run(["env", "verify"]).status == 6)
        let result = try workshop.prewarm(zip)
        #expect(result.status == 6)
        #expect(result.errors.contains("was changed in the store"), "\(result.errors)")
        #expect(workshop.finished.isEmpty)
        #expect(try workshop.prewarm(zip).status == 0)
    }

    @Test func aFolderOfSomebodyElseIsRefused() throws {
        guard Checkout.isRoot else { return }
        let zip = try workshop.pack(["requirements.txt": "numpy\n"])
        #expect(try workshop.prewarm(zip).status == 0)
        let folder = workshop.environments.appending(workshop.finished[0]).string
        chown(folder, Caller.ordinaryID, Caller.ordinaryID)
        let result = try workshop.prewarm(zip)
        #expect(result.status == 6)
        #expect(result.errors.contains("changed by somebody else"))
    }

    @Test(arguments: ["list", "prewarm", "verify", "gc"])
    func helpShowsAnExample(command: String) throws {
        let help = try workshop.run(["env", command, "--help"]).output
        #expect(help.contains("EXAMPLE:\n") && help.contains("lw-run env \(command)"))
    }
}
