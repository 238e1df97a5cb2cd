import Documents
import Numerics
import Specifications

/// A specification's points along their two principal components, each as large as its weight.
struct SpecificationPlot {
    private let plane: PrincipalPlane
    private let title: String

    private static let width = 640.0
    private static let height = 480.0
    private static let margin = 48.0
    private static let largestRadius = 22.0
    /// Beyond this, eigenvectors take minutes and a picture shows nothing more.
    private static let mostPoints = 2000

    init(_ specification: AnySpecification) throws(SpecificationError) {
        let weights = specification.weights
        let heaviest = weights.indices.sorted { (weights[$1].magnitude, $0) < (weights[$0].magnitude, $1) }
        let chosen = heaviest.prefix(Self.mostPoints)
        plane = try PrincipalPlane(specification.points.rows(at: chosen), weights: chosen.map { weights[$0] })
        title = "\(weights.count) points of \(specification.points.columns) numbers"
    }

    /// The picture; it holds no text of anybody's but ours.
    var svg: String {
        let (width, height, margin) = (Self.width, Self.height, Self.margin)
        let extent = max(plane.points.reduce(0) { max($0, $1.x.magnitude, $1.y.magnitude) }, .leastNormalMagnitude)
        let scale = (min(width, height) / 2 - margin) / extent
        let largest = max(plane.points.map(\.weight.magnitude).max() ?? 0, .leastNormalMagnitude)
        var picture = Markup()
        picture.element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 \(Int(width)) \(Int(height))",
                "font-family": "sans-serif", "font-size": "13", "role": "img",
            ]
        ) { svg in
            svg.line()
            svg.element("title", text: title)
            svg.element("rect", ["width": "100%", "height": "100%", "fill": "white"]) { _ in }
            svg.element("g", ["stroke": "lightgray"]) { axes in
                axes.element("path", ["d": "M\(text(margin)) \(text(height / 2))H\(text(width - margin))"]) { _ in }
                axes.element("path", ["d": "M\(text(width / 2)) \(text(margin))V\(text(height - margin))"]) { _ in }
            }
            svg.line()
            svg.element("g", ["fill": "steelblue", "fill-opacity": "0.45", "stroke": "steelblue"]) { dots in
                for dot in plane.points where dot.weight != 0 {
                    // Area by weight.
                    let radius = max(1.5, Self.largestRadius * (dot.weight.magnitude / largest).squareRoot())
                    let (x, y) = (text(width / 2 + scale * dot.x), text(height / 2 - scale * dot.y))
                    dots.line()
                    dots.element("circle", ["cx": x, "cy": y, "r": text(radius)]) { _ in }
                }
            }
            svg.line()
            caption("\(title), sized by weight", at: "24", &svg)
            let shares = (percent(plane.shares.0), percent(plane.shares.1))
            caption(
                "across: 1st component, \(shares.0) of the variance; up: 2nd, \(shares.1)",
                at: text(height - 16),
                &svg
            )
        }
        picture.line()
        return picture.description
    }

    /// A line of text in the middle.
    private func caption(_ words: String, at height: String, _ svg: inout Markup) {
        svg.element("text", ["x": text(Self.width / 2), "y": height, "text-anchor": "middle"], text: words)
        svg.line()
    }

    /// A length in hundredths.
    private func text(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

    private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
