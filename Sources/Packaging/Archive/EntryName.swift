import Documents

/// The rules for a name inside a package.
enum EntryName {
    /// Refuses every name that could leave the package, hide, or be two names at once.
    ///
    /// - Parameters:
    ///   - bytes: the name as it stands in the zip; a folder's trailing `/` is already gone.
    ///   - limits: bounds on length and depth.
    /// - Returns: the name as text.
    /// - Throws: ``PackageError`` with the rule that the name breaks.
    static func validated(_ bytes: some Collection<UInt8>, limits: ArchiveLimits) throws(PackageError) -> String {
        let shown = String(decoding: bytes.prefix(limits.nameBytes), as: UTF8.self)
        func refuse(_ rule: PackageError.Rule, _ reason: String) -> PackageError {
            PackageError(rule, "the entry '\(Printable(shown))' \(reason)", entry: shown)
        }
        guard !bytes.isEmpty else { throw PackageError(.nameEmpty, "an entry has no name", entry: "") }
        guard bytes.count <= limits.nameBytes else {
            throw refuse(.nameTooLong, "has a name of \(bytes.count) bytes; at most \(limits.nameBytes) are allowed")
        }
        guard let name = String(validating: bytes, as: UTF8.self) else {
            throw refuse(.nameEncoding, "has a name that is not valid UTF-8")
        }
        guard !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw refuse(.nameControl, "has a control character in its name")
        }
        guard !bytes.contains(UInt8(ascii: "\\")) else {
            throw refuse(.nameBackslash, "has a backslash in its name")
        }
        guard bytes.first != UInt8(ascii: "/") else { throw refuse(.nameAbsolute, "has an absolute name") }
        try validateComponents(of: name, limits: limits, refuse: refuse)
        return name
    }

    private static func validateComponents(
        of name: String,
        limits: ArchiveLimits,
        refuse: (PackageError.Rule, String) -> PackageError
    ) throws(PackageError) {
        let components = components(of: name)
        guard components.count <= limits.depth else {
            throw refuse(.nameTooDeep, "lies \(components.count) levels deep; at most \(limits.depth) are allowed")
        }
        for component in components {
            guard !component.isEmpty else { throw refuse(.nameEmpty, "has an empty part in its name") }
            guard component != ".", component != ".." else {
                throw refuse(.nameParent, "has '\(component)' in its name")
            }
            guard component.utf8.count <= limits.componentBytes else {
                throw refuse(
                    .nameTooLong,
                    "has a part of \(component.utf8.count) bytes in its name; at most \(limits.componentBytes) are allowed"
                )
            }
        }
    }

    /// The parts between the slashes, as the system sees them.
    ///
    /// By bytes, not by characters: to Swift a `/` and a combining mark after it are one character, which is no `/`,
    /// so `a/../` and a mark would have no part `..`.
    static func components(of name: String) -> [Substring] {
        name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Substring.init)
    }

    /// The form under which two names are the same to a file system that folds case or normalises.
    ///
    /// Strings compare by canonical equivalence, so the NFC step is in the comparison. Upper case between two lower
    /// cases comes close to full case folding (`ß` and `SS`, final sigma).
    static func folded(_ name: String) -> String {
        name.lowercased().uppercased().lowercased()
    }

    /// Whether `left` comes first when names are ordered by their bytes, as every tool and locale can agree on.
    static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}

/// All names of a package, checked against each other.
struct NameRegister {
    private enum Kind {
        case file
        case folder
        /// A folder that no entry names, but that holds one.
        case impliedFolder
    }

    private var kinds: [String: (spelling: String, kind: Kind)] = [:]

    /// Adds one name.
    ///
    /// - Throws: ``PackageError`` when the name is there already, in this or an equivalent spelling, or when a file
    ///   has the name of a folder.
    mutating func insert(_ name: String, isFolder: Bool) throws(PackageError) {
        var end = name.utf8.startIndex
        while let slash = name.utf8[end...].firstIndex(of: UInt8(ascii: "/")) {
            try register(String(name[..<slash]), as: .impliedFolder)
            end = name.utf8.index(after: slash)
        }
        try register(name, as: isFolder ? .folder : .file)
    }

    private mutating func register(_ name: String, as kind: Kind) throws(PackageError) {
        let key = EntryName.folded(name)
        guard let known = kinds[key] else {
            kinds[key] = (name, kind)
            return
        }
        guard known.spelling.utf8.elementsEqual(name.utf8) else {
            throw PackageError(
                .nameDuplicate,
                "the entries '\(Printable(known.spelling))' and '\(Printable(name))' are the same name on some systems",
                entry: name
            )
        }
        switch (known.kind, kind) {
        case (.impliedFolder, .folder):
            kinds[key] = (name, .folder)
        case (.folder, .impliedFolder), (.impliedFolder, .impliedFolder):
            return
        case (.file, .file), (.folder, .folder):
            throw PackageError(.nameDuplicate, "the entry '\(Printable(name))' is there twice", entry: name)
        case (.file, _), (_, .file):
            throw PackageError(.nameConflict, "'\(Printable(name))' is both a file and a folder", entry: name)
        }
    }
}
