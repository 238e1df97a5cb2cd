internal import Documents
package import SystemPackage

/// Why a data file was refused: what is wrong, where, and what to do, in one sentence.
package struct DataError: Error, Equatable, CustomStringConvertible {
    /// What a caller may decide on.
    package enum Kind: Sendable {
        /// The file does not exist.
        case missing
        /// The file exists, but cannot be read.
        case unreadable
        /// The output cannot be made there.
        case unwritable
        /// The format is not one that this module reads or writes, or cannot hold these values.
        case unsupported
        /// The content is wrong: of the file when reading, of the values when writing.
        case invalid
    }

    /// A column as people know it.
    package enum Column: Equatable, Sendable {
        case name(String)
        /// The place in the row, counted from 1, when the columns have no names.
        case index(Int)
    }

    package var kind: Kind
    /// The file, or nil for a stream without a name.
    package var path: FilePath?
    /// The line of the text file, counted from 1, as an editor shows it.
    package var line: Int?
    /// The row of data, counted from 1, where lines say nothing.
    package var row: Int?
    package var column: Column?
    /// The system's own word, when a call failed.
    package var code: Errno?
    /// One clause that names the fault, without the place.
    package var reason: String
    /// One clause that says what to do.
    package var remedy: String

    package init(
        _ kind: Kind,
        _ path: FilePath?,
        line: Int? = nil,
        row: Int? = nil,
        column: Column? = nil,
        code: Errno? = nil,
        reason: String,
        remedy: String
    ) {
        self.kind = kind
        self.path = path
        self.line = line
        self.row = row
        self.column = column
        self.code = code
        self.reason = reason
        self.remedy = remedy
    }

    package var description: String {
        var place = [path.map { Printable($0.string).description } ?? "the output"]
        if let line { place.append("line \(line)") }
        if let row { place.append("row \(row)") }
        switch column {
        case .name(let name): place.append("column '\(Printable(name, limit: 60))'")
        case .index(let index): place.append("column \(index)")
        case nil: break
        }
        return place.joined(separator: ", ") + ": " + reason + (remedy.isEmpty ? "" : "; " + remedy)
    }
}

extension DataError {
    /// What the system said when a file was opened to be read.
    package static func opening(_ path: FilePath, _ code: Errno) -> DataError {
        switch code {
        case .noSuchFileOrDirectory, .notDirectory:
            DataError(.missing, path, code: code, reason: "there is no such file", remedy: "check the path")
        case .permissionDenied, .notPermitted:
            DataError(
                .unreadable,
                path,
                code: code,
                reason: "it may not be read by this user",
                remedy: "change its permissions, or choose another file"
            )
        default: reading(path, code)
        }
    }

    static func reading(_ path: FilePath, _ code: Errno) -> DataError {
        DataError(.unreadable, path, code: code, reason: "it cannot be read (\(code))", remedy: "choose another file")
    }

    static func directory(_ path: FilePath) -> DataError {
        DataError(.unreadable, path, code: .isDirectory, reason: "it is a folder", remedy: "name a file inside it")
    }

    static func writing(_ path: FilePath?, _ code: Errno) -> DataError {
        DataError(
            .unwritable,
            path,
            code: code,
            reason: "it cannot be written (\(code))",
            remedy: code == .noSpace ? "make room, or choose another place" : "choose another place"
        )
    }

    /// The output lacks a value, and the format has no word for that.
    static func missingValue(_ path: FilePath?, row: Int) -> DataError {
        DataError(
            .unsupported,
            path,
            row: row,
            reason: "the value is missing, which an array cannot say",
            remedy: "use .csv or .jsonl"
        )
    }

    /// The file has nothing to predict on.
    static func noRows(_ path: FilePath, _ reason: String) -> DataError {
        DataError(.invalid, path, reason: reason, remedy: "give it at least one row of data")
    }
}
