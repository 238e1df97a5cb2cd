/// One pattern in the syntax of `.gitignore`, matched in steps that are bounded by pattern × name.
///
/// The rules are those of git's `dir.c` and `wildmatch.c`, bytes and oddities included; only the way differs: where git
/// tries one way after another, all ways go on side by side here, so no pattern takes longer than its length times the
/// name's.
struct IgnorePattern: Sendable {
    /// One step of the pattern.
    private enum Token: Sendable {
        case byte(UInt8)
        /// `?`: any byte but `/`.
        case one
        /// `[…]`: one of these bytes, never `/`.
        case set(ByteSet)
        /// `*`: any bytes but `/`.
        case star
        /// `**`: any bytes.
        case anything
        /// Before `**/`, which may also stand for nothing: goes on behind it as well.
        case optionalFolders

        var isWildcard: Bool {
            switch self {
            case .byte, .optionalFolders: false
            case .one, .set, .star, .anything: true
            }
        }
    }

    /// True for `!pattern`: what it matches is packed after all.
    let isNegated: Bool
    /// True for `pattern/`: matches folders alone.
    let isFolderOnly: Bool
    /// True without a `/` in the middle or in front: matches the last component, at any depth.
    let isForAnyDepth: Bool
    /// What the name begins with, before the first wildcard.
    private let prefix: [UInt8]
    /// How many `*`, `?` and `[…]` it has; each may cost a step for every byte of a name.
    let wildcardCount: Int
    /// The `./` or `../` that it begins with, by which it matches nothing, and what follows.
    let leadingDots: (dots: String, rest: [UInt8])?
    /// What follows; nil when the pattern is malformed, which matches nothing.
    private let tokens: [Token]?

    /// - Parameter line: one line without its line feed; nil comes back for comments and empty lines.
    init?(_ line: some Sequence<UInt8>) {
        var line = Array(line)
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        guard let first = line.first, first != UInt8(ascii: "#") else { return nil }
        var rest = Self.withoutTrailingSpaces(line)[...]
        isNegated = rest.first == UInt8(ascii: "!")
        if isNegated { rest = rest.dropFirst() }
        isFolderOnly = rest.last == slash
        if isFolderOnly { rest = rest.dropLast() }
        guard !rest.isEmpty else { return nil }
        isForAnyDepth = !rest.contains(slash)
        let dots = ["./", "../"].first { rest.starts(with: $0.utf8) || rest.elementsEqual($0.dropLast().utf8) }
        leadingDots = dots.map { ($0, Array(rest.dropFirst($0.utf8.count))) }
        if rest.first == slash { rest = rest.dropFirst() }
        let plain = rest.prefix { !wildcards.contains($0) }
        prefix = Array(plain)
        tokens = Self.tokens(of: Array(rest[plain.endIndex...]))
        wildcardCount = (tokens ?? []).count(where: \.isWildcard)
    }

    /// Spaces at the end do not count, unless there is a backslash before them.
    private static func withoutTrailingSpaces(_ line: [UInt8]) -> [UInt8] {
        var end: Int?
        var index = 0
        while index < line.count {
            if line[index] == UInt8(ascii: " ") {
                end = end ?? index
            } else {
                if line[index] == backslash {
                    index += 1
                    if index == line.count { return line }
                }
                end = nil
            }
            index += 1
        }
        return end.map { Array(line[..<$0]) } ?? line
    }

    private static func tokens(of text: [UInt8]) -> [Token]? {
        var tokens: [Token] = []
        var index = 0
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "*"):
                let begin = index
                while index < text.count, text[index] == UInt8(ascii: "*") { index += 1 }
                let rest = text[index...]
                let isWhole =
                    (begin == 0 || text[begin - 1] == slash)
                    && (rest.isEmpty || rest.first == slash || rest.starts(with: [backslash, slash]))
                guard index - begin > 1, isWhole else {
                    tokens.append(.star)
                    continue
                }
                if rest.first == slash { tokens.append(.optionalFolders) }
                tokens.append(.anything)
                continue
            case UInt8(ascii: "?"): tokens.append(.one)
            case UInt8(ascii: "["):
                guard let (set, end) = ByteSet.parse(text, from: index) else { return nil }
                tokens.append(.set(set))
                index = end
            case backslash:
                index += 1
                guard index < text.count else { return nil }
                tokens.append(.byte(text[index]))
            default: tokens.append(.byte(text[index]))
            }
            index += 1
        }
        return tokens
    }

    /// Whether the pattern is about this name.
    ///
    /// - Parameters:
    ///   - path: the name below the folder of the ignore file, with `/` between components.
    ///   - base: its last component.
    ///   - isFolder: what it is.
    /// - Returns: true when it matches.
    /// - Complexity: O(pattern × name) steps at most.
    func matches(_ path: [UInt8], base: [UInt8], isFolder: Bool) -> Bool {
        guard let tokens, isFolder || !isFolderOnly else { return false }
        let name = isForAnyDepth ? base : path
        guard name.starts(with: prefix) else { return false }
        return Self.matches(tokens, name[prefix.count...])
    }

    /// Follows all places of the pattern that can be reached, one byte of the name at a time.
    private static func matches(_ tokens: [Token], _ name: ArraySlice<UInt8>) -> Bool {
        var places = [Bool](repeating: false, count: tokens.count + 1)
        places[0] = true
        skip(tokens, &places)
        for byte in name {
            var next = [Bool](repeating: false, count: tokens.count + 1)
            var isAlive = false
            for (place, token) in tokens.enumerated() where places[place] {
                let (stays, advances): (Bool, Bool) =
                    switch token {
                    case .byte(let wanted): (false, byte == wanted)
                    case .one: (false, byte != slash)
                    case .set(let set): (false, byte != slash && set.contains(byte))
                    case .star: (byte != slash, false)
                    case .anything: (true, false)
                    case .optionalFolders: (false, false)
                    }
                if stays { next[place] = true }
                if advances { next[place + 1] = true }
                isAlive = isAlive || stays || advances
            }
            guard isAlive else { return false }
            places = next
            skip(tokens, &places)
        }
        return places[tokens.count]
    }

    /// Adds the places that are reached without reading anything.
    private static func skip(_ tokens: [Token], _ places: inout [Bool]) {
        for (place, token) in tokens.enumerated() where places[place] {
            switch token {
            case .star, .anything: places[place + 1] = true
            case .optionalFolders:
                places[place + 1] = true
                places[place + 3] = true  // behind `**` and the `/` after it
            case .byte, .one, .set: break
            }
        }
    }
}

private let slash = UInt8(ascii: "/")
private let backslash = UInt8(ascii: "\\")
private let wildcards = Array("*?[\\".utf8)
