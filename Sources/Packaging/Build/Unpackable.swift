import Glibc

/// Names and kinds of files that no learnware needs, with the reason that is shown for each.
enum Unpackable {
    /// Says why something is never packed.
    ///
    /// - Parameters:
    ///   - name: its last component; bytes that are not UTF-8 stand as replacement characters.
    ///   - kind: the file-type bits of its mode.
    /// - Returns: one clause; nil when it is packed.
    static func reason(_ name: String, kind: mode_t) -> String? {
        switch kind {
        case S_IFREG: always[name] ?? files[name] ?? patterned(name)
        case S_IFDIR: always[name] ?? folders[name]
        case S_IFLNK: "a symbolic link"
        case S_IFSOCK: "a socket"
        case S_IFIFO: "a pipe"
        case S_IFCHR, S_IFBLK: "a device"
        default: "no regular file"
        }
    }

    /// In a work tree or a submodule `.git` is a file.
    private static let always = [".git": "version control", ".hg": "version control", ".svn": "version control"]

    private static let folders = [
        "__pycache__": compiled, ".ipynb_checkpoints": "copies that a notebook keeps", ".mypy_cache": cache,
        ".ruff_cache": cache, ".pytest_cache": cache, ".idea": editor, ".vscode": editor,
        "__MACOSX": "a file manager's", "node_modules": "packages of another language",
    ]

    private static let files = [
        ".DS_Store": "a file manager's", "Thumbs.db": "a file manager's", "desktop.ini": "a file manager's",
    ]

    private static func patterned(_ name: String) -> String? {
        if name.hasSuffix(".pyc") || name.hasSuffix(".pyo") { return compiled }
        // `._x` holds what macOS knows about `x` on disks that cannot.
        if name.hasPrefix("._") { return "a file manager's" }
        if name.hasSuffix("~") || name.hasPrefix(".#") { return editor }
        if name.hasPrefix("#"), name.hasSuffix("#"), name.utf8.count > 1 { return editor }
        if name.hasPrefix("."), name.hasSuffix(".swp") || name.hasSuffix(".swo") { return editor }
        return nil
    }

    private static let compiled = "compiled by Python, and made again when needed"
    private static let cache = "a tool's cache"
    private static let editor = "an editor's"
}
