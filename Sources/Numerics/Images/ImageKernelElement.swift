import CNumerics

/// The numbers that the images' kernel is computed in: `Float` for fitting, `Double` for comparison.
package protocol ImageKernelElement: MatrixElement {
    /// Images that are compared with another at a time.
    static var _imageLanes: Int { get }
    /// Elements of working memory that the functions below need.
    static var _imageScratch: Int { get }

    /// The norms of one image and their inverses; see `lw_image_kernel.h`.
    static func _imageNorms(
        _ channels: Int,
        _ image: UnsafePointer<Self>,
        _ norms: UnsafeMutablePointer<Self>,
        _ inverses: UnsafeMutablePointer<Self>
    )

    /// The kernel of one image with a block of them.
    static func _imageKernel(_ pair: _ImagePair<Self>)

    /// The same, and the derivative by the block's images.
    static func _imageGradient(
        _ pair: _ImagePair<Self>,
        weight: Self,
        gradient: UnsafeMutablePointer<Self>,
        normGradient: UnsafeMutablePointer<Self>
    )

    /// Adds what comes by way of the block's norms.
    static func _finishImageGradient(
        _ channels: Int,
        _ block: _ImageOperand<Self>,
        gradient: UnsafeMutablePointer<Self>,
        normGradient: UnsafeMutablePointer<Self>,
        scratch: UnsafeMutablePointer<Self>
    )
}

/// One image, or a block of images that lie pixel by pixel.
package struct _ImageOperand<Element> {
    var pixels: UnsafePointer<Element>
    var norms: UnsafePointer<Element>
    var inverses: UnsafePointer<Element>
}

/// One image and the block that it is compared with.
package struct _ImagePair<Element> {
    var channels: Int
    var image: _ImageOperand<Element>
    var block: _ImageOperand<Element>
    /// As many as a block has images.
    var values: UnsafeMutablePointer<Element>
    var scratch: UnsafeMutablePointer<Element>
}

extension Float: ImageKernelElement {
    package static var _imageLanes: Int { Int(LW_IMAGE_LANES_F32) }
    package static var _imageScratch: Int { Int(LW_IMAGE_LANES_F32) * 4 * Int(LW_IMAGE_NORMS) }

    package static func _imageNorms(
        _ channels: Int,
        _ image: UnsafePointer<Float>,
        _ norms: UnsafeMutablePointer<Float>,
        _ inverses: UnsafeMutablePointer<Float>
    ) {
        lw_image_norms_f32(Int32(channels), image, norms, inverses)
    }

    package static func _imageKernel(_ pair: _ImagePair<Float>) {
        let (image, block) = (pair.image, pair.block)
        lw_image_kernel_f32(
            Int32(pair.channels),
            image.pixels,
            image.norms,
            image.inverses,
            block.pixels,
            block.norms,
            block.inverses,
            pair.values,
            pair.scratch
        )
    }

    package static func _imageGradient(
        _ pair: _ImagePair<Float>,
        weight: Float,
        gradient: UnsafeMutablePointer<Float>,
        normGradient: UnsafeMutablePointer<Float>
    ) {
        let (image, block) = (pair.image, pair.block)
        lw_image_gradient_f32(
            Int32(pair.channels),
            image.pixels,
            image.norms,
            image.inverses,
            block.pixels,
            block.norms,
            block.inverses,
            weight,
            pair.values,
            gradient,
            normGradient,
            pair.scratch
        )
    }

    package static func _finishImageGradient(
        _ channels: Int,
        _ block: _ImageOperand<Float>,
        gradient: UnsafeMutablePointer<Float>,
        normGradient: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        lw_image_gradient_finish_f32(Int32(channels), block.pixels, block.inverses, gradient, normGradient, scratch)
    }
}

extension Double: ImageKernelElement {
    package static var _imageLanes: Int { Int(LW_IMAGE_LANES_F64) }
    package static var _imageScratch: Int { Int(LW_IMAGE_LANES_F64) * 4 * Int(LW_IMAGE_NORMS) }

    package static func _imageNorms(
        _ channels: Int,
        _ image: UnsafePointer<Double>,
        _ norms: UnsafeMutablePointer<Double>,
        _ inverses: UnsafeMutablePointer<Double>
    ) {
        lw_image_norms_f64(Int32(channels), image, norms, inverses)
    }

    package static func _imageKernel(_ pair: _ImagePair<Double>) {
        let (image, block) = (pair.image, pair.block)
        lw_image_kernel_f64(
            Int32(pair.channels),
            image.pixels,
            image.norms,
            image.inverses,
            block.pixels,
            block.norms,
            block.inverses,
            pair.values,
            pair.scratch
        )
    }

    package static func _imageGradient(
        _ pair: _ImagePair<Double>,
        weight: Double,
        gradient: UnsafeMutablePointer<Double>,
        normGradient: UnsafeMutablePointer<Double>
    ) {
        let (image, block) = (pair.image, pair.block)
        lw_image_gradient_f64(
            Int32(pair.channels),
            image.pixels,
            image.norms,
            image.inverses,
            block.pixels,
            block.norms,
            block.inverses,
            weight,
            pair.values,
            gradient,
            normGradient,
            pair.scratch
        )
    }

    package static func _finishImageGradient(
        _ channels: Int,
        _ block: _ImageOperand<Double>,
        gradient: UnsafeMutablePointer<Double>,
        normGradient: UnsafeMutablePointer<Double>,
        scratch: UnsafeMutablePointer<Double>
    ) {
        lw_image_gradient_finish_f64(Int32(channels), block.pixels, block.inverses, gradient, normGradient, scratch)
    }
}
