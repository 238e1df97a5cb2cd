import CNumerics

/// The numbers that a ``ConvolutionalNetwork`` can work with.
package protocol ConvolutionElement: MatrixElement {
    static var _convolution: _ConvolutionSteps<Self> { get }
}

/// The functions of `lw_convolution.h` for one type; what they take is said there.
package struct _ConvolutionSteps<Element>: Sendable {
    typealias Source = UnsafePointer<Element>?
    typealias Target = UnsafeMutablePointer<Element>?
    typealias Signs = UnsafePointer<UInt8>?
    typealias NewSigns = UnsafeMutablePointer<UInt8>?

    let neighbourhoods: @Sendable (_ side: Int32, _ channels: Int32, _ image: Source, _ rows: Target) -> Void
    let sumNeighbourhoods: @Sendable (_ side: Int32, _ channels: Int32, _ rows: Source, _ image: Target) -> Void
    let rectify: @Sendable (_ side: Int32, _ width: Int32, _ values: Source, _ bias: Source, Target, NewSigns) -> Void
    let unrectify: @Sendable (_ side: Int32, _ width: Int32, _ pooled: Source, Signs, _ values: Target) -> Void
    let weights: @Sendable (_ kernel: Source, _ values: Target) -> Void
    let tiles: @Sendable (_ side: Int32, _ width: Int32, _ image: Source, _ tiles: Target, _ plane: Int) -> Void
    let untile: @Sendable (_ side: Int32, _ width: Int32, _ tiles: Source, _ plane: Int, _ image: Target) -> Void
    let rectifyTiles:
        @Sendable (_ side: Int32, _ width: Int32, _ tiles: Source, _ plane: Int, _ bias: Source, Target, NewSigns) ->
            Void
    let unrectifyTiles:
        @Sendable (_ side: Int32, _ width: Int32, _ pooled: Source, Signs, _ tiles: Target, _ plane: Int) -> Void
}

extension Float: ConvolutionElement {
    package static let _convolution = _ConvolutionSteps<Float>(
        neighbourhoods: lw_neighbourhoods_f32,
        sumNeighbourhoods: lw_sum_neighbourhoods_f32,
        rectify: lw_rectify_f32,
        unrectify: lw_unrectify_f32,
        weights: lw_winograd_weights_f32,
        tiles: lw_winograd_tiles_f32,
        untile: lw_winograd_untile_f32,
        rectifyTiles: lw_winograd_rectify_f32,
        unrectifyTiles: lw_winograd_unrectify_f32
    )
}

extension Double: ConvolutionElement {
    package static let _convolution = _ConvolutionSteps<Double>(
        neighbourhoods: lw_neighbourhoods_f64,
        sumNeighbourhoods: lw_sum_neighbourhoods_f64,
        rectify: lw_rectify_f64,
        unrectify: lw_unrectify_f64,
        weights: lw_winograd_weights_f64,
        tiles: lw_winograd_tiles_f64,
        untile: lw_winograd_untile_f64,
        rectifyTiles: lw_winograd_rectify_f64,
        unrectifyTiles: lw_winograd_unrectify_f64
    )
}
