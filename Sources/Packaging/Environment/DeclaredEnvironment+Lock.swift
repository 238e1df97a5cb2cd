import Documents

extension DeclaredEnvironment {
    /// Reads a `pylock.toml` (PEP 751): names, versions, markers and hashes.
    ///
    /// Its addresses are not read at all. Where packages come from is the user's to say, so of each file only the
    /// hash counts: what the user's index offers must have one of them.
    ///
    /// - Throws: ``PackageError`` with line and column; a package that cannot be installed so is set aside instead.
    init(lock bytes: [UInt8], file: String) throws(PackageError) {
        let reader = DocumentReader(file: file, rule: .environment)
        let root = try reader.toml(bytes)
        let version = try reader.text(root["lock-version"], "lock-version")
        guard let version, version == "1" || version.hasPrefix("1.") else {
            throw reader.fault(
                "lock-version must be \"1.0\", the format of PEP 751",
                at: root["lock-version"]?.position
            )
        }
        pythonSpecifier = try reader.pythonSpecifier(root["requires-python"])
        for node in try reader.elements(root["packages"], "packages") {
            try add(node, reader)
            try requirements.validateCount(reader)
        }
    }

    private mutating func add(_ node: Node, _ reader: DocumentReader) throws(PackageError) {
        _ = try reader.members(node, "an entry of packages")
        let line = node["name"]?.position?.line ?? node.position?.line ?? 0
        guard let name = try reader.text(node["name"], "packages.name") else {
            throw reader.fault("an entry of packages has no name", at: node.position)
        }
        let marker = try reader.text(node["marker"], "packages.marker")
        if let marker, marker.contains("extras") || marker.contains("dependency_groups") {
            let text = "'\(Printable(name, limit: 60))' belongs to an extra or a dependency group; not installed"
            remarks.append(Remark(line: line, text: text))
            return
        }
        do throws(RequirementFault) {
            for (key, what) in [("vcs", "a repository"), ("directory", "a folder"), ("archive", "an address")]
            where node[key] != nil {
                throw RequirementFault("\(what) is not installed from")
            }
            guard let version = node["version"]?.string else {
                throw RequirementFault("a lock must name its version")
            }
            guard name.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }), Version.isValid(version) else {
                throw RequirementFault("'\(Printable(version, limit: 60))' is no version")
            }
            let hashes = Self.hashes(of: node)
            guard !hashes.isEmpty else { throw RequirementFault("the lock gives no sha256 hash of its files") }
            let text = name + "==" + version + (marker.map { " ; " + $0 } ?? "")
            let plain = try RequirementParser.requirement(text, line: line)
            guard plain.specifier == "==" + version, plain.extras.isEmpty else {
                throw RequirementFault("'\(Printable(name, limit: 60))' is no package name")
            }
            requirements.append(plain.with(hashes: hashes))
        } catch {
            requirements.refused.append(RefusedLine(line: line, text: name, reason: error.reason))
        }
    }

    /// The hashes of all files of a package, built or not.
    private static func hashes(of node: Node) -> [String] {
        let files = (node["wheels"]?.array ?? []) + [node["sdist"]].compactMap(\.self)
        return files.flatMap { file in
            (file["hashes"]?.members ?? []).compactMap { member in
                let text = "\(member.key.lowercased()):\(member.value.string?.lowercased() ?? "")"
                return RequirementParser.isHash(text[...]) ? text : nil
            }
        }
    }
}
