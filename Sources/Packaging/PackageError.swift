package import Documents
public import SystemPackage

/// Why a package was refused, could not be read, or could not be written.
public struct PackageError: Error, Hashable, Sendable {
    /// The rule that was broken.
    public let rule: Rule
    /// The entry or file inside the package that broke it, as the package spells it.
    public let entry: String?
    /// One sentence with the entry, the cause and the place; foreign words in it are printable.
    public let message: String
    /// What to do about it.
    public let hint: String?
    /// What the operating system answered, where it did.
    public let code: Errno?
    /// Where in the entry's text the fault stands.
    package let position: SourcePosition?

    init(
        _ rule: Rule,
        _ message: String,
        entry: String? = nil,
        hint: String? = nil,
        code: Errno? = nil,
        at position: SourcePosition? = nil
    ) {
        self.rule = rule
        self.message = message
        self.entry = entry
        self.hint = hint
        self.code = code
        self.position = position
    }

    /// What a package must keep; the raw value is the stable name for reports.
    public struct Rule: RawRepresentable, Hashable, Sendable {
        /// The stable name, such as `name-parent`.
        public let rawValue: String

        /// Makes a rule from its stable name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }
    }

    /// True when the fault lies outside the package: a missing file, a full disk, an existing target.
    public var isFileFault: Bool {
        [.unreadable, .notAFile, .targetExists, .writeFailed].contains(rule)
    }
}

extension PackageError: CustomStringConvertible {
    /// The message alone.
    public var description: String { message }
}

extension PackageError.Rule {
    // The file system.
    /// The file or folder is missing or cannot be read.
    public static let unreadable = Self(rawValue: "unreadable")
    /// The path is a folder, a link, a device or a pipe.
    public static let notAFile = Self(rawValue: "not-a-file")
    /// What would be written exists already.
    public static let targetExists = Self(rawValue: "target-exists")
    /// The result could not be written.
    public static let writeFailed = Self(rawValue: "write-failed")
    /// The source changed while it was read.
    public static let changed = Self(rawValue: "changed")
    /// The work was cancelled.
    public static let interrupted = Self(rawValue: "interrupted")

    // The zip as a whole.
    /// The file is no zip, or a damaged one.
    public static let damaged = Self(rawValue: "damaged")
    /// The zip is larger than the limit.
    public static let archiveTooLarge = Self(rawValue: "archive-too-large")
    /// The zip has more entries than the limit.
    public static let tooManyEntries = Self(rawValue: "too-many-entries")
    /// All files together are larger than the limit.
    public static let totalTooLarge = Self(rawValue: "total-too-large")

    // One entry.
    /// The entry is encrypted.
    public static let encrypted = Self(rawValue: "encrypted")
    /// The entry is packed in a way other than stored or deflated.
    public static let method = Self(rawValue: "method")
    /// The entry is a symbolic or hard link.
    public static let link = Self(rawValue: "link")
    /// The entry is a device, a pipe or a socket.
    public static let specialFile = Self(rawValue: "special-file")
    /// The entry asks for set-user-id, set-group-id or the sticky bit.
    public static let setID = Self(rawValue: "set-id")
    /// The file is larger than the limit.
    public static let fileTooLarge = Self(rawValue: "file-too-large")
    /// The file's size is not the one that the zip declares.
    public static let sizeMismatch = Self(rawValue: "size-mismatch")
    /// The file inflates to more than the allowed multiple of its packed size.
    public static let ratio = Self(rawValue: "ratio")

    // Names.
    /// The name is empty or has an empty component.
    public static let nameEmpty = Self(rawValue: "name-empty")
    /// The name begins with `/`.
    public static let nameAbsolute = Self(rawValue: "name-absolute")
    /// The name has a component `..` or `.`.
    public static let nameParent = Self(rawValue: "name-parent")
    /// The name holds a backslash.
    public static let nameBackslash = Self(rawValue: "name-backslash")
    /// The name holds a control character.
    public static let nameControl = Self(rawValue: "name-control")
    /// The name is not UTF-8.
    public static let nameEncoding = Self(rawValue: "name-encoding")
    /// The name is longer than the limit.
    public static let nameTooLong = Self(rawValue: "name-too-long")
    /// The name has more levels than the limit.
    public static let nameTooDeep = Self(rawValue: "name-too-deep")
    /// Two entries have the same name, or names that some file systems take for the same.
    public static let nameDuplicate = Self(rawValue: "name-duplicate")
    /// A file has the name of another entry's folder.
    public static let nameConflict = Self(rawValue: "name-conflict")
    /// The zip's two directories disagree about a name.
    public static let nameMismatch = Self(rawValue: "name-mismatch")

    // What the package says.
    /// There is no `learnware.yaml`.
    public static let manifestMissing = Self(rawValue: "manifest-missing")
    /// `learnware.yaml` says something that cannot be used.
    public static let manifest = Self(rawValue: "manifest")
    /// The package asks for a kind of runtime that this version has not.
    public static let runtimeUnsupported = Self(rawValue: "runtime-unsupported")
    /// A file that `learnware.yaml` names is not in the package.
    public static let fileMissing = Self(rawValue: "file-missing")
    /// The semantic specification cannot be used.
    public static let semantic = Self(rawValue: "semantic")
    /// A statistical specification cannot be used.
    public static let statistical = Self(rawValue: "statistical")
    /// The parts of the package disagree about the shape of the data.
    public static let shape = Self(rawValue: "shape")
    /// A file that is odd in a package: empty weights, a secret, a very large text.
    public static let oddFile = Self(rawValue: "odd-file")
    /// The environment file cannot be used.
    public static let environment = Self(rawValue: "environment")
    /// A requirement line is one that is never passed on.
    public static let requirementRefused = Self(rawValue: "requirement-refused")
    /// A text is not UTF-8.
    public static let encoding = Self(rawValue: "encoding")
    /// A file is larger than what is read of its kind.
    public static let textTooLarge = Self(rawValue: "text-too-large")
}
