/// The tables of a market, and how older ones become them.
enum Schema {
    /// What each version of the schema adds to the one before; never changed once it is released.
    static let migrations: [[String]] = [
        [
            "CREATE TABLE counter (name TEXT PRIMARY KEY, value BIGINT NOT NULL)",
            "INSERT INTO counter (name, value) VALUES ('learnware', 0)",
            """
            CREATE TABLE learnware (
                id TEXT PRIMARY KEY,
                added BIGINT NOT NULL,
                newest BIGINT NOT NULL,
                withdrawn BIGINT NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1))
            )
            """,
            """
            CREATE TABLE version (
                learnware TEXT NOT NULL REFERENCES learnware (id) ON DELETE CASCADE,
                number BIGINT NOT NULL,
                added BIGINT NOT NULL,
                digest TEXT NOT NULL,
                size BIGINT NOT NULL,
                name TEXT NOT NULL,
                semantic TEXT NOT NULL,
                specification_type TEXT,
                specification TEXT,
                state TEXT NOT NULL CHECK (state IN ('waiting', 'checking', 'usable', 'unusable')),
                checker TEXT,
                report TEXT,
                PRIMARY KEY (learnware, number)
            )
            """,
            "CREATE INDEX version_digest ON version (digest)",
            """
            CREATE TABLE job (
                learnware TEXT NOT NULL,
                number BIGINT NOT NULL,
                worker TEXT,
                lease BIGINT NOT NULL DEFAULT 0,
                attempts BIGINT NOT NULL DEFAULT 0,
                PRIMARY KEY (learnware, number),
                FOREIGN KEY (learnware, number) REFERENCES version (learnware, number) ON DELETE CASCADE
            )
            """,
        ]
    ]

    /// Brings the tables up to date; two that do it at once do it once.
    ///
    /// - Parameters:
    ///   - database: where they are.
    ///   - isNew: true to make them.
    /// - Throws: ``MarketError`` when the database is newer than this program.
    static func migrate(_ database: some SQLDatabase, isNew: Bool) throws(MarketError) {
        // A look takes no lock, and is all that is needed nearly always.
        if !isNew, (try? version(of: database)) == migrations.count { return }
        try database.write { session throws(MarketError) in
            try session.run("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")
            if case .postgres = session.dialect.kind {
                try session.run("LOCK TABLE schema_version IN EXCLUSIVE MODE")
            }
            let rows = try session.run("SELECT version FROM schema_version")
            let present = try rows.first?.integer(0) ?? 0
            guard isNew || present > 0 else {
                throw MarketError(
                    .corrupt,
                    "the market's database holds no market",
                    hint: "'lw-dock restore' makes a market from a backup"
                )
            }
            guard present <= migrations.count else {
                throw MarketError(
                    .refused,
                    "the market's database has schema \(present), and this program knows \(migrations.count)",
                    hint: "use the newer version of lw-dock that made it"
                )
            }
            for statement in migrations[present...].joined() { try session.run(statement) }
            if rows.isEmpty {
                try session.run("INSERT INTO schema_version (version) VALUES (?1)", [.integer(migrations.count)])
            } else if present < migrations.count {
                try session.run("UPDATE schema_version SET version = ?1", [.integer(migrations.count)])
            }
        }
    }

    private static func version(of database: some SQLDatabase) throws(MarketError) -> Int? {
        try database.read { session throws(MarketError) in
            let rows = try session.run("SELECT version FROM schema_version")
            return try rows.first?.integer(0)
        }
    }
}
