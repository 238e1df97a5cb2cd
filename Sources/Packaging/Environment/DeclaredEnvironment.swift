/// What a TOML file, `pyproject.toml` or `pylock.toml`, asks for.
public struct DeclaredEnvironment: Sendable {
    /// Something that the file says and nobody obeys.
    public struct Remark: Hashable, Sendable {
        /// The line in the file, counted from 1.
        public let line: Int
        /// One clause; what it quotes is printable already.
        public let text: String
    }

    /// The interpreter's versions as PEP 440 writes them, such as `>=3.9`; nil when the file names none.
    public internal(set) var pythonSpecifier: String?
    /// What is installed.
    public internal(set) var requirements = RequirementList()
    /// What is left out.
    public internal(set) var remarks: [Remark] = []
}
