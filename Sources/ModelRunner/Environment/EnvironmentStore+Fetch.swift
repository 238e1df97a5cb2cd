import Documents
import Foundation
import Sandbox
import SystemPackage

extension EnvironmentStore {
    /// Sees to it that the wheels of a lock lie in the store, each under its hash.
    ///
    /// - Parameters:
    ///   - lock: what is wanted.
    ///   - scratch: where a file lies until all of it is there.
    ///   - interpreter: runs the program that fetches.
    /// - Throws: ``RunError`` that names a file that cannot be had.
    func fetch(
        _ lock: EnvironmentLock,
        scratch: FilePath,
        for interpreter: Interpreter
    ) async throws(RunError) {
        try Store.makeFolder(store.wheels)
        let missing = lock.entries.map { $0.files[0] }.filter { file in
            access(store.wheels.appending(file.sha256).string, F_OK) != 0
        }
        guard !missing.isEmpty else { return }
        guard !options.isOffline else {
            let names = missing.prefix(3).map { Printable($0.name, limit: 80).description }.joined(separator: ", ")
            let more = missing.count > 3 ? " and \(missing.count - 3) more" : ""
            throw RunError(
                .environment,
                .environment,
                "\(names)\(more) cannot be fetched, because --offline forbids it",
                hint: "run once without --offline"
            ).ofTheHost
        }
        let bytes = missing.reduce(0) { $0 + ($1.size ?? 0) }
        let size = bytes > 0 ? ", \(DecimalSize.text(bytes))" : ""
        progress("fetching \(missing.count) wheel\(missing.count == 1 ? "" : "s")\(size)")
        let index = PackageIndex()
        let request = Node(object: [
            ("folder", Node(store.wheels.string)), ("scratch", Node(scratch.string)),
            (
                "files",
                Node(
                    missing.map { file in
                        Node(object: [
                            ("url", Node(file.url)), ("sha256", Node(file.sha256)),
                            ("size", file.size.map { Node($0) } ?? nil),
                        ])
                    }
                )
            ),
            (
                "credentials",
                Node(object: index.credentials.sorted { $0.key < $1.key }.map { ($0.key, Node($0.value)) })
            ),
        ])
        // Our own program in the user's own interpreter, without site folders: nothing of any package takes part.
        let answer = try await Self.run(
            interpreter.executable.string,
            ["-I", "-S", "-B", resources.pythonRunner.appending("fetch.py").string],
            index.environment.merging(["LC_ALL": "C.UTF-8"]) { _, new in new },
            input: request.json(),
            seconds: 3600
        )
        guard answer.status == 0 else {
            throw RunError(
                .environment,
                .environment,
                "the packages could not be fetched",
                hint: "see to the network, or to the index in the settings of pip",
                quotation: Printable.block(answer.errors, lines: 12)
            ).ofTheHost
        }
    }

    /// Puts the wheels of a lock into a folder of their own, each checked by its hash; one that does not hold is
    /// removed from the store.
    ///
    /// - Returns: the files' names in that folder, in the order of the lock.
    func gather(_ lock: EnvironmentLock, into folder: FilePath) throws(RunError) -> [String] {
        guard mkdir(folder.string, 0o700) == 0, chmod(folder.string, 0o755) == 0 else {
            throw Store.failure(folder, errno)
        }
        var names: [String] = []
        for entry in lock.entries {
            let file = entry.files[0]
            let source = store.wheels.appending(file.sha256)
            let target = folder.appending(file.name)
            // A name of its own for the same file: what happens to the store's name meanwhile does not matter.
            guard link(source.string, target.string) == 0 else { throw Store.failure(source, errno) }
            let digest: String
            do {
                digest = try sha256(contentsOf: target)
            } catch {
                throw Store.failure(source, error.rawValue)
            }
            guard digest == file.sha256 else {
                unlink(source.string)
                throw RunError(
                    .environment,
                    .resource,
                    "\(Printable(file.name, limit: 120)) was changed in the store; it has been removed from it",
                    hint: "run the same again, and it is fetched anew"
                )
            }
            names.append(file.name)
        }
        return names
    }
}

/// Sizes as indexes and downloads show them.
package enum DecimalSize {
    /// Such as `2.6 GB` or `17 MB`.
    package static func text(_ bytes: Int) -> String {
        if bytes >= 1_000_000_000 { return "\((Double(bytes) / 1e8).rounded() / 10) GB" }
        if bytes >= 1_000_000 { return "\((bytes + 500_000) / 1_000_000) MB" }
        return "\((bytes + 999) / 1000) kB"
    }
}
