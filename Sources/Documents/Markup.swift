/// HTML or SVG that is being written: the one way in which text gets into a page.
///
/// Names of elements and attributes are ours; everything else is escaped, so that no text can open an element, leave an
/// attribute or become a script. Whoever passes on a stranger's text makes it ``Printable`` first.
package struct Markup: Sendable {
    private var text = ""

    package init() {}

    /// What was written.
    package var description: String { text }

    /// Writes text.
    package mutating func write(_ content: some StringProtocol) {
        text += Self.escaped(content)
    }

    /// Writes an element with what is written inside it.
    ///
    /// - Parameters:
    ///   - name: of ours.
    ///   - attributes: names of ours; the values are escaped.
    ///   - content: writes what is inside.
    package mutating func element(
        _ name: StaticString,
        _ attributes: KeyValuePairs<StaticString, String> = [:],
        content: (inout Markup) -> Void
    ) {
        open(name, attributes)
        text += ">"
        content(&self)
        text += "</\(name)>"
    }

    /// Writes an element that holds a text.
    package mutating func element(
        _ name: StaticString,
        _ attributes: KeyValuePairs<StaticString, String> = [:],
        text content: String
    ) {
        element(name, attributes) { $0.write(content) }
    }

    /// Writes an element of HTML that holds nothing and is not closed, such as `meta`.
    package mutating func void(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:]) {
        open(name, attributes)
        text += ">"
    }

    /// Writes a style sheet, the one text that is not escaped: it is a constant of the program.
    package mutating func style(_ sheet: StaticString) {
        text += "<style>\(sheet)</style>"
    }

    /// Begins a document of HTML.
    package mutating func doctype() {
        text += "<!doctype html>\n"
    }

    /// Ends a line, for people who read the source.
    package mutating func line() {
        text += "\n"
    }

    private mutating func open(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>) {
        text += "<\(name)"
        for (attribute, value) in attributes { text += " \(attribute)=\"\(Self.escaped(value))\"" }
    }

    /// Text that is only text, between elements and inside quoted attributes.
    package static func escaped(_ content: some StringProtocol) -> String {
        var escaped = ""
        for scalar in content.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
