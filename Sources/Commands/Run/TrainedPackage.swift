import Documents
import Foundation
import LaunchPlan
import ModelRunner
import Packaging
import SystemPackage

/// A package whose model has learned: the files of its parent, unchanged, and what the model made of itself.
///
/// The host knows the state as bytes and no more. It is a stranger's, like the model's files, and only the runner in
/// its sandbox ever reads it.
struct TrainedPackage {
    let parent: Package
    let method: String
    let rows: Int
    let state: [UInt8]

    /// Packs, reads back and checks the new package; an existing zip of that name is replaced only then.
    func write(to output: FilePath) async throws(Failure) -> Package {
        let lineage = try lineage().json(pretty: true) + "\n"
        let result: Result<Package, Failure>
        do throws(RunError) {
            result = try await Store().withRunFolder { folder in
                Result { () throws(Failure) in try pack(in: folder, lineage: lineage, to: output) }
            }
        } catch {
            throw Failure(error)
        }
        return try result.get()
    }

    private func pack(in folder: FilePath, lineage: String, to output: FilePath) throws(Failure) -> Package {
        let place = folder.appending("trained")
        do {
            try parent.unpack(into: folder, as: "trained")
            try replace(place.appending(Lineage.stateName), with: Data(state))
            try replace(place.appending(Lineage.fileName), with: Data(lineage.utf8))
            let package = try PackageBuilder.build(place, to: output).package
            guard isFaithful(package) else {
                throw Failure(.internalFault, "the new package does not hold all files of the old one as they were")
            }
            return package
        } catch let error as Failure {
            throw error
        } catch let error as PackageError {
            throw Failure(error)
        } catch {
            throw Failure(.file, "\(Printable(place.string)) cannot be written: \(error.localizedDescription)")
        }
    }

    private func replace(_ path: FilePath, with contents: Data) throws {
        try? FileManager.default.removeItem(atPath: path.string)
        try contents.write(to: URL(fileURLWithPath: path.string), options: .withoutOverwriting)
    }

    /// Whether every file but ours is there, as it was.
    private func isFaithful(_ package: Package) -> Bool {
        let own: Set = [Lineage.stateName, Lineage.fileName]
        return Set(package.entries.filter { !own.contains($0.name) })
            == Set(parent.entries.filter { !own.contains($0.name) })
    }

    /// What was done to which package, the first step first.
    private func lineage() throws(Failure) -> Node {
        let step = Lineage.Step(
            method: method,
            parent: "sha256:" + parent.digest,
            rows: rows,
            tool: "lw-run \(toolVersion)"
        )
        do throws(PackageError) {
            return try Lineage.continuing(parent, by: step).document
        } catch {
            throw Failure(error)
        }
    }
}
