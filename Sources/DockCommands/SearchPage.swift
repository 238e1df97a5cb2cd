import Documents
import Foundation
import Search

/// What a search found, for people and for programs.
struct SearchPage {
    private let answer: SearchAnswer
    private let catalogue: Catalogue

    init(_ answer: SearchAnswer, _ catalogue: Catalogue) {
        self.answer = answer
        self.catalogue = catalogue
    }

    private func name(_ id: String) -> String { Printable(catalogue.names[id] ?? "", limit: 60).description }

    private static func percent(_ share: Double?) -> String {
        share.map { "\(Int(($0 * 100).rounded())) %" } ?? ""
    }

    var text: String {
        var lines: [String] = []
        if let mixture = answer.mixture {
            lines.append("together, score \(Self.number(mixture.score)):")
            for member in mixture.members {
                lines.append("  \(member.id)  weight \(Self.number(member.weight))  \(name(member.id))")
                if let share = member.share {
                    lines.append(
                        "            fits \(Self.percent(share)) of your data better than the others; "
                            + "without it the distance grows by \(Self.number(member.loss ?? 0))"
                    )
                }
            }
            lines.append("alone:")
        }
        for hit in answer.singles {
            let score = hit.score.map { "score \(Self.number($0))  " } ?? ""
            let relative = hit.relativeScore.map { "(Python's \(Self.number($0)))  " } ?? ""
            lines.append("  \(hit.id)  \(score)\(relative)\(name(hit.id))")
        }
        if answer.singles.isEmpty {
            lines.append(
                catalogue.candidates.isEmpty
                    ? "no learnware of this market is usable yet; 'lw-dock check' checks those that wait"
                    : "nothing was found"
            )
        }
        lines += answer.leftOut.map(\.description)
        if let unreadable = catalogue.unreadable {
            lines.append("\(unreadable.count) could not be read, such as \(Printable(unreadable.reason, limit: 200))")
        }
        return lines.joined(separator: "\n")
    }

    private static func number(_ value: Double) -> String { String(format: "%.3f", value) }

    var object: Node {
        Node(object: [
            ("schema", "learnware/search/1"),
            ("singles", Node(answer.singles.map(object))),
            ("mixture", answer.mixture.map(object) ?? nil),
            ("left_out", Node(answer.leftOut.map { Node($0.description) })),
            ("unreadable", Node(catalogue.unreadable?.count ?? 0)),
        ])
    }

    private func object(_ hit: SearchAnswer.Hit) -> Node {
        Node(object: [
            ("id", Node(hit.id)), ("name", Node(catalogue.names[hit.id] ?? "")),
            ("squared_mmd", Self.node(hit.squaredDistance)), ("score", Self.node(hit.score)),
            ("relative_score", Self.node(hit.relativeScore)), ("relevance", Self.node(hit.relevance)),
            ("coverage", Self.node(hit.coverage)),
        ])
    }

    private func object(_ mixture: SearchAnswer.Mixture) -> Node {
        Node(object: [
            ("squared_mmd", Node(mixture.squaredDistance)), ("score", Node(mixture.score)),
            ("relative_score", Self.node(mixture.relativeScore)),
            (
                "members",
                Node(
                    mixture.members.map { member in
                        Node(object: [
                            ("id", Node(member.id)), ("name", Node(catalogue.names[member.id] ?? "")),
                            ("weight", Node(member.weight)), ("share", Self.node(member.share)),
                            ("loss", Self.node(member.loss)), ("squared_mmd", Node(member.squaredDistance)),
                        ])
                    }
                )
            ),
        ])
    }

    private static func node(_ value: Double?) -> Node { value.map { Node($0) } ?? nil }
}
