import Documents

/// The rules for a name inside a package.
package enum EntryName {
    /// Refuses every name that could leave the package, hide, or be two names at once.
    ///
    /// - Parameters:
    ///   - bytes: the name as it stands in the zip; a folder's trailing `/` is already gone.
    ///   - limits: bounds on length and depth.
    ///   - offset: where the name stands in a zip, for the report.
    /// - Returns: the name as text.
    /// - Throws: ``PackageError`` with the rule that the name breaks.
    static func validated(
        _ bytes: some Collection<UInt8>,
        limits: ArchiveLimits,
        offset: Int? = nil
    ) throws(PackageError) -> String {
        func refuse(_ rule: PackageError.Rule, _ reason: String) -> PackageError {
            .refusal(rule, bytes, reason, at: offset)
        }
        guard !bytes.isEmpty else {
            throw PackageError(.nameEmpty, "an entry has no name", entry: "", offset: offset)
        }
        guard bytes.count <= limits.nameBytes else {
            throw refuse(.nameTooLong, "has a name of \(bytes.count) bytes; at most \(limits.nameBytes) are allowed")
        }
        guard let name = String(validating: bytes, as: UTF8.self) else {
            throw refuse(.nameEncoding, "has a name that is not valid UTF-8")
        }
        guard MarkRuns.tooLong(in: Array(bytes)) == nil else {
            throw refuse(.nameInvisible, "has a letter with more than \(MarkRuns.longest) combining marks in its name")
        }
        for scalar in name.unicodeScalars {
            guard let (rule, reason) = fault(of: scalar) else { continue }
            throw refuse(rule, reason)
        }
        guard bytes.first != UInt8(ascii: "/") else { throw refuse(.nameAbsolute, "has an absolute name") }
        let components = components(of: name)
        guard components.count <= limits.depth else {
            throw refuse(.nameTooDeep, "lies \(components.count) levels deep; at most \(limits.depth) are allowed")
        }
        for component in components {
            guard let (rule, reason) = fault(of: component, limits: limits) else { continue }
            throw refuse(rule, reason)
        }
        return name
    }

    private static func fault(of scalar: Unicode.Scalar) -> (PackageError.Rule, String)? {
        switch scalar {
        case "\\": return (.nameBackslash, "has a backslash in its name")
        case "<", ">", "|", "?", "*", "\"", ";":
            return (.nameReserved, "has '\(scalar)' in its name, which some systems and tools cut off or replace")
        case "\u{2800}": return (.nameInvisible, "has a character (U+2800) in its name that is not seen")
        case ":": return (.nameColon, "has a colon in its name, which is a drive or a stream on Windows")
        case " "..."~": return nil
        default: break
        }
        let properties = scalar.properties
        let code = "U+" + String(scalar.value, radix: 16, uppercase: true)
        switch properties.generalCategory {
        case .control: return (.nameControl, "has a control character (\(code)) in its name")
        // Unassigned ones may yet become any of these, and how they fold and compose is not settled.
        case .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
            return (.nameInvisible, "has a character (\(code)) in its name that is not seen or not settled")
        default:
            return properties.isDefaultIgnorableCodePoint
                ? (.nameInvisible, "has a character (\(code)) in its name that is not seen") : nil
        }
    }

    private static func fault(of component: Substring, limits: ArchiveLimits) -> (PackageError.Rule, String)? {
        guard let last = component.unicodeScalars.last else { return (.nameEmpty, "has an empty part in its name") }
        if component.utf8.elementsEqual("..".utf8) { return (.nameParent, "has '..' in its name") }
        if component.utf8.elementsEqual(".".utf8) {
            return (.nameParent, "has '.' in its name; zip the files themselves, not the folder '.'")
        }
        if component.utf8.count > limits.componentBytes {
            return (
                .nameTooLong,
                "has a part of \(component.utf8.count) bytes in its name; at most \(limits.componentBytes) are allowed"
            )
        }
        if last == "." || last.properties.isWhitespace {
            return (.nameTrailing, "has a part in its name that ends in a dot or a space, which Windows takes away")
        }
        if isDevice(component) { return (.nameDevice, "has the name of a device on Windows") }
        if folded(component).utf8.elementsEqual("__macosx".utf8) {
            return (.nameMacOS, "is what macOS puts into zips for itself; zip without it")
        }
        return nil
    }

    /// Whether Windows opens a device under this name: with any extension, in any case, with digits of any kind.
    private static func isDevice(_ component: Substring) -> Bool {
        let stem = Substring(stem(of: component))
        guard stem.utf8.count <= 64 else { return false }
        var name = stem.uppercased()[...]
        while name.last == " " { name.removeLast() }
        if ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"].contains(String(name)) { return true }
        guard name.hasPrefix("COM") || name.hasPrefix("LPT"), name.count == 4, let digit = name.last else {
            return false
        }
        return "0123456789\u{B9}\u{B2}\u{B3}".contains(digit)
    }

    /// Whether Python would run the file when it starts, without anybody having asked for it.
    ///
    /// `site` imports `sitecustomize` and `usercustomize` from wherever modules are looked for, and runs the lines of
    /// `.pth` files in folders of installed packages. A `.pth` elsewhere is PyTorch's usual name for weights.
    package static func isRunAtStart(_ name: String) -> Bool {
        // What is longer is none of these names.
        let components = components(of: name).map { stem(of: $0).count <= 32 ? folded($0)[...] : "" }
        let sites = components.indices.filter { ["site-packages", "dist-packages"].contains(components[$0]) }
        // A module may be a file, a folder, or a folder without `__init__.py`.
        for root in [-1] + sites where root + 1 < components.count {
            let module = Substring(stem(of: components[root + 1]))
            if module == "sitecustomize" || module == "usercustomize" { return true }
            if root >= 0, root + 2 == components.count, components[root + 1].hasSuffix(".pth") { return true }
        }
        return false
    }

    /// What stands before the first dot.
    ///
    /// By scalars: to Swift a dot with a mark on it is another character.
    private static func stem(of component: Substring) -> Substring.UnicodeScalarView {
        component.unicodeScalars.prefix { $0 != "." }
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
    /// Strings compare by canonical equivalence, so the NFC step is in the comparison. Lower, upper and lower case
    /// again brings together all that full case folding does, and a little more (dotless and dotted i); a test
    /// compares it with Python's `casefold` over all of Unicode.
    package static func folded(_ name: some StringProtocol) -> String {
        let isASCII = name.utf8.allSatisfy { $0 < 0x80 }
        return isASCII ? name.lowercased() : name.lowercased().uppercased().lowercased()
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

    /// A name in its folder; each component is folded once, however many entries lie below it.
    private struct Key: Hashable {
        let folder: Int
        let folded: String
    }

    private struct Known {
        let component: Substring
        var kind: Kind
        let number: Int
    }

    private var known: [Key: Known] = [:]
    /// The folder that the last name lay in, and its number: names come folder by folder.
    private var last: (path: Substring, number: Int) = ("", 0)

    /// Adds one name.
    ///
    /// - Throws: ``PackageError`` when the name is there already, in this or an equivalent spelling, or when a file
    ///   has the name of a folder.
    mutating func insert(_ name: String, isFolder: Bool, offset: Int? = nil) throws(PackageError) {
        let slash = name.utf8.lastIndex(of: UInt8(ascii: "/"))
        let path = slash.map { name[..<$0] } ?? ""
        if !path.utf8.elementsEqual(last.path.utf8) {
            var number = 0
            for component in EntryName.components(of: String(path)) where !path.isEmpty {
                number = try register(component, in: number, as: .impliedFolder, name, offset)
            }
            last = (path, number)
        }
        let base = slash.map { name[name.utf8.index(after: $0)...] } ?? name[...]
        _ = try register(base, in: last.number, as: isFolder ? .folder : .file, name, offset)
    }

    private mutating func register(
        _ component: Substring,
        in folder: Int,
        as kind: Kind,
        _ name: String,
        _ offset: Int?
    ) throws(PackageError) -> Int {
        func refuse(_ rule: PackageError.Rule, _ message: String) -> PackageError {
            PackageError(rule, message, entry: name, offset: offset)
        }
        let key = Key(folder: folder, folded: EntryName.folded(component))
        guard let found = known[key] else {
            let number = known.count + 1
            known[key] = Known(component: component, kind: kind, number: number)
            return number
        }
        guard found.component.utf8.elementsEqual(component.utf8) else {
            throw refuse(
                .nameDuplicate,
                "the entry '\(Printable(name))': '\(Printable(String(component)))' is the same name as "
                    + "'\(Printable(String(found.component)))' on some systems"
            )
        }
        switch (found.kind, kind) {
        case (.impliedFolder, .folder): known[key]?.kind = .folder
        case (.folder, .impliedFolder), (.impliedFolder, .impliedFolder): break
        case (.file, .file), (.folder, .folder):
            throw refuse(.nameDuplicate, "the entry '\(Printable(name))' is there twice")
        case (.file, _), (_, .file):
            throw refuse(.nameConflict, "'\(Printable(name))' is a file, or lies in one")
        }
        return found.number
    }
}
