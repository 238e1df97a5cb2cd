extension Market {
    /// Makes a check due for the newest versions of some learnwares, whatever was found of them before.
    ///
    /// - Parameter ids: the learnwares.
    /// - Throws: ``MarketError`` when one of them is not there; then nothing is changed.
    public func makeDue(_ ids: [String]) throws(MarketError) {
        guard !ids.isEmpty else { return }
        try database.write { session throws(MarketError) in
            for id in ids {
                let rows = try session.run("SELECT newest FROM learnware WHERE id = ?1", [.text(id)])
                guard let newest = try rows.first?.integer(0) else { throw Self.unknown(id) }
                try session.run(
                    """
                    INSERT INTO job (learnware, number) VALUES (?1, ?2) ON CONFLICT (learnware, number) DO NOTHING
                    """,
                    [.text(id), .integer(newest)]
                )
            }
        }
    }
}
