/// One dependency outside the `pip` part.
public struct CondaDependency: Hashable, Sendable {
    /// What becomes of a dependency.
    public enum Role: String, Sendable {
        /// A part of conda or of the operating system that wheels bring themselves.
        case system
        /// A Python package that is among the requirements.
        case wheel
        /// Something that only conda can install.
        case unknown
    }

    /// The name in conda's channels.
    public let name: String
    /// The version as the file gives it; empty for any.
    public let version: String
    /// What becomes of it.
    public let role: Role
    /// The line in the file, counted from 1.
    public let line: Int
}
