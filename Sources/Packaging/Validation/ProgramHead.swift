import Documents

/// What the first bytes of a program say about what it needs to be started.
///
/// The sandbox shows a program nothing but its own package: no loader, no libraries and no shell.
struct ProgramHead {
    /// Enough for the headers of an ELF file and the loader's name, which linkers put right behind them.
    static let bytes = 64 << 10

    /// What the program cannot be started without; nil for a static program, or for a file that is none.
    private(set) var needed: Needed?

    enum Needed: Equatable {
        case loader(String?)
        case interpreter(String)
    }

    private let head: [UInt8]

    /// - Parameter head: the first bytes of the file; anything may stand there.
    init(_ head: [UInt8]) {
        self.head = head
        if head.starts(with: Array("#!".utf8)) {
            let line = head.dropFirst(2).prefix(4096).prefix { $0 != UInt8(ascii: "\n") }
            let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
            needed = words.first.map { .interpreter(String(decoding: $0, as: UTF8.self)) }
        } else if head.starts(with: [0x7F, 0x45, 0x4C, 0x46]) {
            needed = loader()
        }
    }

    func problems(file: String) -> [Problem] {
        let what: String
        switch needed {
        case nil: return []
        case .loader(let path):
            if let path, Self.isInPackage(path) { return [] }
            what = "it needs the loader" + (path.map { " \(Printable($0))" } ?? "")
        case .interpreter(let path):
            if Self.isInPackage(path) { return [] }
            what = "it needs the program \(Printable(path))"
        }
        return [
            .warning(
                .manifest,
                what + ", which the sandbox does not have",
                file: file,
                hint: "the program must run by itself; link it statically (-static)"
            )
        ]
    }

    /// The problem of a program that cannot be started, as an error.
    func validate(file: String) throws(PackageError) {
        guard let problem = problems(file: file).first else { return }
        throw PackageError(
            .manifest,
            "'\(Printable(file))' cannot be run: \(problem.message)",
            entry: file,
            hint: problem.hint
        )
    }

    /// The package lies at `/lw/package`, which is also the working directory.
    private static func isInPackage(_ path: String) -> Bool {
        path.hasPrefix("/lw/package/") || !path.hasPrefix("/")
    }

    /// The program header of type PT_INTERP (System V ABI, chapter 5) in a little-endian file.
    private func loader() -> Needed? {
        guard head.count > 5, head[5] == 1, head[4] == 1 || head[4] == 2 else { return nil }
        let isWide = head[4] == 2
        guard let start = isWide ? number(at: 32, bytes: 8) : number(at: 28, bytes: 4),
            let size = number(at: isWide ? 54 : 42, bytes: 2), let count = number(at: isWide ? 56 : 44, bytes: 2),
            size >= (isWide ? 56 : 32), start < Self.bytes
        else { return nil }
        for index in 0..<min(count, 128) {
            let place = start + index * size
            guard number(at: place, bytes: 4) == 3 else { continue }
            guard let offset = isWide ? number(at: place + 8, bytes: 8) : number(at: place + 4, bytes: 4),
                offset < head.count
            else { return .loader(nil) }
            let path = head[offset...].prefix(256).prefix { $0 != 0 }
            return .loader(String(decoding: path, as: UTF8.self))
        }
        return nil
    }

    /// A little-endian number; nil beyond the head, or when it is too large to be a place.
    private func number(at place: Int, bytes count: Int) -> Int? {
        guard place >= 0, place <= head.count - count else { return nil }
        var value: UInt64 = 0
        for byte in head[place..<place + count].reversed() { value = value << 8 | UInt64(byte) }
        return Int(exactly: value)
    }
}
