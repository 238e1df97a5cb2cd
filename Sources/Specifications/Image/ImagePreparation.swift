package import Numerics

/// What becomes of images before they are fitted: repaired, scaled to 32 × 32, standardised and whitened.
package enum ImagePreparation {
    static let side = 32

    /// - Parameters:
    ///   - images: n images.
    ///   - whitening: whether images of several channels are whitened.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: (n × channels·1024).
    /// - Throws: ``SpecificationError`` when an image has no finite value, or the eigenvalues are not found.
    /// - Complexity: O(n d² + d³) with d = channels·1024, and d³ becomes n³ where there are fewer images.
    package static func prepared(
        _ images: ImageSet,
        whitening: Bool,
        threads: Int?
    ) throws(SpecificationError) -> Matrix<Float> {
        var values = try repaired(images)
        if images.height != side || images.width != side { values = scaled(values, images, threads: threads) }
        standardise(&values, count: images.count, channels: images.channels)
        let width = images.channels * side * side
        let matrix = Matrix(unchecked: values, rows: images.count, columns: width)
        guard whitening, images.channels > 1 else { return matrix }
        return try numeric { () throws(NumericsError) in try whitened(matrix, threads: threads) }
    }

    /// Each value that is no finite number becomes the mean of the image's others.
    package static func repaired(_ images: ImageSet) throws(SpecificationError) -> [Float] {
        var values = images.values
        for index in 0..<images.count {
            let range = index * images.imageCount..<(index + 1) * images.imageCount
            var (sum, finite) = (0.0, 0)
            for place in range where values[place].isFinite {
                sum += Double(values[place])
                finite += 1
            }
            guard finite < range.count else { continue }
            guard finite > 0 else {
                throw SpecificationError(.invalidData, "image \(index) has no value that is a finite number")
            }
            let mean = Float(sum / Double(finite))
            for place in range where !values[place].isFinite { values[place] = mean }
        }
        return values
    }

    package static func scaled(_ values: [Float], _ images: ImageSet, threads: Int?) -> [Float] {
        let resampling = ImageResampling(
            fromHeight: images.height,
            width: images.width,
            toHeight: side,
            width: side
        )
        let planes = images.count * images.channels
        var result = Matrix<Float>(rows: planes, columns: side * side)
        values.withUnsafeBufferPointer { source in
            result.withElements { target in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                Parallel.forEach(planes, threads: threads) { plane in
                    let from = source + plane * images.height * images.width
                    resampling.scale(from, into: target + plane * side * side)
                }
            }
        }
        return result.elements
    }

    /// Mean 0 and sample deviation 1 for each channel over all images; a channel without variance becomes 0.
    package static func standardise(_ values: inout [Float], count: Int, channels: Int) {
        let pixels = side * side
        for channel in 0..<channels {
            var sum = 0.0
            for image in 0..<count {
                let start = (image * channels + channel) * pixels
                for place in start..<start + pixels { sum += Double(values[place]) }
            }
            let mean = sum / Double(count * pixels)
            var squares = 0.0
            for image in 0..<count {
                let start = (image * channels + channel) * pixels
                for place in start..<start + pixels {
                    let difference = Double(values[place]) - mean
                    squares += difference * difference
                }
            }
            let deviation = (squares / Double(count * pixels - 1)).squareRoot()
            let factor = deviation > 0 ? 1 / deviation : 0
            for image in 0..<count {
                let start = (image * channels + channel) * pixels
                for place in start..<start + pixels { values[place] = Float((Double(values[place]) - mean) * factor) }
            }
        }
    }

    /// The part of the mean variance that is added to every direction's, so that the least of them are not blown up.
    static let ridge: Float = 0.1

    /// ZCA whitening (Bell and Sejnowski 1997): X C^(−1/2), where C = XᵀX / n + ridge · (mean variance) · I.
    ///
    /// With fewer images than values, the same by the eigenvectors U of XXᵀ / n: X f(XᵀX / n) = f(XXᵀ / n) X.
    package static func whitened(_ images: Matrix<Float>, threads: Int?) throws(NumericsError) -> Matrix<Float> {
        let isWide = images.rows < images.columns
        let (left, right): (Factor<Float>, Factor<Float>) =
            isWide ? (.plain(images), .transposed(images)) : (.transposed(images), .plain(images))
        var covariance = try Matrix.product(left, right, threads: threads)
        let inverseCount = 1 / Float(images.rows)
        covariance.withElements { elements in
            for place in elements.indices { elements[place] *= inverseCount }
        }
        let trace = (0..<covariance.rows).reduce(Float(0)) { $0 + covariance[$1, $1] }
        let added = ridge * trace / Float(images.columns)
        guard added > 0 else { return images }
        let (values, vectors) = try covariance.symmetricEigen()
        var scaled = vectors
        let factors = values.map { 1 / (max(0, $0) + added).squareRoot() }
        let columns = scaled.columns
        scaled.withElements { elements in
            for place in elements.indices { elements[place] *= factors[place % columns] }
        }
        let transform = try Matrix.product(.plain(scaled), .transposed(vectors), threads: threads)
        return isWide
            ? try transform.multiplied(by: images, threads: threads)
            : try images.multiplied(by: transform, threads: threads)
    }
}
