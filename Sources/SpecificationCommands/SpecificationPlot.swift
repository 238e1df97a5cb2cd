import Numerics
import Specifications

/// A specification's points along their two principal components.
///
/// Principal components of the points as they are weighted: with X the centred points, each row times the root of its
/// weight, the eigenvectors of X Xᵀ give the same coordinates as those of Xᵀ X, and there are fewer points than features
/// where features are many.
struct SpecificationPlot {
    private struct Dot {
        var x, y, weight: Double
    }

    private let dots: [Dot]
    /// What of the points' variance each axis shows, 0 to 1.
    private let shares: [Double]
    private let title: String

    private static let width = 640.0
    private static let height = 480.0
    private static let margin = 48.0
    private static let largestRadius = 22.0
    /// Beyond this, eigenvectors take minutes.
    private static let mostPoints = 2000

    init(_ specification: AnySpecification) throws(NumericsError) {
        let heaviest = specification.weights.indices.sorted {
            (specification.weights[$1].magnitude, $0) < (specification.weights[$0].magnitude, $1)
        }
        let chosen = heaviest.prefix(Self.mostPoints)
        let weights = chosen.map { specification.weights[$0].magnitude }
        let points = specification.points.rows(at: chosen)
        let (coordinates, shares) = try Self.components(of: points, weights: weights)
        self.shares = shares
        dots = zip(coordinates, weights).map { Dot(x: $0.0, y: $0.1, weight: $1) }
        title = "\(specification.weights.count) points of \(specification.points.columns) numbers"
    }

    private static func components(
        of points: Matrix<Double>,
        weights: [Double]
    ) throws(NumericsError) -> (coordinates: [(Double, Double)], shares: [Double]) {
        let total = max(weights.reduce(0, +), .leastNormalMagnitude)
        var mean = [Double](repeating: 0, count: points.columns)
        for (row, weight) in weights.enumerated() {
            for (column, value) in points.row(row).enumerated() { mean[column] += weight / total * value }
        }
        var centred = Matrix<Double>(rows: points.rows, columns: points.columns)
        for row in 0..<points.rows {
            let root = (weights[row] / total).squareRoot()
            for (column, value) in points.row(row).enumerated() { centred[row, column] = root * (value - mean[column]) }
        }
        let (values, vectors) = try centred.multiplied(by: centred.transposed).symmetricEigen()
        let variance = max(values.reduce(0) { $0 + max(0, $1) }, .leastNormalMagnitude)
        let axes = [points.rows - 1, points.rows - 2].map { $0 >= 0 && values[$0] > 0 ? $0 : nil }
        let coordinates = (0..<points.rows).map { row in
            let place = axes.map { axis -> Double in
                guard let axis, weights[row] > 0 else { return 0 }
                // A weighted point's coordinate is its entry of the eigenvector times the singular value, over the root.
                return vectors[row, axis] * values[axis].squareRoot() / (weights[row] / total).squareRoot()
            }
            return (place[0], place[1])
        }
        return (coordinates, axes.map { axis in axis.map { values[$0] / variance } ?? 0 })
    }

    /// The picture; it holds no text of anybody's but ours.
    var svg: String {
        let (width, height, margin) = (Self.width, Self.height, Self.margin)
        let extent = max(dots.reduce(0) { max($0, $1.x.magnitude, $1.y.magnitude) }, .leastNormalMagnitude)
        let scale = (min(width, height) / 2 - margin) / extent
        let largest = max(dots.map(\.weight).max() ?? 0, .leastNormalMagnitude)
        func text(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
        var lines = [
            #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(Int(width)) \#(Int(height))" "#
                + #"font-family="sans-serif" font-size="13" role="img">"#,
            "<title>\(title)</title>",
            #"<rect width="100%" height="100%" fill="white"/>"#,
            #"<g stroke="lightgray"><path d="M\#(text(margin)) \#(text(height / 2))H\#(text(width - margin))"/>"#
                + #"<path d="M\#(text(width / 2)) \#(text(margin))V\#(text(height - margin))"/></g>"#,
            #"<g fill="steelblue" fill-opacity="0.45" stroke="steelblue">"#,
        ]
        for dot in dots where dot.weight > 0 {
            // Area by weight.
            let radius = max(1.5, Self.largestRadius * (dot.weight / largest).squareRoot())
            lines.append(
                #"<circle cx="\#(text(width / 2 + scale * dot.x))" cy="\#(text(height / 2 - scale * dot.y))" "#
                    + #"r="\#(text(radius))"/>"#
            )
        }
        func percent(_ place: Int) -> String { "\(Int((shares[place] * 100).rounded())) %" }
        lines += [
            "</g>",
            #"<text x="\#(text(width / 2))" y="24" text-anchor="middle">\#(title), sized by weight</text>"#,
            #"<text x="\#(text(width - margin))" y="\#(text(height / 2 - 6))" text-anchor="end">"#
                + "1st component, \(percent(0)) of the variance</text>",
            #"<text x="\#(text(width / 2 + 6))" y="\#(text(margin - 4))">2nd, \#(percent(1))</text>"#,
            "</svg>", "",
        ]
        return lines.joined(separator: "\n")
    }
}
