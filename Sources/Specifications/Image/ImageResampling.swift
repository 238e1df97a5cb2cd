import Numerics

/// Scales planes by bilinear interpolation with antialiasing.
///
/// Each result is a mean of the source with the weights of a triangle, as wide as one result where the source is finer:
/// what Pillow's `Image.resize(…, BILINEAR)` and `torchvision.transforms.Resize(antialias=True)` compute, columns first.
/// The reference is the latter; without rounding to bytes in between they agree to single precision.
struct ImageResampling: Sendable {
    /// The source's places that one result is the mean of, and their weights, which sum to 1.
    struct Taps: Sendable {
        var first: Int
        var weights: [Double]
    }

    let rows: [Taps]
    let columns: [Taps]
    private let height: Int
    private let width: Int

    init(fromHeight height: Int, width: Int, toHeight newHeight: Int, width newWidth: Int) {
        self.height = height
        self.width = width
        rows = Self.taps(from: height, to: newHeight)
        columns = Self.taps(from: width, to: newWidth)
    }

    private static func taps(from source: Int, to target: Int) -> [Taps] {
        let scale = Double(source) / Double(target)
        let support = max(scale, 1)
        return (0..<target).map { index in
            let center = (Double(index) + 0.5) * scale
            let first = max(0, Int(center - support + 0.5))
            let end = min(source, Int(center + support + 0.5))
            let weights = (first..<end).map { max(0, 1 - abs((Double($0) - center + 0.5) / support)) }
            let sum = weights.reduce(0, +)
            return Taps(first: first, weights: weights.map { $0 / sum })
        }
    }

    /// Scales one plane.
    ///
    /// - Parameters:
    ///   - plane: (height × width).
    ///   - result: takes (new height × new width).
    func scale(_ plane: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>) {
        var narrow = [Double](repeating: 0, count: height * columns.count)
        for row in 0..<height {
            for (index, taps) in columns.enumerated() {
                var sum = 0.0
                for (place, weight) in taps.weights.enumerated() {
                    sum += weight * Double(plane[row * width + taps.first + place])
                }
                narrow[row * columns.count + index] = sum
            }
        }
        for (index, taps) in rows.enumerated() {
            for column in columns.indices {
                var sum = 0.0
                for (place, weight) in taps.weights.enumerated() {
                    sum += weight * narrow[(taps.first + place) * columns.count + column]
                }
                result[index * columns.count + column] = Float(sum)
            }
        }
    }
}
