package import Tensors

extension ImageSet {
    /// Takes the images of a data file.
    ///
    /// - Parameter tensor: (n × channels × rows × columns), or (n × rows × columns) for grey images; of any type of number.
    /// - Throws: ``SpecificationError`` when it has another shape, or holds texts.
    package init(_ tensor: Tensor) throws(SpecificationError) {
        var shape = tensor.shape
        if shape.count == 3 { shape.insert(1, at: 1) }
        let values: [Double]
        do throws(TensorError) {
            values = try tensor.doubles()
        } catch {
            throw SpecificationError(.invalidData, "images are numbers: \(error)")
        }
        try self.init(values.map { Float($0) }, shape: shape)
    }
}
