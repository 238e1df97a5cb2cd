import Foundation

/// Where the *user* of this machine gets Python packages from: their `pip` and `uv` settings, and no package's.
struct PackageIndex: Sendable {
    /// Options for `uv`.
    private(set) var options: [String] = []
    /// Variables for `uv`: proxies and certificates.
    private(set) var environment: [String: String] = [:]

    /// Reads `PIP_…`, `UV_…`, proxy and certificate variables, then pip's configuration files.
    init(environment variables: [String: String] = ProcessInfo.processInfo.environment) {
        let settings = Self.pipFiles(variables).reduce(into: [String: String]()) { all, file in
            all.merge(Self.globalSection(of: file)) { _, newer in newer }
        }
        func setting(_ name: String) -> String? {
            let key = "PIP_" + name.uppercased().replacingOccurrences(of: "-", with: "_")
            return variables[key] ?? settings[name]
        }
        if let index = variables["UV_DEFAULT_INDEX"] ?? variables["UV_INDEX_URL"] ?? setting("index-url") {
            options += ["--default-index", index]
        }
        for extra in Self.words(variables["UV_EXTRA_INDEX_URL"] ?? setting("extra-index-url")) {
            options += ["--index", extra]
        }
        for place in Self.words(variables["UV_FIND_LINKS"] ?? setting("find-links")) {
            // A folder that is not there is no error for pip; for uv it is.
            let isFolder = place.hasPrefix("/")
            if !isFolder || FileManager.default.fileExists(atPath: place) { options += ["--find-links", place] }
        }
        if ["1", "true", "yes"].contains(setting("no-index")?.lowercased()) { options.append("--no-index") }
        for name in Self.passed + Self.passed.map({ $0.lowercased() }) {
            if let value = variables[name] { environment[name] = value }
        }
        if environment["SSL_CERT_FILE"] == nil, let certificate = setting("cert") {
            environment["SSL_CERT_FILE"] = certificate
        }
    }

    /// Adds a folder of wheels that we built.
    mutating func add(folder: String) { options += ["--find-links", folder] }

    /// The addresses of indexes, in the order in which they are asked.
    var indexes: [String] {
        if options.contains("--no-index") { return [] }
        let named = values(of: "--index")
        return named + (values(of: "--default-index").first.map { [$0] } ?? ["https://pypi.org/simple"])
    }

    /// Folders of this machine that hold packages.
    var folders: [String] { values(of: "--find-links").filter { $0.hasPrefix("/") } }

    private func values(of option: String) -> [String] {
        zip(options, options.dropFirst()).filter { $0.0 == option }.map(\.1)
    }

    /// `USER:PASSWORD` for each host whose index names them in its address; addresses of files do not repeat them.
    var credentials: [String: String] {
        options.reduce(into: [:]) { all, option in
            guard let parts = URLComponents(string: option), let host = parts.host, let user = parts.user else {
                return
            }
            let port = parts.port.map { ":\($0)" } ?? ""
            all[host + port] = user + ":" + (parts.password ?? "")
        }
    }

    private static let passed = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"]

    private static func words(_ text: String?) -> [String] {
        (text ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
    }

    private static func pipFiles(_ variables: [String: String]) -> [String] {
        let home = variables["HOME"] ?? ""
        let configuration = variables["XDG_CONFIG_HOME"] ?? home + "/.config"
        var files = ["/etc/pip.conf", "\(home)/.pip/pip.conf", "\(configuration)/pip/pip.conf"]
        if let named = variables["PIP_CONFIG_FILE"] { files = named == "/dev/null" ? [] : files + [named] }
        return files
    }

    /// The `[global]` section of an INI file; continued values are joined by a space.
    private static func globalSection(of path: String) -> [String: String] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [:] }
        var values: [String: String] = [:]
        var isGlobal = false
        var last: String?
        for line in text.split(separator: "\n") {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
            if trimmed.hasPrefix("[") {
                isGlobal = trimmed == "[global]"
                last = nil
            } else if isGlobal, line.first?.isWhitespace == true, let last {
                values[last, default: ""] += " " + trimmed
            } else if isGlobal, let separator = trimmed.firstIndex(where: { $0 == "=" || $0 == ":" }) {
                let key = trimmed[..<separator].trimmingCharacters(in: .whitespaces)
                values[key] = trimmed[trimmed.index(after: separator)...].trimmingCharacters(in: .whitespaces)
                last = key
            }
        }
        return values
    }
}
