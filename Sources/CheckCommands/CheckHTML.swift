import Checking
import Crypto
import Documents
import Foundation
import Learnware

/// A report as one page that loads nothing and runs nothing, whatever the learnware is called.
struct CheckHTML {
    private let report: CheckReport
    private let file: String

    init(_ report: CheckReport, file: String) {
        self.report = report
        self.file = file
    }

    /// Readable by day and by night, in print, and without telling colours apart: every state is a word.
    private static let sheet: StaticString = """
        :root{color-scheme:light dark}
        body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.4rem;overflow-wrap:anywhere}
        table{border-collapse:collapse;width:100%}
        th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #8886;overflow-wrap:anywhere}
        td:first-child,th[scope=row]{white-space:nowrap}
        .fail,.invalid,.unusable{color:#c0392b;font-weight:bold}
        .warning,.unchecked{color:#b9770e;font-weight:bold}
        .pass,.usable{color:#1e8449}
        .note,.skipped{opacity:.75}
        pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.4rem 0;font-size:.85rem}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}
        dd{margin:0;overflow-wrap:anywhere}
        """

    /// What a browser may do with the page: apply this style sheet, and nothing else.
    private static var policy: String {
        let digest = Data(SHA256.hash(data: Data("\(sheet)".utf8))).base64EncodedString()
        return "default-src 'none'; style-src 'sha256-\(digest)'; base-uri 'none'; form-action 'none'"
    }

    private var title: String { "\(Printable(report.name ?? file))" }

    var page: String {
        var page = Markup()
        page.doctype()
        page.element("html", ["lang": "en"]) { html in
            html.element("head") { head in
                head.void("meta", ["charset": "utf-8"])
                head.void("meta", ["http-equiv": "Content-Security-Policy", "content": Self.policy])
                head.void("meta", ["name": "viewport", "content": "width=device-width"])
                head.element("title", text: "\(CheckText.word(report.verdict)): \(title)")
                head.style(Self.sheet)
            }
            html.line()
            html.element("body") { body in
                body.element("main") { main in
                    heading(&main)
                    table(&main)
                    run(&main)
                }
            }
        }
        page.line()
        return page.description
    }

    private func heading(_ page: inout Markup) {
        page.element("h1", text: title)
        page.element("p") { line in
            line.element("strong", ["class": report.verdict.rawValue], text: CheckText.word(report.verdict))
            line.write(": \(report.conclusion)")
        }
        page.line()
    }

    private func table(_ page: inout Markup) {
        page.element("table") { table in
            table.element("thead") { head in
                head.element("tr") { row in
                    for name in ["State", "Check", "What was found"] { row.element("th", ["scope": "col"], text: name) }
                }
            }
            table.line()
            table.element("tbody") { body in
                for result in report.results {
                    body.element("tr") { row in
                        let state = result.finding.state.rawValue
                        row.element("td", ["class": state], text: state)
                        row.element("th", ["scope": "row", "title": result.check.title], text: result.check.rawValue)
                        row.element("td") { finding(result.finding, &$0) }
                    }
                    body.line()
                }
            }
        }
        page.line()
    }

    private func finding(_ finding: Finding, _ cell: inout Markup) {
        cell.write(finding.summary)
        if let quotation = finding.quotation { cell.element("pre", text: quotation) }
        if let remedy = finding.remedy { cell.element("div", text: "→ \(remedy)") }
    }

    private func run(_ page: inout Markup) {
        var rows: [(String, String)] = [("File", "\(Printable(file, limit: 4096))")]
        if let digest = report.digest { rows.append(("Content", "sha256:\(digest)")) }
        rows.append(("Seed", "\(report.options.seed)"))
        if report.options.isStrict { rows.append(("Strict", "warnings decide")) }
        if let run = report.run {
            rows.append(("Isolation", run.isolation))
            rows.append(("Profile", "\(run.profile), sha256:\(run.profileDigest)"))
            if let environment = run.environment { rows.append(("Environment", environment)) }
            rows.append(("Outcome", run.outcome))
        }
        rows.append(("Duration", CheckText.seconds(report.milliseconds)))
        page.element("dl") { list in
            for (term, text) in rows {
                list.element("dt", text: term)
                list.element("dd", text: text)
            }
        }
    }
}
