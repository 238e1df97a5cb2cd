import Foundation
import LaunchPlan
import Sandbox
import SandboxPolicy
import SystemPackage
import TestSupport
import Testing

/// Filters that were compiled before: used when they are right, and only then.
@Suite struct ProfileCacheTests {
    private let scratch: Scratch
    private let files: FilterFiles
    private let source: ProfileSource

    init() throws {
        scratch = try Scratch()
        files = FilterFiles(folder: scratch.path, base: "cached")
        let path = Checkout.root.appending("sandbox-profiles/strict.yaml")
        source = try ProfileSource(file: path, shipped: nil, trust: .anybody)
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: scratch.appending(name))))
    }

    private func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: scratch.appending(name)))
    }

    @Test func filtersAreCompiledOnceAndThenReadAgain() throws {
        let first = try CompiledProfile.load(source, files)
        #expect((first.compared ?? 0) > 20_000)
        let second = try CompiledProfile.load(source, files)
        #expect(second.compared == nil)
        #expect(second.profile.filter == first.profile.filter)
        #expect(second.profile.fallbackFilter == first.profile.fallbackFilter)
        #expect(first.profile.filter != first.profile.fallbackFilter)
    }

    /// Makes the record one of the filters that are there now, as whoever can write to the folder could.
    private func mendRecord() throws {
        let record = String(decoding: try bytes("cached.proof"), as: UTF8.self).split(separator: "\n")
        let line = FilterFiles.line(notify: try bytes("cached.bpf"), kill: try bytes("cached.kill.bpf"))
        let mended = record.map { $0.hasPrefix("filters ") ? line : String($0) }.joined(separator: "\n") + "\n"
        try write(Array(mended.utf8), to: "cached.proof")
    }

    @Test(arguments: ["cached.bpf", "cached.kill.bpf"])
    func aFilterWithAByteTurnedIsRefused(name: String) throws {
        _ = try CompiledProfile.load(source, files)
        let whole = try bytes(name)
        for index in stride(from: 0, to: whole.count, by: Checkout.isSoak ? 1 : 5) {
            var turned = whole
            turned[index] ^= 1 << UInt8(index % 7)
            try write(turned, to: name)
            let isRefused = (try? CompiledProfile(source, from: files)) == nil
            #expect(isRefused, "byte \(index)")
        }
        try write(whole, to: name)
        #expect((try? CompiledProfile(source, from: files)) != nil)
    }

    @Test(arguments: ["cached.bpf", "cached.kill.bpf"])
    func aFilterThatAllowsEverythingIsRefusedAndReplaced(name: String) throws {
        let honest = try CompiledProfile.load(source, files).profile
        try write([0x06, 0, 0, 0, 0, 0, 0xFF, 0x7F], to: name)
        let unrecorded = try #require(throws: SandboxError.self) { try CompiledProfile(source, from: files) }
        #expect(unrecorded.description.contains("not the ones that were recorded"), "\(unrecorded)")
        try mendRecord()
        let wider = try #require(throws: SandboxError.self) { try CompiledProfile(source, from: files) }
        #expect(wider.description.contains("not what the profile's rules say"), "\(wider)")
        let again = try CompiledProfile.load(source, files)
        #expect(again.compared != nil)
        #expect(again.profile.filter == honest.filter)
        #expect(again.profile.fallbackFilter == honest.fallbackFilter)
        #expect((try? CompiledProfile(source, from: files)) != nil)
    }

    @Test func halfAFilterAndNoneAreRefused() throws {
        _ = try CompiledProfile.load(source, files)
        let whole = try bytes("cached.bpf")
        for part in [Array(whole.dropLast(8)), Array(whole.dropLast(3)), []] {
            try write(part, to: "cached.bpf")
            try mendRecord()
            let isRefused = (try? CompiledProfile(source, from: files)) == nil
            #expect(isRefused, "\(part.count) bytes")
        }
    }

    @Test(arguments: ["cached.bpf", "cached.kill.bpf", "cached.proof"])
    func aFileThatOthersMayWriteToIsNotRead(name: String) throws {
        _ = try CompiledProfile.load(source, files)
        chmod(scratch.appending(name), 0o666)
        let error = try #require(throws: SandboxError.self) { try CompiledProfile(source, from: files) }
        #expect(error.description.contains("may be written by others"), "\(error)")
        #expect(try CompiledProfile.load(source, files).compared != nil)
    }

    @Test func aLostRecordIsNoReasonToTrustAndAForeignOneNeither() throws {
        _ = try CompiledProfile.load(source, files)
        let record = String(decoding: try bytes("cached.proof"), as: UTF8.self)
        // Without its last line the filters are proved again, and are right.
        let unproved = record.split(separator: "\n").dropLast().joined(separator: "\n") + "\n"
        try write(Array(unproved.utf8), to: "cached.proof")
        #expect(throws: Never.self) { try CompiledProfile(source, from: files) }
        let other = record.replacing("profile \(source.digest)", with: "profile \(sha256([]))")
        try write(Array(other.utf8), to: "cached.proof")
        #expect(throws: SandboxError.self) { try CompiledProfile(source, from: files) }
    }

    @Test func anybodysProfileIsCompiledIntoTheCacheAndAgainWhenItsParentChanges() throws {
        let resources = try Resources.locate(executable: Checkout.products.appending("lw-run"))
        let strict = try String(contentsOfFile: resources.profiles.appending("strict.yaml").string, encoding: .utf8)
        try scratch.write("profiles/strict.yaml", strict)
        let own = try scratch.write("profiles/own.yaml", "name: own\nabout: mine\nextends: strict\n")
        let cache = scratch.path.appending("a/cache")
        func count() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: cache.string).count }
        let first = try CompiledProfile(file: FilePath(own), resources: resources, cache: cache)
        #expect(try count() == 3)
        _ = try CompiledProfile(file: FilePath(own), resources: resources, cache: cache)
        #expect(try count() == 3)
        try scratch.write("profiles/strict.yaml", strict + "# changed\n")
        let second = try CompiledProfile(file: FilePath(own), resources: resources, cache: cache)
        #expect(try count() == 6)
        #expect(second.digest != first.digest)
        #expect(second.filter == first.filter)
        chmod(own, 0o666)
        #expect(throws: SandboxError.self) {
            try CompiledProfile(file: FilePath(own), resources: resources, cache: cache)
        }
    }

    @Test func aProfileNamesTheParentThatIsNotThere() throws {
        let own = try scratch.write("own.yaml", "name: own\nabout: mine\nextends: stricter\n")
        let error = try #require(throws: SandboxError.self) {
            try ProfileSource(file: FilePath(own), shipped: nil, trust: .anybody)
        }
        #expect(error.description.contains("line 3, column 10: there is no profile 'stricter'"), "\(error)")
    }

    @Test func aFaultOfTheParentIsToldOfTheParentsFile() throws {
        try scratch.write("base.yaml", "name: base\nabout: x\ncolour: red\n")
        let own = try scratch.write("own.yaml", "name: own\nabout: mine\nextends: base\n")
        let error = try #require(throws: SandboxError.self) {
            try ProfileSource(file: FilePath(own), shipped: nil, trust: .anybody)
        }
        #expect(error.description.contains("base.yaml, line 3"), "\(error)")
    }

    /// The tests of the pure part use a table of their own, so that they run alike on every machine.
    @Test(.enabled(if: SyscallTable.architecture == 0xC000_003E, "the table is that of x86-64"))
    func theTestsTableOfNumbersIsTheLibrarys() throws {
        let path = Checkout.root.appending("Tests/SandboxPolicyTests/Golden/x86_64.syscalls").string
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count > 300)
        for line in lines {
            let words = line.split(separator: " ")
            let number = try #require(UInt32(words[0]))
            #expect(SyscallTable.lookUp(String(words[1])) == .number(number))
            #expect(SyscallTable.name(of: number) == String(words[1]))
        }
    }

    @Test func aPlanTellsTheSupervisorWhatIsDenied() throws {
        let plan = try CompiledProfile.load(source, files).profile.launchPlan(processors: 2, grants: RunGrants())
        #expect(plan.control.memory == 4 << 30)
        #expect(plan.denials.budget == 1000)
        #expect(plan.denials.endsAtViolation)
        guard case .number(let ptrace) = SyscallTable.lookUp("ptrace") else {
            Issue.record("libseccomp does not know ptrace")
            return
        }
        #expect(plan.denials.violations.contains(ptrace))
        #expect(plan.denials.texts.map(\.index) == [0, 1, 2, 4])
    }
}
