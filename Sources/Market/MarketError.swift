import Documents
public import Packaging
public import SystemPackage

/// Why a market could not be opened, read or changed.
public struct MarketError: Error, Equatable, CustomStringConvertible, Sendable {
    /// What a caller may decide on.
    public enum Kind: Equatable, Sendable {
        /// There is no market there, or what is named is not in it.
        case missing
        /// Something is in the way: a market where one is to be made, a state that does not allow it.
        case refused
        /// The package is not one that a market takes.
        case package
        /// The operating system refused: a full disk, a folder that cannot be written.
        case inputOutput
        /// The database cannot be reached, or refuses.
        case database
        /// What is stored does not hold together.
        case corrupt
        /// Someone else holds what is needed for too long.
        case busy
    }

    /// What kind of fault it is.
    public let kind: Kind
    /// One sentence: what is wrong and where.
    public let description: String
    /// What to do about it.
    public let hint: String?
    /// What the reader of packages said, where it did.
    public let packageError: PackageError?
    /// What the operating system answered, where it did.
    public let errno: Errno?

    package init(
        _ kind: Kind,
        _ description: String,
        hint: String? = nil,
        errno: Errno? = nil
    ) {
        self.kind = kind
        self.description = description
        self.hint = hint
        self.errno = errno
        packageError = nil
    }

    init(_ error: PackageError) {
        kind = error.code == nil ? .package : .inputOutput
        description = error.message
        hint = error.hint
        errno = error.code
        packageError = error
    }

    /// What a call answered about a path.
    static func failed(_ verb: String, _ path: FilePath, _ code: Errno) -> MarketError {
        let hint: String? =
            switch code {
            case .noSpace: "the disk is full; nothing was changed"
            case .readOnlyFileSystem, .permissionDenied: "only who may write to the market's folder can change it"
            default: nil
            }
        return MarketError(
            .inputOutput,
            "'\(Printable(path.string))' cannot be \(verb): \(code)",
            hint: hint,
            errno: code
        )
    }
}
