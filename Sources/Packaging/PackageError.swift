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
    /// Where in the zip the fault stands, in bytes from its beginning.
    public let offset: Int?
    /// Where in the entry's text the fault stands.
    package let position: SourcePosition?

    init(
        _ rule: Rule,
        _ message: String,
        entry: String? = nil,
        hint: String? = nil,
        code: Errno? = nil,
        offset: Int? = nil,
        at position: SourcePosition? = nil
    ) {
        self.rule = rule
        self.message = message
        self.entry = entry
        self.hint = hint
        self.code = code
        self.offset = offset
        self.position = position
    }

    /// The refusal of one entry of a zip: "the entry 'NAME' REASON".
    static func refusal(
        _ rule: Rule,
        _ name: some Collection<UInt8>,
        _ reason: String,
        hint: String? = nil,
        at offset: Int?
    ) -> PackageError {
        // Names past the limit are cut; they are refused anyway.
        let shown = String(decoding: name.prefix(ArchiveLimits.standard.nameBytes), as: UTF8.self)
        return PackageError(
            rule,
            "the entry '\(Printable(shown))' \(reason)",
            entry: shown,
            hint: hint,
            offset: offset
        )
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
    /// The file has no end record: it is no zip, or cut off.
    public static let noZip = Self(rawValue: "no-zip")
    /// Bytes follow the end of the zip.
    public static let trailingBytes = Self(rawValue: "trailing-bytes")
    /// The zip has a comment.
    public static let archiveComment = Self(rawValue: "archive-comment")
    /// The zip is one part of several.
    public static let severalDisks = Self(rawValue: "several-disks")
    /// A 64-bit field is missing, contradicts its short form, or is there without need.
    public static let zip64 = Self(rawValue: "zip64")
    /// The central directory is broken, or not where the end record says.
    public static let directory = Self(rawValue: "directory")
    /// The directory has more or fewer entries than the end record says.
    public static let entryCount = Self(rawValue: "entry-count")
    /// Bytes lie before, between or behind the entries that belong to none of them.
    public static let hiddenBytes = Self(rawValue: "hidden-bytes")
    /// Two entries share bytes of the zip.
    public static let overlap = Self(rawValue: "overlap")

    // How an entry is declared.
    /// There is no header where the directory says that an entry begins.
    public static let localHeader = Self(rawValue: "local-header")
    /// An entry's own header has another name than the directory.
    public static let nameMismatch = Self(rawValue: "name-mismatch")
    /// An entry's own header has other flags, sizes, or another method or checksum than the directory.
    public static let headerMismatch = Self(rawValue: "header-mismatch")
    /// The record behind an entry's contents is missing or contradicts the directory.
    public static let descriptor = Self(rawValue: "descriptor")
    /// An extra field is unknown, malformed or there twice.
    public static let extraField = Self(rawValue: "extra-field")
    /// An entry has a comment.
    public static let entryComment = Self(rawValue: "entry-comment")
    /// An entry has a flag whose meaning readers do not share.
    public static let flags = Self(rawValue: "flags")
    /// The entry is encrypted.
    public static let encrypted = Self(rawValue: "encrypted")
    /// The entry is packed in a way other than stored or deflated.
    public static let method = Self(rawValue: "method")
    /// The entry asks for a version of the format above 4.5.
    public static let version = Self(rawValue: "version")
    /// The entry was made on a system whose names and modes mean something else.
    public static let madeBy = Self(rawValue: "made-by")
    /// The entry is a symbolic or hard link.
    public static let link = Self(rawValue: "link")
    /// The entry is a device, a pipe or a socket.
    public static let specialFile = Self(rawValue: "special-file")
    /// The entry asks for set-user-id, set-group-id or the sticky bit.
    public static let setID = Self(rawValue: "set-id")
    /// The entry is a folder with contents, or its name and mode disagree whether it is a folder.
    public static let folder = Self(rawValue: "folder")

    // Names.
    /// The name is empty or has an empty component.
    public static let nameEmpty = Self(rawValue: "name-empty")
    /// The name begins with `/`.
    public static let nameAbsolute = Self(rawValue: "name-absolute")
    /// The name has a component `..` or `.`.
    public static let nameParent = Self(rawValue: "name-parent")
    /// The name holds a backslash.
    public static let nameBackslash = Self(rawValue: "name-backslash")
    /// The name holds a colon.
    public static let nameColon = Self(rawValue: "name-colon")
    /// The name holds a character that some systems or tools cut off or replace.
    public static let nameReserved = Self(rawValue: "name-reserved")
    /// The name holds a control character.
    public static let nameControl = Self(rawValue: "name-control")
    /// The name is not UTF-8, or not ASCII and not marked as UTF-8.
    public static let nameEncoding = Self(rawValue: "name-encoding")
    /// The name holds a character that is not seen, or that turns the others around.
    public static let nameInvisible = Self(rawValue: "name-invisible")
    /// A component of the name ends in a dot or a space.
    public static let nameTrailing = Self(rawValue: "name-trailing")
    /// A component of the name is a device on Windows.
    public static let nameDevice = Self(rawValue: "name-device")
    /// The name is longer than the limit.
    public static let nameTooLong = Self(rawValue: "name-too-long")
    /// The name has more levels than the limit.
    public static let nameTooDeep = Self(rawValue: "name-too-deep")
    /// Two entries have the same name, or names that some file systems take for the same.
    public static let nameDuplicate = Self(rawValue: "name-duplicate")
    /// A file has the name of another entry's folder.
    public static let nameConflict = Self(rawValue: "name-conflict")
    /// Python would run the file whenever it starts.
    public static let nameStartup = Self(rawValue: "name-startup")
    /// The entry is what macOS puts into zips for itself.
    public static let nameMacOS = Self(rawValue: "name-macos")

    // Contents.
    /// The contents do not inflate, or are no longer what they were.
    public static let damaged = Self(rawValue: "damaged")
    /// The file's size is not the one that the zip declares.
    public static let sizeMismatch = Self(rawValue: "size-mismatch")
    /// The contents do not have the checksum that the zip declares.
    public static let checksum = Self(rawValue: "checksum")
    /// Packed bytes follow the end of the packed contents.
    public static let overlong = Self(rawValue: "overlong")

    // Budgets.
    /// The zip is larger than the limit.
    public static let archiveTooLarge = Self(rawValue: "archive-too-large")
    /// The zip has more entries than the limit.
    public static let tooManyEntries = Self(rawValue: "too-many-entries")
    /// The file is larger than the limit.
    public static let fileTooLarge = Self(rawValue: "file-too-large")
    /// All files together are larger than the limit.
    public static let totalTooLarge = Self(rawValue: "total-too-large")
    /// The file inflates to more than the allowed multiple of its packed size.
    public static let ratio = Self(rawValue: "ratio")
    /// Reading takes longer than the limit.
    public static let time = Self(rawValue: "time")

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

extension PackageError.Rule {
    /// The rules that the zip itself must keep, before anything in it is read; `docs/archive-rules.md` explains them.
    public static let archive: [Self] = [
        .noZip, .trailingBytes, .archiveComment, .severalDisks, .zip64, .directory, .entryCount, .hiddenBytes,
        .overlap, .localHeader, .nameMismatch, .headerMismatch, .descriptor, .extraField, .entryComment, .flags,
        .encrypted, .method, .version, .madeBy, .link, .specialFile, .setID, .folder, .nameEmpty, .nameAbsolute,
        .nameParent, .nameBackslash, .nameColon, .nameReserved, .nameControl, .nameEncoding, .nameInvisible,
        .nameTrailing,
        .nameDevice, .nameTooLong, .nameTooDeep, .nameDuplicate, .nameConflict, .nameStartup, .nameMacOS, .damaged,
        .sizeMismatch, .checksum, .overlong, .archiveTooLarge, .tooManyEntries, .fileTooLarge, .totalTooLarge,
        .ratio, .time,
    ]
}
