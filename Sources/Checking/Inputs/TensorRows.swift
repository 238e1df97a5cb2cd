import Tensors

extension [Tensor] {
    /// The same rows in another order.
    func rows(in order: [Int]) throws(TensorError) -> [Tensor] {
        var tensors: [Tensor] = []
        for tensor in self { tensors.append(try Tensor.concatenating(order.map { tensor.rows($0..<$0 + 1) })) }
        return tensors
    }

    /// Some rows.
    func rows(_ range: Range<Int>) -> [Tensor] { map { $0.rows(range) } }

    /// The values without the tensors that say which of them are there.
    var values: [Tensor] { filter { $0.validFor == nil } }
}
