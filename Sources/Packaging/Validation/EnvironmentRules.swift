import Documents

/// The rules of what a package wants installed.
struct EnvironmentRules {
    /// A warning names at most so many requirements.
    private static let mostNamed = 8

    private let source: EnvironmentSource
    private var list: ProblemList

    static func problems(of source: EnvironmentSource) -> [Problem] {
        var rules = EnvironmentRules(source: source, list: ProblemList(file: source.fileName, rule: .environment))
        rules.checkRefused()
        rules.checkNames()
        rules.checkPins()
        rules.checkDuplicates()
        rules.checkMarkers()
        return rules.list.problems
    }

    private func position(_ line: Int) -> SourcePosition { SourcePosition(line: line, column: 1) }

    private mutating func checkRefused() {
        for refused in source.requirements.refused {
            let problem = Problem.error(
                .requirementRefused,
                refused.reason,
                file: source.fileName,
                at: position(refused.line),
                hint: "name packages and versions only, such as numpy==2.4.6"
            )
            list.append(problem)
        }
    }

    private mutating func checkNames() {
        for item in source.requirements.lines {
            let name = item.normalizedName
            let place = position(item.line)
            if name == "python" {
                list.error("Python itself is no package", at: place, hint: "environment.yaml can name it: python=3.11")
            } else if ImportNames.standardLibrary.contains(name) {
                let message = "'\(Printable(item.name))' is part of Python; remove the line"
                if ImportNames.backports.contains(name) {
                    list.warning(message, at: place, hint: "the package of that name is for older versions of Python")
                } else {
                    list.error(message, at: place)
                }
            } else if let right = ImportNames.corrections[name] {
                let message = "'\(Printable(item.name))' is imported, but installed as '\(right.name)'"
                if right.installsSomething {
                    list.warning(
                        message,
                        at: place,
                        hint: "there is another package '\(name)'; if you mean it, all is well"
                    )
                } else {
                    list.error(message, at: place, hint: "write \(right.name)\(Printable(item.specifier))")
                }
            }
        }
    }

    /// One version and no other: by number, by arbitrary equality or by the hash of the file.
    private func isPinned(_ item: Requirement) -> Bool {
        if !item.hashes.isEmpty { return true }
        return item.specifier.split(separator: ",").contains {
            $0.hasPrefix("===") || $0.hasPrefix("==") && !$0.hasSuffix("*")
        }
    }

    private mutating func checkPins() {
        let loose = source.requirements.lines.filter { !isPinned($0) }
        guard let first = loose.first else { return }
        var names = loose.prefix(Self.mostNamed).map { "\(Printable($0.name)) (line \($0.line))" }
        if loose.count > names.count { names.append("and \(loose.count - names.count) more") }
        list.warning(
            "no exact version, so others may get another one: " + names.joined(separator: ", "),
            at: position(first.line),
            hint: "'pip freeze' says which versions you have; write them as in numpy==2.4.6"
        )
    }

    private mutating func checkDuplicates() {
        var seen: [String: Requirement] = [:]
        for item in source.requirements.lines {
            let key = item.normalizedName + ";" + (item.marker ?? "")
            guard let first = seen[key] else {
                seen[key] = item
                continue
            }
            if !isPinned(first), isPinned(item) { seen[key] = item }
            let name = Printable(item.name)
            if isPinned(first), isPinned(item), first.specifier != item.specifier {
                list.error(
                    "'\(name)' is wanted as \(item.specifier) here and as \(first.specifier) in line \(first.line)",
                    at: position(item.line)
                )
            } else {
                list.warning("'\(name)' is named in line \(first.line) too", at: position(item.line))
            }
        }
    }

    /// Markers that never hold where learnwares run, and what other tools make of the rest.
    private mutating func checkMarkers() {
        let marked = source.requirements.lines.filter { $0.marker != nil }
        for item in marked {
            let words = (item.marker ?? "").lowercased().filter { $0 != "\"" && $0 != "'" && $0 != " " }
            let isElsewhere = [
                "sys_platform==win32", "sys_platform==darwin", "platform_system==windows", "platform_system==darwin",
                "os_name==nt",
            ].contains(words)
            if isElsewhere {
                list.warning(
                    "'\(Printable(item.name))' is not installed: learnwares run on Linux",
                    at: position(item.line)
                )
            }
        }
        if let first = marked.first {
            list.warning(
                "Beimingwu and the Python client misread markers (what follows ';')",
                at: position(first.line)
            )
        }
    }
}
