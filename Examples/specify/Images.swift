import Foundation
import Numerics
import Specifications
import SystemPackage

/// Images of 32 × 32 pixels in a file of raw 32-bit floating-point numbers.
func images(_ path: String, _ count: Int, _ channels: Int) throws -> ImageSet {
    let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    let size = min(count * channels * 1024, data.count / 4)
    let values = data.withUnsafeBytes { bytes in
        (0..<size).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
    }
    return try ImageSet(values, shape: [count, channels, 32, 32])
}

/// `images COUNT CHANNELS ROUNDS POINTS NETWORKS ROWS FILE OUTPUT`: fits by so many networks, or by the kernel for 0.
func fitImages(_ words: [String]) throws {
    let numbers = words.compactMap { Int($0) }
    let set = try images(words[7], numbers[0], numbers[1])
    var options = RKMEImageOptions()
    (options.rounds, options.pointCount) = (numbers[2], numbers[3])
    // So that the fit is what takes the time.
    (options.isWhitened, options.guardsPrivacy) = (false, false)
    if numbers[4] > 0 { options.method = .networks(ImageNetworks(count: numbers[4]), rowsEach: numbers[5]) }
    let (specification, times) = try timed(1) { try RKMEImageSpecification(fitting: set, options: options) }
    try specification.write(to: FilePath(words[8]))
    print("{\"milliseconds\": \(times)}")
}

/// `pairs COUNT CHANNELS CALLS THREADS FILE`: two specifications of all images, made ready and compared.
func comparePairs(_ words: [String]) throws {
    let numbers = words.compactMap { Int($0) }
    let (count, calls, threads) = (numbers[0], numbers[2], numbers[3])
    var options = RKMEImageOptions()
    (options.isWhitened, options.reduces) = (false, false)
    let specification = try RKMEImageSpecification(fitting: images(words[5], count, numbers[1]), options: options)
    let (one, preparing) = try timed(calls) { try ImageEmbedding(specification, threads: threads) }
    let other = try ImageEmbedding(specification, threads: threads)
    let (product, times) = try timed(calls) { try one.innerProduct(with: other, threads: threads) }
    print("{\"milliseconds\": \(times), \"preparing\": \(preparing), \"sum\": \(product)}")
}
