/// Numbers at an address that the widest vector registers load from without crossing a cache line.
///
/// - Note: written only while they are made; so they are shared freely afterwards.
final class AlignedElements<Element: MatrixElement>: Sendable {
    // SAFETY: nothing writes through it once `init(count:fill:)` has returned, except ``withMutableElements(_:)``, whose
    // callers hold the only reference.
    private nonisolated(unsafe) let elements: UnsafeMutableBufferPointer<Element>

    static var alignment: Int { 64 }

    /// Zeros, and what `fill` makes of them.
    init(count: Int, fill: (UnsafeMutablePointer<Element>) -> Void = { _ in }) {
        let bytes = max(1, count) * MemoryLayout<Element>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: Self.alignment)
        let start = memory.bindMemory(to: Element.self, capacity: max(1, count))
        start.initialize(repeating: 0, count: max(1, count))
        elements = UnsafeMutableBufferPointer(start: start, count: count)
        fill(start)
    }

    deinit {
        elements.baseAddress?.deallocate()
    }

    subscript(index: Int) -> Element { elements[index] }

    /// The address of an element.
    func at(_ index: Int) -> UnsafePointer<Element> {
        UnsafePointer(address(of: index))
    }

    /// The address of an element, for whoever holds the only reference.
    func mutable(at index: Int) -> UnsafeMutablePointer<Element> {
        address(of: index)
    }

    private func address(of index: Int) -> UnsafeMutablePointer<Element> {
        guard let start = elements.baseAddress else { preconditionFailure("memory was allocated") }
        return start + index
    }
}
