import CNumerics

/// The numbers that a ``ConvolutionalNetwork`` can work with; the functions are those of `lw_convolution.h`.
package protocol ConvolutionElement: MatrixElement {
    static func _neighbourhoods(
        _ side: Int,
        _ channels: Int,
        _ image: UnsafePointer<Self>,
        _ rows: UnsafeMutablePointer<Self>
    )
    static func _sumNeighbourhoods(
        _ side: Int,
        _ channels: Int,
        _ rows: UnsafePointer<Self>,
        _ image: UnsafeMutablePointer<Self>
    )
    static func _rectify(
        _ side: Int,
        _ width: Int,
        _ values: UnsafePointer<Self>,
        _ bias: UnsafePointer<Self>,
        _ pooled: UnsafeMutablePointer<Self>,
        _ signs: UnsafeMutablePointer<UInt8>?
    )
    static func _unrectify(
        _ side: Int,
        _ width: Int,
        _ pooled: UnsafePointer<Self>,
        _ signs: UnsafePointer<UInt8>,
        _ values: UnsafeMutablePointer<Self>
    )
    static func _winogradWeights(
        _ kernel: UnsafePointer<Self>,
        _ values: UnsafeMutablePointer<Self>
    )
    static func _winogradTiles(
        _ side: Int,
        _ width: Int,
        _ image: UnsafePointer<Self>,
        _ tiles: UnsafeMutablePointer<Self>,
        _ plane: Int
    )
    static func _winogradUntile(
        _ side: Int,
        _ width: Int,
        _ tiles: UnsafePointer<Self>,
        _ plane: Int,
        _ image: UnsafeMutablePointer<Self>
    )
    static func _winogradRectify(
        _ side: Int,
        _ width: Int,
        _ tiles: UnsafePointer<Self>,
        _ plane: Int,
        _ bias: UnsafePointer<Self>,
        _ pooled: UnsafeMutablePointer<Self>,
        _ signs: UnsafeMutablePointer<UInt8>?
    )
    static func _winogradUnrectify(
        _ side: Int,
        _ width: Int,
        _ pooled: UnsafePointer<Self>,
        _ signs: UnsafePointer<UInt8>,
        _ tiles: UnsafeMutablePointer<Self>,
        _ plane: Int
    )
}

extension Float: ConvolutionElement {
    package static func _neighbourhoods(
        _ side: Int,
        _ channels: Int,
        _ image: UnsafePointer<Float>,
        _ rows: UnsafeMutablePointer<Float>
    ) {
        lw_neighbourhoods_f32(Int32(side), Int32(channels), image, rows)
    }

    package static func _sumNeighbourhoods(
        _ side: Int,
        _ channels: Int,
        _ rows: UnsafePointer<Float>,
        _ image: UnsafeMutablePointer<Float>
    ) {
        lw_sum_neighbourhoods_f32(Int32(side), Int32(channels), rows, image)
    }

    package static func _rectify(
        _ side: Int,
        _ width: Int,
        _ values: UnsafePointer<Float>,
        _ bias: UnsafePointer<Float>,
        _ pooled: UnsafeMutablePointer<Float>,
        _ signs: UnsafeMutablePointer<UInt8>?
    ) {
        lw_rectify_f32(Int32(side), Int32(width), values, bias, pooled, signs)
    }

    package static func _unrectify(
        _ side: Int,
        _ width: Int,
        _ pooled: UnsafePointer<Float>,
        _ signs: UnsafePointer<UInt8>,
        _ values: UnsafeMutablePointer<Float>
    ) {
        lw_unrectify_f32(Int32(side), Int32(width), pooled, signs, values)
    }

    package static func _winogradWeights(
        _ kernel: UnsafePointer<Float>,
        _ values: UnsafeMutablePointer<Float>
    ) {
        lw_winograd_weights_f32(kernel, values)
    }

    package static func _winogradTiles(
        _ side: Int,
        _ width: Int,
        _ image: UnsafePointer<Float>,
        _ tiles: UnsafeMutablePointer<Float>,
        _ plane: Int
    ) {
        lw_winograd_tiles_f32(Int32(side), Int32(width), image, tiles, plane)
    }

    package static func _winogradUntile(
        _ side: Int,
        _ width: Int,
        _ tiles: UnsafePointer<Float>,
        _ plane: Int,
        _ image: UnsafeMutablePointer<Float>
    ) {
        lw_winograd_untile_f32(Int32(side), Int32(width), tiles, plane, image)
    }

    package static func _winogradRectify(
        _ side: Int,
        _ width: Int,
        _ tiles: UnsafePointer<Float>,
        _ plane: Int,
        _ bias: UnsafePointer<Float>,
        _ pooled: UnsafeMutablePointer<Float>,
        _ signs: UnsafeMutablePointer<UInt8>?
    ) {
        lw_winograd_rectify_f32(Int32(side), Int32(width), tiles, plane, bias, pooled, signs)
    }

    package static func _winogradUnrectify(
        _ side: Int,
        _ width: Int,
        _ pooled: UnsafePointer<Float>,
        _ signs: UnsafePointer<UInt8>,
        _ tiles: UnsafeMutablePointer<Float>,
        _ plane: Int
    ) {
        lw_winograd_unrectify_f32(Int32(side), Int32(width), pooled, signs, tiles, plane)
    }
}

extension Double: ConvolutionElement {
    package static func _neighbourhoods(
        _ side: Int,
        _ channels: Int,
        _ image: UnsafePointer<Double>,
        _ rows: UnsafeMutablePointer<Double>
    ) {
        lw_neighbourhoods_f64(Int32(side), Int32(channels), image, rows)
    }

    package static func _sumNeighbourhoods(
        _ side: Int,
        _ channels: Int,
        _ rows: UnsafePointer<Double>,
        _ image: UnsafeMutablePointer<Double>
    ) {
        lw_sum_neighbourhoods_f64(Int32(side), Int32(channels), rows, image)
    }

    package static func _rectify(
        _ side: Int,
        _ width: Int,
        _ values: UnsafePointer<Double>,
        _ bias: UnsafePointer<Double>,
        _ pooled: UnsafeMutablePointer<Double>,
        _ signs: UnsafeMutablePointer<UInt8>?
    ) {
        lw_rectify_f64(Int32(side), Int32(width), values, bias, pooled, signs)
    }

    package static func _unrectify(
        _ side: Int,
        _ width: Int,
        _ pooled: UnsafePointer<Double>,
        _ signs: UnsafePointer<UInt8>,
        _ values: UnsafeMutablePointer<Double>
    ) {
        lw_unrectify_f64(Int32(side), Int32(width), pooled, signs, values)
    }

    package static func _winogradWeights(
        _ kernel: UnsafePointer<Double>,
        _ values: UnsafeMutablePointer<Double>
    ) {
        lw_winograd_weights_f64(kernel, values)
    }

    package static func _winogradTiles(
        _ side: Int,
        _ width: Int,
        _ image: UnsafePointer<Double>,
        _ tiles: UnsafeMutablePointer<Double>,
        _ plane: Int
    ) {
        lw_winograd_tiles_f64(Int32(side), Int32(width), image, tiles, plane)
    }

    package static func _winogradUntile(
        _ side: Int,
        _ width: Int,
        _ tiles: UnsafePointer<Double>,
        _ plane: Int,
        _ image: UnsafeMutablePointer<Double>
    ) {
        lw_winograd_untile_f64(Int32(side), Int32(width), tiles, plane, image)
    }

    package static func _winogradRectify(
        _ side: Int,
        _ width: Int,
        _ tiles: UnsafePointer<Double>,
        _ plane: Int,
        _ bias: UnsafePointer<Double>,
        _ pooled: UnsafeMutablePointer<Double>,
        _ signs: UnsafeMutablePointer<UInt8>?
    ) {
        lw_winograd_rectify_f64(Int32(side), Int32(width), tiles, plane, bias, pooled, signs)
    }

    package static func _winogradUnrectify(
        _ side: Int,
        _ width: Int,
        _ pooled: UnsafePointer<Double>,
        _ signs: UnsafePointer<UInt8>,
        _ tiles: UnsafeMutablePointer<Double>,
        _ plane: Int
    ) {
        lw_winograd_unrectify_f64(Int32(side), Int32(width), pooled, signs, tiles, plane)
    }
}
