import Glibc

/// The kernel as its formulas are written: one pair after the other, map after map.
enum NaiveImageKernel {
    static func value(_ left: [Double], _ right: [Double], channels: Int) -> Double {
        var xy = mean(left, right, channels)
        var xx = mean(left, left, channels)
        var yy = mean(right, right, channels)
        for side in [32, 16, 8] {
            (xy, xx, yy) = (boxed(xy, side), boxed(xx, side), boxed(yy, side))
            for index in xy.indices { xy[index] = rectified(xy[index], xx[index], yy[index]) }
            xy = pooled(xy, side)
            xx = pooled(xx.map { $0 / 2 }, side)
            yy = pooled(yy.map { $0 / 2 }, side)
        }
        return xy.reduce(0, +) / 16
    }

    /// The kernel of an image of ones with itself, for other variances: a rectified unit has half the variance.
    static func equalValue(weight: Double, bias: Double) -> Double {
        var map = [Double](repeating: 1, count: 1024)
        for side in [32, 16, 8] { map = pooled(boxed(map, side, weight / 9, bias).map { $0 / 2 }, side) }
        return map.reduce(0, +) / 16
    }

    private static func mean(_ left: [Double], _ right: [Double], _ channels: Int) -> [Double] {
        (0..<1024).map { pixel -> Double in
            var sum = 0.0
            for channel in 0..<channels { sum += left[channel * 1024 + pixel] * right[channel * 1024 + pixel] }
            return sum / Double(channels)
        }
    }

    private static func rectified(_ xy: Double, _ xx: Double, _ yy: Double) -> Double {
        let norm = (xx * yy).squareRoot()
        let angle = acos(min(1, max(-1, xy / norm)))
        let sine = max(0, xx * yy - xy * xy).squareRoot()
        return (sine + (Double.pi - angle) * xy) / (2 * Double.pi)
    }

    private static func boxed(
        _ map: [Double],
        _ side: Int,
        _ weight: Double = Double(Float(2.0.squareRoot() / 9)),
        _ bias: Double = 0.1
    ) -> [Double] {
        (0..<side * side).map { index -> Double in
            var sum = 0.0
            let (row, column) = (index / side, index % side)
            for y in max(0, row - 1)...min(side - 1, row + 1) {
                for x in max(0, column - 1)...min(side - 1, column + 1) { sum += map[y * side + x] }
            }
            return sum * weight + bias
        }
    }

    private static func pooled(_ map: [Double], _ side: Int) -> [Double] {
        let half = side / 2
        return (0..<half * half).map { index -> Double in
            let corner = 2 * (index / half) * side + 2 * (index % half)
            return (map[corner] + map[corner + 1] + map[corner + side] + map[corner + side + 1]) / 4
        }
    }
}
