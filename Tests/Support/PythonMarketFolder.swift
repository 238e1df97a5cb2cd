import Foundation

/// A market folder as the Python package leaves it, made with Python's own `sqlite3`: `~/.learnware` of some user.
package struct PythonMarketFolder: Sendable {
    package let path: String
    private let name: String

    package var database: String { "\(path)/database/market_\(name).db" }
    package var zips: String { "\(path)/\(name)/learnware_pool/zips" }

    /// The table as SQLAlchemy makes it of the package's class.
    package static let schema = """
        CREATE TABLE tb_learnware (
        \tid VARCHAR(10) NOT NULL,
        \tsemantic_spec TEXT NOT NULL,
        \tzip_path TEXT NOT NULL,
        \tfolder_path TEXT NOT NULL,
        \tuse_flag TEXT NOT NULL,
        \tPRIMARY KEY (id)
        )
        """

    /// - Parameters:
    ///   - path: a folder that is not there yet, or holds another such market.
    ///   - name: the market's name.
    ///   - schema: what makes its table.
    /// - Throws: ``Failed`` when Python cannot make it.
    package init(_ path: String, named name: String = "default", schema: String = Self.schema) throws {
        (self.path, self.name) = (path, name)
        for folder in ["\(path)/database", zips] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        try run(schema)
    }

    /// Runs statements, each with its values.
    package func run(_ statements: (String, [String])...) throws {
        let program = """
            import json, sqlite3, sys
            database = sqlite3.connect(sys.argv[1])
            for statement, values in json.load(sys.stdin):
                database.execute(statement, values)
            database.commit()
            """
        let list = statements.map { [$0.0, $0.1] as [Any] }
        let input = String(decoding: try JSONSerialization.data(withJSONObject: list), as: UTF8.self)
        let result = try Tool.run("/usr/bin/env", ["python3", "-c", program, database], input: input)
        guard result.status == 0 else { throw Failed(errors: result.errors) }
    }

    package func run(_ statement: String) throws { try run((statement, [])) }

    package struct Failed: Error { package let errors: String }

    /// Puts a learnware in.
    ///
    /// - Parameters:
    ///   - id: its identifier.
    ///   - zip: its package; nil to copy none.
    ///   - semantic: the specification, JSON.
    ///   - zipPath: what the database says of where it is; nil for where it is.
    /// - Throws: ``Failed``, or what copying throws.
    package func add(_ id: String, zip: String?, semantic: String, zipPath: String? = nil) throws {
        let target = "\(zips)/\(id).zip"
        if let zip { try FileManager.default.copyItem(atPath: zip, toPath: target) }
        let folder = "\(path)/\(name)/learnware_pool/unzipped_learnwares/\(id)"
        let statement = "INSERT INTO tb_learnware (id, semantic_spec, zip_path, folder_path, use_flag) "
        try run((statement + "VALUES (?, ?, ?, ?, ?)", [id, semantic, zipPath ?? target, folder, "1"]))
    }
}
