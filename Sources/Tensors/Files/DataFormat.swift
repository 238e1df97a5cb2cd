internal import Documents
package import SystemPackage

/// The formats of data files, each known by its extension.
package enum DataFormat: String, CaseIterable, Sendable {
    case csv
    case tsv
    case npy
    case npz
    case json
    case jsonl
    /// Texts, one on each line; read only.
    case txt
    /// Typed columns; read and written by a tool of ours in a sandbox.
    case parquet

    /// The format of that name, in upper or lower case.
    package init?(word: String) {
        let word = word.lowercased()
        let others = ["ndjson": "jsonl", "pq": "parquet"]
        self.init(rawValue: others[word] ?? word)
    }

    /// - Throws: ``DataError`` for an extension that is not one of ours; upper and lower case are the same.
    package init(of path: FilePath) throws(DataError) {
        let known = "use .csv, .tsv, .json, .jsonl, .npy, .npz, .parquet or .txt"
        guard let text = path.extension, !text.isEmpty else {
            throw DataError(
                .unsupported,
                path,
                reason: "its name has no extension that tells the format",
                remedy: known
            )
        }
        guard let format = DataFormat(word: text) else {
            let reason = "files named '.\(Printable(text, limit: 20))' are neither read nor written"
            throw DataError(.unsupported, path, reason: reason, remedy: known)
        }
        self = format
    }
}
