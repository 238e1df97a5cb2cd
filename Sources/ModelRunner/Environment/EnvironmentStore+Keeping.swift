import CLinux
import Foundation
import Sandbox
import SystemPackage

extension EnvironmentStore {
    /// What a collection of garbage removed, or would remove.
    public struct Collection: Sendable {
        /// Environments that nobody used for long.
        public var environments: [StoredEnvironment] = []
        /// Wheels that no environment is made of.
        public var wheels = 0
        /// What is freed, in bytes.
        public var bytes = 0
        /// Environments that are kept because a run uses them.
        public var inUse: [StoredEnvironment] = []
    }

    /// The finished environments, the last used first.
    public func environments() -> [StoredEnvironment] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: store.environments.string)) ?? []
        return names.map { name in
            let use = store.lastUse(name)
            return StoredEnvironment(
                store.environments.appending(name),
                lastUse: use.seconds,
                isInUse: use.isHeld
            )
        }.sorted { ($0.lastUse, $0.key) > ($1.lastUse, $1.key) }
    }

    /// Compares every file of an environment with what it was when it was finished.
    ///
    /// - Returns: the files that differ.
    public func damage(of environment: StoredEnvironment) -> [String] {
        EnvironmentManifest(tree: store.environments.appending(environment.key)).damage()
    }

    /// Wheels in the store that are not what their names say.
    public func damagedWheels() -> [String] {
        names(in: store.wheels).filter { (try? sha256(contentsOf: store.wheels.appending($0))) != $0 }
    }

    /// Removes environments that no run uses, and wheels that then belong to none.
    ///
    /// - Parameters:
    ///   - isTrial: true to remove nothing and only say what would go.
    ///   - isOld: which environments go.
    /// - Returns: what was removed, or would be.
    /// - Throws: ``RunError`` when something cannot be removed.
    public func collect(
        isTrial: Bool,
        where isOld: (StoredEnvironment) -> Bool
    ) throws(RunError) -> Collection {
        var collection = Collection()
        var kept = Set<String>()
        for environment in environments() {
            guard isOld(environment) else {
                kept.formUnion(environment.wheels)
                continue
            }
            guard let claim = try store.claim(environment.key) else {
                kept.formUnion(environment.wheels)
                collection.inUse.append(environment)
                continue
            }
            defer { claim.release() }
            if !isTrial { try store.discard(store.environments.appending(environment.key)) }
            collection.environments.append(environment)
            collection.bytes += environment.bytes
        }
        // Not while a build may be about to use them.
        guard let claim = try store.claimShare("wheels") else { return collection }
        defer { claim.release() }
        for name in names(in: store.wheels) where !kept.contains(name) {
            let path = store.wheels.appending(name)
            var status = stat()
            guard lstat(path.string, &status) == 0 else { continue }
            if !isTrial { unlink(path.string) }
            collection.wheels += 1
            collection.bytes += Int(status.st_size)
        }
        return collection
    }

    private func names(in folder: FilePath) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []).sorted()
    }
}
