import CNumerics

/// Images made ready to be compared by the kernel of a convolutional network of infinite width.
///
/// The network has three layers, each a 3 × 3 convolution, a ReLU and a mean of 2 × 2, and a mean of what is left. Its
/// kernel is the covariance of outputs under random weights: Garriga-Alonso, Rasmussen and Aitchison, *Deep Convolutional
/// Networks as shallow Gaussian Processes* (ICLR 2019), equations 9 to 11, with the ReLU's map of Cho and Saul,
/// *Kernel Methods for Deep Learning* (NIPS 2009), equation 6. Variances are √2 for weights and 0.1 for biases in every
/// layer, as in the Python package.
package struct KernelImages<Element: ImageKernelElement>: Sendable {
    /// Rows and columns of an image.
    package static var side: Int { Int(LW_IMAGE_SIDE) }
    static var pixels: Int { Int(LW_IMAGE_PIXELS) }
    static var normCount: Int { Int(LW_IMAGE_NORMS) }

    package let count: Int
    package let channels: Int
    /// Values of one image.
    var width: Int { channels * Self.pixels }

    /// (count × channels × 1024), and for each image its norm at every pixel of every layer, and the inverse.
    let images: AlignedElements<Element>
    let norms: AlignedElements<Element>
    let inverses: AlignedElements<Element>

    /// - Parameters:
    ///   - images: (n × channels·32·32), one image a row.
    ///   - channels: how many planes an image has, at least 1.
    /// - Throws: ``NumericsError`` when rows are not as long as that.
    /// - Complexity: O(n · channels).
    package init(_ images: Matrix<Element>, channels: Int) throws(NumericsError) {
        guard channels > 0, images.columns == channels * Self.pixels else {
            throw NumericsError(
                .wrongShape,
                "a row of \(images.columns) values is not an image of \(channels) × 32 × 32"
            )
        }
        let (count, width, normCount) = (images.rows, images.columns, Self.normCount)
        self.count = count
        self.channels = channels
        let pixels = AlignedElements<Element>(count: count * width) { start in
            images.elements.withUnsafeBufferPointer { source in
                if let source = source.baseAddress { start.update(from: source, count: count * width) }
            }
        }
        let norms = AlignedElements<Element>(count: count * normCount)
        let inverses = AlignedElements<Element>(count: count * normCount)
        for index in 0..<count {
            let place = index * normCount
            Element._imageNorms(
                channels,
                pixels.at(index * width),
                norms.mutable(at: place),
                inverses.mutable(at: place)
            )
        }
        self.images = pixels
        self.norms = norms
        self.inverses = inverses
    }

    func image(_ index: Int) -> _ImageOperand<Element> {
        let place = index * Self.normCount
        return _ImageOperand(pixels: images.at(index * width), norms: norms.at(place), inverses: inverses.at(place))
    }
}

extension KernelImages {
    /// The kernel of every image here with every image there.
    ///
    /// - Parameters:
    ///   - other: m images of as many channels.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: (n × m).
    /// - Throws: ``NumericsError`` when the images have not as many channels.
    /// - Complexity: O(n m · channels).
    package func values(with other: KernelImageBlocks<Element>, threads: Int? = nil) throws(NumericsError) -> Matrix<
        Element
    > {
        guard channels == other.channels else {
            throw NumericsError(
                .wrongShape,
                "images of \(channels) channels are not compared with images of \(other.channels)"
            )
        }
        var result = Matrix<Element>(rows: count, columns: other.count)
        let columns = other.count
        result.withElements { elements in
            guard let elements = elements.baseAddress else { return }
            Parallel.forEach(count, threads: threads, with: KernelScratch<Element>.Own()) { row, own in
                let scratch = own.scratch()
                for block in 0..<other.blockCount {
                    Element._imageKernel(scratch.pair(channels, image(row), other.block(block)))
                    let first = block * Element._imageLanes
                    let filled = min(Element._imageLanes, columns - first)
                    (elements + row * columns + first).update(from: scratch.values.at(0), count: filled)
                }
            }
        }
        return result
    }

    /// The kernel of every image with every other; symmetric to the last bit.
    ///
    /// - Parameter threads: how many threads share the work; nil for one a core.
    /// - Returns: (n × n).
    /// - Complexity: O(n² · channels), half of it saved.
    package func values(threads: Int? = nil) -> Matrix<Element> {
        var result = Matrix<Element>(rows: count, columns: count)
        let (count, blocks) = (count, KernelImageBlocks(self))
        result.withElements { elements in
            guard let elements = elements.baseAddress else { return }
            Parallel.forEach(count, threads: threads, with: KernelScratch<Element>.Own()) { row, own in
                let scratch = own.scratch()
                for block in 0...row / Element._imageLanes {
                    Element._imageKernel(scratch.pair(channels, image(row), blocks.block(block)))
                    for column in block * Element._imageLanes..<min((block + 1) * Element._imageLanes, row + 1) {
                        let value = scratch.values[column % Element._imageLanes]
                        elements[row * count + column] = value
                        elements[column * count + row] = value
                    }
                }
            }
        }
        return result
    }
}
