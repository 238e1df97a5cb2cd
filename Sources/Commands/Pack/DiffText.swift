import Documents
import Packaging

/// A difference as people and programs read it; everything that a package wrote is made printable.
enum DiffText {
    /// More lines of one part than anybody reads.
    private static let mostLines = 200
    private static let valueLength = 60

    static func page(_ difference: PackageDiff) -> String {
        guard !difference.isEmpty else { return "no difference: the content digests are equal" }
        var lines: [String] = []
        add("files", difference.files.map(row), to: &lines)
        for section in difference.sections { add(section.title, section.changes.map(row), to: &lines) }
        return lines.joined(separator: "\n")
    }

    private typealias Row = (sign: String, name: String, value: String)

    private static func add(_ title: String, _ rows: [Row], to lines: inout [String]) {
        guard !rows.isEmpty else { return }
        lines.append(title)
        let shown = rows.prefix(mostLines)
        let width = min(40, shown.map(\.name.count).max() ?? 0)
        for row in shown {
            let space = String(repeating: " ", count: max(0, width - row.name.count))
            lines.append("  \(row.sign) \(row.name)\(space)  \(row.value)")
        }
        if rows.count > shown.count { lines.append("  … and \(rows.count - shown.count) more") }
    }

    private static func sign(_ hasOld: Bool, _ hasNew: Bool) -> String {
        hasOld ? hasNew ? "~" : "-" : "+"
    }

    private static func row(_ change: PackageDiff.FileChange) -> Row {
        var facts: [String] = []
        if let old = change.old, let new = change.new {
            if old.size != new.size {
                facts.append("\(sizeText(old.size)) → \(sizeText(new.size))")
            } else if old.digest != new.digest {
                facts.append("\(sizeText(new.size)), other contents")
            }
            if old.mode != new.mode { facts.append("mode \(octal(old.mode)) → \(octal(new.mode))") }
        } else if let entry = change.old ?? change.new {
            facts.append(entry.digest.isEmpty ? "an empty folder" : sizeText(entry.size))
            if entry.mode == 0o755, !entry.digest.isEmpty { facts.append("executable") }
        }
        return (sign(change.old != nil, change.new != nil), "\(Printable(change.name))", facts.joined(separator: ", "))
    }

    private static func octal(_ mode: UInt16) -> String { String(mode, radix: 8) }

    private static func row(_ change: DocumentChange) -> Row {
        let name = change.path.isEmpty ? "(all of it)" : "\(Printable(change.path.joined(separator: "."), limit: 80))"
        let sign = sign(change.old != nil, change.new != nil)
        if let old = change.old?.string, let new = change.new?.string {
            let skipped = commonStart(old, new)
            return (sign, name, "\(shown(old, from: skipped)) → \(shown(new, from: skipped))")
        }
        let values = [change.old, change.new].compactMap(\.self).map { node in
            if sign != "~", let text = node.string { return shown(text, from: 0) }
            return "\(Printable(node.json(), limit: valueLength))"
        }
        return (sign, name, values.joined(separator: " → "))
    }

    /// How many characters of two long texts are left out, so that what differs is seen.
    private static func commonStart(_ one: String, _ other: String) -> Int {
        let count = zip(one.unicodeScalars, other.unicodeScalars).prefix { $0 == $1 }.count
        return count > valueLength / 2 ? count - 10 : 0
    }

    private static func shown(_ text: String, from start: Int) -> String {
        if text.isEmpty { return "\"\"" }
        var rest = text.unicodeScalars[...]
        rest.removeFirst(min(start, rest.count))
        return (start > 0 ? "…" : "") + "\(Printable(String(rest), limit: valueLength))"
    }
}

extension DiffText {
    /// One object for programs.
    static func object(_ difference: PackageDiff) -> Node {
        [
            "schema": "learnware/diff/1",
            "equal": Node(difference.isEmpty),
            "old_digest": Node("sha256:" + difference.oldDigest),
            "new_digest": Node("sha256:" + difference.newDigest),
            "files": Node(
                difference.files.map { change in
                    ["name": Node(change.name), "old": object(change.old), "new": object(change.new)]
                }
            ),
            "changes": Node(
                object: difference.sections.map { section in
                    (section.title, Node(section.changes.map(object)))
                }
            ),
        ]
    }

    private static func object(_ entry: Package.Entry?) -> Node {
        guard let entry else { return nil }
        return [
            "size": Node(entry.size), "mode": Node(octal(entry.mode)),
            "sha256": entry.digest.isEmpty ? nil : Node(entry.digest),
        ]
    }

    private static func object(_ change: DocumentChange) -> Node {
        var members: [(String, Node)] = [("path", Node(change.path.map { Node($0) }))]
        if let old = change.old { members.append(("old", old)) }
        if let new = change.new { members.append(("new", new)) }
        return Node(object: members)
    }
}
