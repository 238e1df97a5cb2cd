import Documents
import Packaging
import SystemPackage

extension Market {
    /// Something that does not hold together, and whether it was put right.
    public struct Finding: Hashable, Sendable {
        /// One sentence.
        public let message: String
        /// True when it is as it should be now.
        public var isRepaired = false
    }

    /// What a look through the whole market found.
    public struct Verification: Hashable, Sendable {
        /// Versions that were looked at.
        public internal(set) var versions = 0
        /// Packages that were read from the first byte to the last.
        public internal(set) var packages = 0
        /// Zips that nothing refers to: harmless, left by something that was killed.
        public internal(set) var superfluous = 0
        /// What is wrong.
        public internal(set) var findings: [Finding] = []

        /// True when nothing is wrong, or all of it was put right.
        public var isSound: Bool { findings.allSatisfy(\.isRepaired) }
    }

    /// Looks through the whole market.
    ///
    /// - Parameter repairs: true to remove what nothing refers to, and to have checked what lost its job.
    /// - Returns: what was looked at, and what is wrong.
    /// - Throws: ``MarketError`` when it cannot even be looked at.
    /// - Complexity: reads every package.
    public func verify(repairs: Bool = false) throws(MarketError) -> Verification {
        var verification = Verification()
        verification.findings = try database.faults().map { Finding(message: $0) }
        try verifyRows(repairs, &verification)
        // What is listed first is a superset of what was referred to when it was: rows only name zips that are there.
        let referenced = try referencedDigests()
        let contents = try packages.contents()
        verification.superfluous = contents.digests.subtracting(referenced).count
        for path in contents.foreign {
            verification.findings.append(
                Finding(message: "'\(Printable(path.string))' is no part of a market, and was left alone")
            )
        }
        for digest in referenced.sorted() {
            verification.packages += 1
            guard let message = fault(of: digest) else { continue }
            // It may have been removed meanwhile, with the learnware.
            if try referencedDigests().contains(digest) { verification.findings.append(Finding(message: message)) }
        }
        if repairs {
            try packages.sweep { () throws(MarketError) in try referencedDigests() }
            verification.superfluous = 0
        }
        return verification
    }

    private func fault(of digest: String) -> String? {
        let file = packages.file(digest)
        do throws(PackageError) {
            let package = try Package.open(file)
            return package.digest == digest ? nil : "'\(file.string)' holds another package than it is named after"
        } catch {
            return "the package '\(file.string)' cannot be used: \(error.message)"
        }
    }

    private func verifyRows(_ repairs: Bool, _ verification: inout Verification) throws(MarketError) {
        let look = { (session: any SQLSession) throws(MarketError) -> (Int, [Finding]) in
            var findings: [Finding] = []
            for row in try session.run(
                """
                SELECT l.id FROM learnware l LEFT JOIN version v ON v.learnware = l.id AND v.number = l.newest
                WHERE v.number IS NULL ORDER BY l.id
                """
            ) {
                findings.append(Finding(message: "learnware \(Printable(try row.text(0))) has lost its newest version"))
            }
            let lost = try session.run(
                """
                SELECT v.learnware, v.number FROM version v LEFT JOIN job j
                    ON j.learnware = v.learnware AND j.number = v.number
                WHERE v.state IN ('waiting', 'checking') AND j.learnware IS NULL ORDER BY v.learnware, v.number
                """
            )
            for row in lost {
                let key = VersionKey(id: try row.text(0), number: try row.integer(1))
                if repairs { try Self.enqueue(key, session) }
                findings.append(
                    Finding(message: "\(key) waits for a check that nobody will make", isRepaired: repairs)
                )
            }
            let counter = try session.run("SELECT value FROM counter WHERE name = 'learnware'").first?.integer(0)
            let last = try session.run("SELECT MAX(id) FROM learnware").first?.optionalText(0)
            if let last, (Int(last) ?? .max) > counter ?? 0 {
                findings.append(Finding(message: "the next learnware would get a name that is taken"))
            }
            return (try session.run("SELECT COUNT(*) FROM version").first?.integer(0) ?? 0, findings)
        }
        let (versions, findings) = repairs ? try database.write(look) : try database.read(look)
        verification.versions = versions
        verification.findings += findings
    }
}
