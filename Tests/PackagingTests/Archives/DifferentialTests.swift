import Foundation
import Packaging
import SystemPackage
import TestSupport
import Testing

@Suite("What we accept, Python's zipfile reads alike", .serialized)
struct DifferentialTests {
    /// Inputs that failed once, or are worth keeping; every run goes through them.
    static let corpus = Archives.scripts.appending("Corpus")

    /// What was made of one zip.
    private enum Outcome {
        case refused
        case accepted
    }

    @Test("for every input that was kept")
    func replay() throws {
        let python = try PythonReader()
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.corpus.string)
        #expect(names.count >= 8)
        var accepted = 0
        for name in names.sorted() {
            let outcome = try compare(Self.corpus.appending(name), python)
            // The name says what must become of it; that of a found failure says nothing yet.
            if name.hasPrefix("accepted-") { #expect(outcome == .accepted, "\(name)") }
            if name.hasPrefix("refused-") { #expect(outcome == .refused, "\(name)") }
            if outcome == .accepted { accepted += 1 }
        }
        #expect(accepted > 0)
    }

    @Test("for mutants of honest and of hostile zips; none crashes, takes long or leaves files")
    func mutants() throws {
        let honest = try Archives.honest.map(\.path).filter(isSmall).map(contents)
        let hostile = try Archives.hostile.filter { $0.rule != "not-a-file" }.map(\.path).filter(isSmall).map(contents)
        let seed = Checkout.isSoak ? UInt64.random(in: 0...UInt64.max) : 20_260
        var mutator = ZipMutator(seed: seed, honest: honest, hostile: hostile)
        #expect(mutator.modelCount > 15)
        let python = try PythonReader()
        let scratch = try Scratch()
        let file = scratch.file("mutant.zip")
        var (runs, accepted, unpacked, found) = (0, 0, 0, 0)
        let end = ContinuousClock.now + .seconds(Checkout.isSoak ? 600 : 12)
        while ContinuousClock.now < end, found < 10 {
            let bytes = mutator.next()
            try Data(bytes).write(to: URL(fileURLWithPath: file.string))
            runs += 1
            let unpacking = accepted % 20 == 0
            do {
                guard try compare(file, python, unpackingIn: unpacking ? scratch : nil) == .accepted else { continue }
                accepted += 1
                if unpacking { unpacked += 1 }
            } catch {
                found += 1
                let name = "found-\(seed)-\(runs).zip"
                try Data(bytes).write(to: URL(fileURLWithPath: Self.corpus.appending(name).string))
                Issue.record("seed \(seed), mutant \(runs), kept as \(name): \(error)")
            }
            // Opening writes nothing, so looking seldom is looking enough.
            if unpacking { #expect(scratch.contents == ["mutant.zip"]) }
        }
        #expect(scratch.contents == ["mutant.zip"])
        print("\(runs) mutants, \(accepted) accepted, \(unpacked) of those unpacked")
        #expect(runs > 500)
        // A mutator whose mutants are always refused proves nothing.
        #expect(accepted * 100 > runs * 5)
    }

    /// What an input did that it must not.
    private struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// Opens a zip, and has Python read it too if it is accepted.
    private func compare(_ path: FilePath, _ python: PythonReader, unpackingIn scratch: Scratch? = nil) throws
        -> Outcome
    {
        let begin = ContinuousClock.now
        let package: Package
        do throws(PackageError) {
            package = try Package.open(path)
        } catch {
            guard error.message.isPrintable else { throw Fault(description: "an unprintable message: \(error.rule)") }
            try checkTime(since: begin)
            return .refused
        }
        try checkTime(since: begin)
        if let difference = try python.read(path).difference(from: package) { throw Fault(description: difference) }
        guard let scratch else { return .accepted }
        try package.unpack(into: scratch.path, as: "out")
        let out = scratch.file("out")
        defer { try? FileManager.default.removeItem(atPath: out.string) }
        for entry in package.entries {
            let attributes = try FileManager.default.attributesOfItem(atPath: out.appending(entry.name).string)
            guard attributes[.size] as? Int == entry.size else {
                throw Fault(description: "\(entry.name) has another size")
            }
        }
        return .accepted
    }

    private func checkTime(since begin: ContinuousClock.Instant) throws {
        let time = ContinuousClock.now - begin
        guard time < .seconds(2) else { throw Fault(description: "it takes \(time)") }
    }

    private func contents(_ path: FilePath) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path.string)))
    }

    /// Large seeds would make few mutants.
    private func isSmall(_ path: FilePath) throws -> Bool {
        let attributes = try FileManager.default.attributesOfItem(atPath: path.string)
        return attributes[.type] as? FileAttributeType == .typeRegular && (attributes[.size] as? Int ?? 0) < 8 << 10
    }
}
