public import SystemPackage

/// What tells of some data without showing it: compared with others, and kept in a file.
public protocol StatisticalSpecification: Sendable {
    /// The value of `type` in its file.
    static var typeName: String { get }

    /// What another specification must share to be compared with.
    var kernelKey: KernelKey { get }

    /// Reads a specification from the bytes of its file.
    ///
    /// - Throws: ``SpecificationError`` that names the key and the index of what is wrong.
    init(json bytes: [UInt8]) throws(SpecificationError)

    /// The bytes of its file.
    func jsonBytes() -> [UInt8]

    /// The inner product with another in the kernel's space.
    ///
    /// - Throws: ``SpecificationError`` when the keys differ.
    func innerProduct(with other: Self) throws(SpecificationError) -> Double
}

extension StatisticalSpecification {
    /// The squared maximum mean discrepancy to another: ⟨a, a⟩ − 2⟨a, b⟩ + ⟨b, b⟩, at least 0.
    ///
    /// - Throws: ``SpecificationError`` when the keys differ.
    /// - Complexity: three inner products.
    public func squaredDistance(to other: Self) throws(SpecificationError) -> Double {
        let (own, cross) = (try innerProduct(with: self), try innerProduct(with: other))
        return max(0, own - 2 * cross + (try other.innerProduct(with: other)))
    }

    /// Reads a specification from a file.
    ///
    /// - Parameter path: a regular file of at most 256 MiB.
    /// - Throws: ``SpecificationError``.
    public init(contentsOf path: FilePath) throws(SpecificationError) {
        try self.init(json: SpecificationFile.read(path))
    }

    /// Writes the specification to a file, in the place of what was there.
    ///
    /// - Throws: ``SpecificationError``; then what was there is still there.
    public func write(to path: FilePath) throws(SpecificationError) {
        try SpecificationFile.write(jsonBytes(), to: path)
    }
}
