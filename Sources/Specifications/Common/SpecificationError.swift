internal import Numerics
public import SystemPackage

/// Why a specification was not made, read, or compared.
public struct SpecificationError: Error, Hashable, CustomStringConvertible, Sendable {
    /// What kind of fault it is.
    public struct Code: Hashable, Sendable {
        let name: String

        /// The data cannot be specified: no rows, a column without a number, numbers that are too large.
        public static let invalidData = Code(name: "invalidData")
        /// An option has a value that nothing can be made with.
        public static let invalidOption = Code(name: "invalidOption")
        /// A file is no specification, or one that does not hold together.
        public static let invalidFile = Code(name: "invalidFile")
        /// A file cannot be read or written.
        public static let inputOutput = Code(name: "inputOutput")
        /// Two specifications have kernels that cannot be compared.
        public static let kernelMismatch = Code(name: "kernelMismatch")
        /// The task was cancelled.
        public static let cancelled = Code(name: "cancelled")
        /// A computation found no answer.
        public static let numerics = Code(name: "numerics")
    }

    /// What kind of fault it is.
    public let code: Code
    /// What is wrong and where, in one sentence.
    public let description: String
    /// What the operating system answered, where it did.
    public let errno: Errno?

    package init(_ code: Code, _ description: String, errno: Errno? = nil) {
        self.code = code
        self.description = description
        self.errno = errno
    }

    init(_ error: NumericsError) {
        self.init(.numerics, error.description)
    }
}

/// Calls a numeric computation and names its failure as one of a specification.
func numeric<Result>(_ body: () throws(NumericsError) -> Result) throws(SpecificationError) -> Result {
    do throws(NumericsError) {
        return try body()
    } catch {
        throw SpecificationError(error)
    }
}
