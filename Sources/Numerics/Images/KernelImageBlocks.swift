/// Images made ready to be compared with another, several at a time: pixel by pixel, the images of a block side by side.
package struct KernelImageBlocks<Element: ImageKernelElement>: Sendable {
    package let count: Int
    package let channels: Int
    var width: Int { channels * KernelImages<Element>.pixels }
    var blockCount: Int { (count + Element._imageLanes - 1) / Element._imageLanes }

    private let images: AlignedElements<Element>
    private let norms: AlignedElements<Element>
    private let inverses: AlignedElements<Element>

    /// - Complexity: O(n · channels), in memory too.
    package init(_ source: KernelImages<Element>) {
        count = source.count
        channels = source.channels
        let normCount = KernelImages<Element>.normCount
        images = Self.interleaved(source.images, count: source.count, width: source.width)
        norms = Self.interleaved(source.norms, count: source.count, width: normCount)
        inverses = Self.interleaved(source.inverses, count: source.count, width: normCount)
    }

    /// The last block is filled up with zeros.
    private static func interleaved(
        _ rows: AlignedElements<Element>,
        count: Int,
        width: Int
    ) -> AlignedElements<Element> {
        let lanes = Element._imageLanes
        let blocks = (count + lanes - 1) / lanes
        return AlignedElements(count: blocks * width * lanes) { start in
            for index in 0..<count {
                let lane = start + index / lanes * width * lanes + index % lanes
                let row = rows.at(index * width)
                for place in 0..<width { lane[place * lanes] = row[place] }
            }
        }
    }

    func block(_ index: Int) -> _ImageOperand<Element> {
        let lanes = Element._imageLanes
        let place = index * KernelImages<Element>.normCount * lanes
        return _ImageOperand(
            pixels: images.at(index * width * lanes),
            norms: norms.at(place),
            inverses: inverses.at(place)
        )
    }
}

/// What one thread compares images with.
struct KernelScratch<Element: ImageKernelElement> {
    let values = AlignedElements<Element>(count: Element._imageLanes)
    private let memory = AlignedElements<Element>(count: Element._imageScratch)
    var working: UnsafeMutablePointer<Element> { memory.mutable(at: 0) }

    func pair(
        _ channels: Int,
        _ image: _ImageOperand<Element>,
        _ block: _ImageOperand<Element>
    ) -> _ImagePair<Element> {
        _ImagePair(
            channels: channels,
            image: image,
            block: block,
            values: values.mutable(at: 0),
            scratch: working
        )
    }

    /// A thread's own, made when it begins: copies of a scratch would share its memory.
    struct Own {
        private var made: KernelScratch?

        mutating func scratch() -> KernelScratch {
            if let made { return made }
            let scratch = KernelScratch()
            made = scratch
            return scratch
        }
    }
}
