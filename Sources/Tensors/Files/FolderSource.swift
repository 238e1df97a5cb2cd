internal import CLinux
internal import Documents
internal import Glibc
package import SystemPackage

/// A folder of images or of texts: one row for each file, in the order of the names' bytes.
///
/// Images are handed on as the bytes of their files: a decoder is a large piece of code, and what reads a stranger's
/// file belongs into the sandbox. Links are followed as long as they stay in the folder: one that a stranger left there
/// hands out nothing else.
package final class FolderSource: RowSource {
    package let columnNames: [String]? = nil
    package let columnCount: Int? = nil
    private let path: FilePath
    private let names: [String]
    package let isImages: Bool
    private let folder: FileDescriptor
    private var place = 0

    static let imageExtensions = ["png", "jpg", "jpeg", "bmp", "gif", "tif", "tiff", "webp"]
    /// The most bytes of one file.
    static let maximumFile = 64 << 20
    /// The most bytes of one chunk, as long as it has one file.
    static let maximumChunk = 256 << 20
    private static let maximumFiles = 1_000_000

    static func isFolder(_ path: FilePath) -> Bool {
        (try? path.stat().type) == .directory
    }

    /// - Parameter path: the folder.
    /// - Throws: ``DataError`` when it holds no images and no texts, or both.
    package init(_ path: FilePath) throws(DataError) {
        self.path = path
        let all = try Self.names(in: path)
        let images = all.filter { Self.imageExtensions.contains(Self.pathExtension($0)) }
        let texts = all.filter { Self.pathExtension($0) == "txt" }
        guard images.isEmpty || texts.isEmpty else {
            let reason = "it holds both images ('\(Printable(images[0]))') and texts ('\(Printable(texts[0]))')"
            throw DataError(.invalid, path, reason: reason, remedy: "put them in two folders")
        }
        guard !images.isEmpty || !texts.isEmpty else {
            let known = (Self.imageExtensions + ["txt"]).map { "." + $0 }.joined(separator: " ")
            let reason = all.isEmpty ? "the folder is empty" : "the folder holds no image and no text"
            throw DataError(.invalid, path, reason: reason, remedy: "name a file, or a folder of files named \(known)")
        }
        isImages = texts.isEmpty
        names = isImages ? images : texts
        do {
            folder = try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
        } catch {
            throw .opening(path, error as? Errno ?? .ioError)
        }
    }

    deinit {
        try? folder.close()
    }

    /// How many files there are.
    package var fileCount: Int { names.count }

    /// Where a file is.
    package func file(_ index: Int) -> FilePath { path.appending(names[index]) }

    private static func pathExtension(_ name: String) -> String {
        FilePath(name).extension?.lowercased() ?? ""
    }

    /// The names of its files that are not hidden, in the order of their bytes.
    private static func names(in path: FilePath) throws(DataError) -> [String] {
        guard let folder = opendir(path.string) else {
            let code = Errno(rawValue: errno)
            throw .opening(path, code)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(".") { continue }
            guard names.count < maximumFiles else {
                let reason = "it holds more than \(maximumFiles) files"
                throw DataError(.invalid, path, reason: reason, remedy: "name a folder with fewer")
            }
            names.append(name)
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    package func next(maximumRows: Int) throws(DataError) -> Chunk? {
        precondition(maximumRows > 0, "at least one row must be asked for")
        guard place < names.count else { return nil }
        let first = place
        var bytes: [UInt8] = []
        while place < names.count, place - first < maximumRows {
            let content = try content(place)
            if place > first, bytes.count + content.count > Self.maximumChunk { break }
            Tensor.append(UInt32(content.count), to: &bytes)
            bytes += content
            place += 1
        }
        let rows = place - first
        var files = Tensor(unchecked: "X", datatype: .bytes, shape: [rows], elementCount: rows, bytes: bytes)
        files.content = isImages ? .image : .text
        return Chunk(firstRow: first, rowCount: rows, values: .texts(files))
    }

    /// The bytes of a file.
    ///
    /// - Parameter index: which, counted from 0.
    /// - Returns: the bytes; of a text, valid UTF-8.
    /// - Throws: ``DataError`` that names the file.
    package func content(_ index: Int) throws(DataError) -> [UInt8] {
        let input = try open(index)
        guard let size = input.size, size <= Self.maximumFile else {
            let reason = "it is larger than \(Self.maximumFile >> 20) MiB"
            throw DataError(.invalid, input.path, reason: reason, remedy: "make it smaller")
        }
        let content = try input.bytes(at: 0, count: size)
        guard isImages || String(validating: content, as: UTF8.self) != nil else {
            let reason = "the text is not valid UTF-8"
            throw DataError(.invalid, input.path, reason: reason, remedy: "save the file as UTF-8")
        }
        return content
    }

    private func open(_ index: Int) throws(DataError) -> InputFile {
        let file = file(index)
        func refused(_ reason: String) -> DataError {
            DataError(.invalid, file, reason: reason, remedy: "remove it from the folder")
        }
        let opened = lw_open_beneath(folder.rawValue, names[index])
        guard opened >= 0 else {
            let code = Errno(rawValue: -opened)
            throw refused(
                code == .improperLink
                    ? "it is a link that leaves the folder" : "it is no file that can be read (\(code))"
            )
        }
        let descriptor = FileDescriptor(rawValue: opened)
        guard (try? descriptor.stat().type) == .regular else {
            try? descriptor.close()
            throw refused("it is no file that can be read")
        }
        return try InputFile(owned: descriptor, named: file)
    }
}
