extension Market {
    /// A version that a worker has taken to check.
    public struct Job: Hashable, Sendable {
        /// What is to be checked.
        public let key: VersionKey
        /// Who checks it.
        let worker: String
        /// How often it was taken, this time included.
        public let attempts: Int
    }

    /// What a check found.
    public struct Verdict: Sendable {
        /// Whether the version may be found.
        public let isUsable: Bool
        /// The checker's version and what it checked with.
        public let checker: String
        /// The report, JSON.
        public let report: String

        /// - Parameters:
        ///   - isUsable: whether the version may be found.
        ///   - checker: the checker's version and what it checked with; another one makes a new check due.
        ///   - report: the report, JSON.
        public init(isUsable: Bool, checker: String, report: String) {
            self.isUsable = isUsable
            self.checker = checker
            self.report = report
        }
    }

    /// Seconds after which a job goes back whose worker has not been heard of.
    public static let lease = 30
    /// A version that ended so many of its workers is not tried again.
    public static let mostAttempts = 3

    static func enqueue(_ key: VersionKey, _ session: any SQLSession) throws(MarketError) {
        try session.run("INSERT INTO job (learnware, number) VALUES (?1, ?2)", [.text(key.id), .integer(key.number)])
    }

    /// Takes the oldest job that nobody works on; two workers never get the same one.
    ///
    /// - Parameters:
    ///   - worker: a name that no other worker has.
    ///   - passedOver: what this worker leaves to others.
    ///   - ids: the learnwares that are looked at; none for all.
    /// - Returns: nil when there is none.
    /// - Throws: ``MarketError``.
    public func takeJob(
        worker: String,
        except passedOver: Set<VersionKey> = [],
        only ids: [String] = []
    ) throws(MarketError) -> Job? {
        let places = ids.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
        return try database.write { session throws(MarketError) in
            try Self.giveUp(session)
            let now = session.dialect.now
            let rows = try session.run(
                """
                SELECT learnware, number, attempts FROM job WHERE (worker IS NULL OR lease < \(now))
                \(ids.isEmpty ? "" : "AND learnware IN (\(places))")
                ORDER BY learnware, number LIMIT \(passedOver.count + 1) \(session.dialect.skipLocked)
                """,
                ids.map { .text($0) }
            )
            var taken: (key: VersionKey, attempts: Int)?
            for row in rows where taken == nil {
                let key = VersionKey(id: try row.text(0), number: try row.integer(1))
                if !passedOver.contains(key) { taken = (key, try row.integer(2) + 1) }
            }
            guard let (key, attempts) = taken else { return nil }
            try session.run(
                """
                UPDATE job SET worker = ?1, lease = \(now) + ?2, attempts = ?3 WHERE learnware = ?4 AND number = ?5
                """,
                [
                    .text(worker), .integer(Self.lease), .integer(attempts), .text(key.id), .integer(key.number),
                ]
            )
            try Self.move(key, from: .waiting, to: .checking, session)
            return Job(key: key, worker: worker, attempts: attempts)
        }
    }

    /// What took its workers down too often is unusable.
    private static func giveUp(_ session: any SQLSession) throws(MarketError) {
        let rows = try session.run(
            """
            SELECT learnware, number FROM job WHERE attempts >= ?1 AND lease < \(session.dialect.now)
            \(session.dialect.skipLocked)
            """,
            [.integer(mostAttempts)]
        )
        for row in rows {
            let key = VersionKey(id: try row.text(0), number: try row.integer(1))
            let report = #"{"error": "the check ended its worker \#(mostAttempts) times"}"#
            try session.run(
                "UPDATE version SET state = 'unusable', report = ?1 WHERE learnware = ?2 AND number = ?3",
                [.text(report), .text(key.id), .integer(key.number)]
            )
            try remove(key, session)
        }
    }

    /// What is checked again stays what it was until there is a new verdict.
    private static func move(
        _ key: VersionKey,
        from old: VersionState,
        to new: VersionState,
        _ session: any SQLSession
    ) throws(MarketError) {
        try session.run(
            "UPDATE version SET state = ?1 WHERE learnware = ?2 AND number = ?3 AND state = ?4",
            [.text(new.rawValue), .text(key.id), .integer(key.number), .text(old.rawValue)]
        )
    }

    private static func remove(_ key: VersionKey, _ session: any SQLSession) throws(MarketError) {
        try session.run("DELETE FROM job WHERE learnware = ?1 AND number = ?2", [.text(key.id), .integer(key.number)])
    }

    /// Says that a job is still worked on.
    ///
    /// - Returns: false when it is another's by now, or its learnware is gone; the work is then for nothing.
    /// - Throws: ``MarketError``.
    public func keep(_ job: Job) throws(MarketError) -> Bool {
        try database.write { session throws(MarketError) in
            let rows = try session.run(
                """
                UPDATE job SET lease = \(session.dialect.now) + ?1 WHERE learnware = ?2 AND number = ?3 AND worker = ?4
                RETURNING learnware
                """,
                [.integer(Self.lease), .text(job.key.id), .integer(job.key.number), .text(job.worker)]
            )
            return !rows.isEmpty
        }
    }

    /// Writes down what a check found.
    ///
    /// - Returns: false when the job is another's by now; then nothing is written.
    /// - Throws: ``MarketError``.
    @discardableResult
    public func finish(_ job: Job, _ verdict: Verdict) throws(MarketError) -> Bool {
        try database.write { session throws(MarketError) in
            guard try Self.isHeld(job, session) else { return false }
            try session.run(
                """
                UPDATE version SET state = ?1, checker = ?2, report = ?3 WHERE learnware = ?4 AND number = ?5
                """,
                [
                    .text(verdict.isUsable ? VersionState.usable.rawValue : VersionState.unusable.rawValue),
                    .text(verdict.checker), .text(verdict.report), .text(job.key.id), .integer(job.key.number),
                ]
            )
            try Self.remove(job.key, session)
            return true
        }
    }

    /// Gives a job back that could not be done here, as when the machine lacks something.
    ///
    /// - Throws: ``MarketError``.
    public func giveBack(_ job: Job) throws(MarketError) {
        try database.write { session throws(MarketError) in
            guard try Self.isHeld(job, session) else { return }
            try session.run(
                "UPDATE job SET worker = NULL, lease = 0, attempts = ?1 WHERE learnware = ?2 AND number = ?3",
                [.integer(job.attempts - 1), .text(job.key.id), .integer(job.key.number)]
            )
            try Self.move(job.key, from: .checking, to: .waiting, session)
        }
    }

    /// Ends the time of all workers, as if none had been heard of for ``lease`` seconds.
    ///
    /// - Throws: ``MarketError``.
    package func expireLeases() throws(MarketError) {
        try database.write { session throws(MarketError) in
            try session.run("UPDATE job SET lease = 0 WHERE worker IS NOT NULL")
        }
    }

    private static func isHeld(_ job: Job, _ session: any SQLSession) throws(MarketError) -> Bool {
        let rows = try session.run(
            "SELECT worker FROM job WHERE learnware = ?1 AND number = ?2 \(session.dialect.forUpdate)",
            [.text(job.key.id), .integer(job.key.number)]
        )
        return try rows.first?.optionalText(0) == job.worker
    }

    /// Makes a check due for the newest versions that another checker checked.
    ///
    /// - Parameter checker: versions that this one has checked are left; nil for none.
    /// - Returns: how many are due now.
    /// - Throws: ``MarketError``.
    @discardableResult
    public func requeue(unlessBy checker: String? = nil) throws(MarketError) -> Int {
        try database.write { session throws(MarketError) in
            // What is due already is counted too: an update that changes nothing returns its row.
            try session.run(
                """
                INSERT INTO job (learnware, number)
                SELECT v.learnware, v.number FROM version v JOIN learnware l ON l.id = v.learnware
                WHERE v.number = l.newest AND v.state IN ('usable', 'unusable') AND COALESCE(v.checker, '') <> ?1
                ON CONFLICT (learnware, number) DO UPDATE SET attempts = job.attempts
                RETURNING number
                """,
                [.text(checker ?? "-")]
            ).count
        }
    }
}
