package import SystemPackage

/// A zip of arrays (`.npz`), which is checked and unpacked by whoever reads zips.
package protocol ArrayArchive {
    /// The names of the files in it.
    var names: [String] { get }

    /// Unpacks one file.
    ///
    /// - Parameter name: one of ``names``.
    /// - Returns: a file with its contents, which the caller closes.
    /// - Throws: ``DataError`` when the zip is damaged, or the contents too large.
    func open(_ name: String) throws(DataError) -> FileDescriptor
}

/// Opens a zip of arrays out of a descriptor of the whole file, which it closes.
package typealias ArrayArchiveOpener = @Sendable (FileDescriptor, FilePath) throws(DataError) -> any ArrayArchive
