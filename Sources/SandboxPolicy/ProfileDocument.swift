package import Documents

/// A profile's text, read but not yet joined with the profile that it extends.
package struct ProfileDocument: Sendable {
    package let name: String
    /// The profile that this one begins as.
    package let extends: String?
    package let extendsPosition: SourcePosition?
    private let map: ProfileMap

    private static let keys = [
        "name", "about", "extends", "root", "devices", "scratch", "limits", "times", "environment", "traced",
        "syscalls",
    ]

    /// - Throws: ``ProfileError`` with line and column; an unknown key is an error, never skipped.
    package init(yaml bytes: [UInt8]) throws(ProfileError) {
        map = try ProfileMap(YAML.parse(bytes), "the profile", keys: Self.keys)
        name = try map.text("name")
        guard Self.isName(name) else {
            throw ProfileError("name must be made of letters, digits and '-'", at: map["name"]?.position)
        }
        extends = map["extends"] == nil ? nil : try map.text("extends")
        extendsPosition = map["extends"]?.position
        if let extends, !Self.isName(extends) || extends == name {
            throw ProfileError("'extends' must be the name of another profile", at: extendsPosition)
        }
    }

    /// Whether a text can be a profile's name, and so a part of a file's.
    package static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }

    /// The whole profile.
    ///
    /// - Parameter parent: the profile named by ``extends``; nil when there is none.
    /// - Returns: the profile, with all that it has from the other.
    /// - Throws: ``ProfileError`` with line and column.
    package func profile(extending parent: Profile? = nil) throws(ProfileError) -> Profile {
        var profile = parent ?? Profile(name: name, about: "")
        if let parent, let grandparent = parent.parent {
            throw ProfileError(
                "'\(parent.name)' extends '\(grandparent)'; a profile may only extend one that stands by itself",
                at: extendsPosition
            )
        }
        profile.name = name
        profile.parent = parent?.name
        profile.about = try map.text("about")
        try profile.readThings(map)
        if let node = map["limits"] { try profile.limits.read(node) }
        if let node = map["times"] { try profile.times.read(node) }
        try profile.readEnvironment(map)
        if let node = map["syscalls"] { profile.seccomp = profile.seccomp.extended(by: try SeccompRules(node)) }
        try HardList.check(profile.seccomp, of: map["syscalls"]?.position)
        return profile
    }
}

extension Profile {
    /// Reads the text of a profile that extends none.
    package init(yaml bytes: [UInt8]) throws(ProfileError) {
        let document = try ProfileDocument(yaml: bytes)
        guard document.extends == nil else {
            throw ProfileError("this profile extends another, which is not at hand", at: document.extendsPosition)
        }
        self = try document.profile()
    }
}
