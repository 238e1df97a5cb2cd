import CPosix
import LaunchPlan

struct ResourceError: Error {
    var message: String
}

/// A shipped profile: the text of its plan, and its filter as proved when it was compiled.
struct CompiledProfile {
    let planText: [UInt8]
    let filter: [UInt8]
    /// The filter for kernels that cannot hand denied calls over.
    let fallbackFilter: [UInt8]
    /// The folder that it was read from.
    let folder: String

    /// - Parameters:
    ///   - name: the profile's name, a plain word.
    ///   - folder: where to read from; nil for the plans that came with this program.
    /// - Throws: ``ResourceError`` for files that are not there, not whole, or not to be trusted.
    init(named name: String, folder: String?) throws(ResourceError) {
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 == 0x2D || $0 == 0x5F || isalnum(Int32($0)) != 0 }) else {
            throw ResourceError(message: "'\(name)' is no profile name")
        }
        guard let folder = folder ?? Self.shippedFolder() else {
            throw ResourceError(message: "the compiled profiles were not found beside this program; run 'make build'")
        }
        self.folder = folder
        let folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folderDescriptor >= 0 else { throw ResourceError(message: "\(folder): \(describe(errno))") }
        defer { close(folderDescriptor) }
        try Self.requireTrusted(folderDescriptor, folder)
        planText = try Self.read("\(name).plan", in: folderDescriptor, folder)
        filter = try Self.read("\(name).bpf", in: folderDescriptor, folder)
        fallbackFilter = try Self.read("\(name).kill.bpf", in: folderDescriptor, folder)
    }

    /// The names of system calls by number, for messages; empty when the file is not there.
    func callNames() -> [UInt32: String] {
        let descriptor = open(folder + "/calls.txt", O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return [:] }
        defer { close(descriptor) }
        var names: [UInt32: String] = [:]
        for line in String(decoding: readFile(descriptor, limit: 1 << 16) ?? [], as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, let number = UInt32(words[0]) { names[number] = String(words[1]) }
        }
        return names
    }

    private static func read(
        _ name: String,
        in folder: Int32,
        _ folderName: String
    ) throws(ResourceError) -> [UInt8] {
        let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else {
            throw ResourceError(
                message: "\(folderName)/\(name): \(describe(errno)); 'make build' compiles the profiles"
            )
        }
        defer { close(file) }
        try requireTrusted(file, "\(folderName)/\(name)")
        guard let bytes = readFile(file, limit: 1 << 20) else {
            throw ResourceError(message: "\(folderName)/\(name): \(describe(errno))")
        }
        return bytes
    }

    /// A plan decides what a stranger's program may do, so nobody else may have written it.
    private static func requireTrusted(_ descriptor: Int32, _ path: String) throws(ResourceError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw ResourceError(message: "\(path): \(describe(errno))") }
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw ResourceError(message: "\(path) belongs to another user (\(status.st_uid)); it is not trusted")
        }
        guard status.st_mode & 0o022 == 0 else {
            throw ResourceError(message: "\(path) may be written by others; 'chmod go-w' it first")
        }
    }

    /// `../share/learnware/plans` beside the program, or the checkout's own when it lies in a `.build` folder.
    private static func shippedFolder() -> String? {
        guard let program = readLink("/proc/self/exe"), let folder = parent(of: program) else { return nil }
        // The nearest folder above `.build` that is our checkout; none for an installed program.
        var inside = folder
        while let above = parent(of: inside) {
            if inside.utf8.suffix(7).elementsEqual("/.build".utf8) {
                if access(above + "/Package.swift", F_OK) == 0 { return inside + "/plans" }
            }
            inside = above
        }
        guard strstr(program, "/.build/") == nil else { return nil }
        return parent(of: folder).map { $0 + "/share/learnware/plans" }
    }

    private static func parent(of path: String) -> String? {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), path != "/", !path.isEmpty else { return nil }
        return String(path[..<slash])
    }
}
