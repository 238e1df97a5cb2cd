package import Documents

/// The rules of a semantic specification, from the document to problems: nothing is read and nothing is run.
///
/// They are those of the Python package's checker (0.3.2, with what 0.4 added), each checked wherever it can be.
/// One difference: 0.4 refuses tables and images without `Model`, which every 0.3 file lacks; here that is a warning.
package struct SemanticRules {
    private var list: ProblemList
    private let root: Node

    /// - Parameters:
    ///   - document: the parsed JSON, with positions where it has them.
    ///   - file: the file's name, for the places.
    /// - Returns: the faults and oddities; without errors, the Python package's checker accepts the document.
    package static func problems(in document: Node, file: String) -> [Problem] {
        var rules = SemanticRules(document, file: file)
        rules.check()
        return rules.list.problems
    }

    /// The limits on lengths, which are the Beimingwu dock's and not the Python package's.
    package static func lengthProblems(in document: Node, file: String) -> [Problem] {
        var list = ProblemList(file: file, rule: .semantic)
        for (key, range) in [("Name", 5...50), ("Description", 10...10_000)] {
            guard let node = document[key]?["Values"], let text = node.string, !text.isEmpty else { continue }
            let count = text.unicodeScalars.count
            if !range.contains(count) {
                list.error(
                    "\(key) has \(count) character\(count == 1 ? "" : "s"); Beimingwu takes \(range.lowerBound) to \(range.upperBound)",
                    at: node
                )
            }
        }
        return list.problems
    }

    private init(_ document: Node, file: String) {
        root = document
        list = ProblemList(file: file, rule: .semantic)
    }

    private mutating func check() {
        guard root.members != nil else {
            list.error("it must hold a map, not \(root.kind)", at: root)
            return
        }
        list.keys(of: root, in: "", known: SemanticVocabulary.keys)
        let data = one(SemanticVocabulary.data)
        let task = one(SemanticVocabulary.task)
        _ = one(SemanticVocabulary.library)
        _ = one(SemanticVocabulary.license)
        checkScenario()
        checkText("Name")
        checkText("Description")
        checkTask(task, for: data)
        checkModel(for: data)
        if data == "Table" { checkFeatures("Input", because: "Data is Table", atLeast: 1) }
        if let task, ["Classification", "Regression"].contains(task) {
            checkFeatures("Output", because: "Task is \(task)", atLeast: task == "Regression" ? 1 : 2)
        }
    }

    /// The `Values` of an entry with the right `Type`.
    private mutating func values(_ key: String, type: String, hint: String? = nil) -> Node? {
        guard let entry = root[key] else {
            // A slip of the key was noted as such.
            let isSlip = root.members?.contains { slip(of: $0.key, among: SemanticVocabulary.keys) == key } == true
            if !isSlip { list.error("there is no '\(key)'", at: root, hint: hint) }
            return nil
        }
        guard entry.members != nil else {
            list.error("\(key) must be a map with Type and Values, not \(entry.kind)", at: entry)
            return nil
        }
        list.keys(of: entry, in: key, known: ["Type", "Values"])
        if let given = entry["Type"] {
            if given.string != type {
                let shown = given.string.map { "'\(Printable($0))'" } ?? given.kind
                list.error("\(key).Type is \(shown); it must be '\(type)'", at: given)
            }
        } else {
            list.error("\(key) has no Type; it must be '\(type)'", at: entry)
        }
        guard let values = entry["Values"] else {
            list.error("\(key) has no Values", at: entry, hint: hint)
            return nil
        }
        return values
    }

    private static func hint(_ entry: SemanticVocabulary.Entry) -> String {
        "one of: " + entry.values.joined(separator: ", ")
    }

    /// The texts of a list of values; what is no allowed value is noted and left out.
    private mutating func allowed(_ entry: SemanticVocabulary.Entry, _ node: Node) -> [String]? {
        guard let elements = node.array else {
            list.error("\(entry.key).Values must be a list, not \(node.kind)", at: node, hint: Self.hint(entry))
            return nil
        }
        var texts: [String] = []
        for element in elements {
            guard let text = element.string else {
                list.error("\(entry.key).Values must hold texts, not \(element.kind)", at: element)
                continue
            }
            guard !entry.values.contains(text) else {
                texts.append(text)
                continue
            }
            let near = nearest(to: text, among: entry.values).map { "; did you mean '\($0)'?" } ?? ""
            list.error(
                "\(entry.key) has no value '\(Printable(text))'\(near)",
                at: element,
                hint: Self.hint(entry)
            )
        }
        return texts
    }

    /// The one value of a class.
    private mutating func one(_ entry: SemanticVocabulary.Entry) -> String? {
        guard let node = values(entry.key, type: entry.type, hint: Self.hint(entry)) else { return nil }
        guard let texts = allowed(entry, node), let count = node.array?.count else { return nil }
        guard count == 1 else {
            list.error("\(entry.key).Values has \(count) values; it must have exactly one", at: node)
            return nil
        }
        return texts.first
    }

    private mutating func checkScenario() {
        let entry = SemanticVocabulary.scenario
        guard let node = values(entry.key, type: entry.type, hint: Self.hint(entry)) else { return }
        guard let texts = allowed(entry, node) else { return }
        if node.array?.isEmpty == true {
            list.error("Scenario.Values is empty; it must have at least one", at: node, hint: Self.hint(entry))
        }
        if Set(texts).count < texts.count { list.warning("Scenario.Values names the same one twice", at: node) }
    }

    private mutating func checkText(_ key: String) {
        guard let node = values(key, type: "String") else { return }
        guard let text = node.string else {
            list.error("\(key).Values must be a text, not \(node.kind)", at: node)
            return
        }
        if text.isEmpty { list.error("\(key) is empty", at: node) }
    }

    private mutating func checkTask(_ task: String?, for data: String?) {
        guard let task, let data else { return }
        let tasks = SemanticVocabulary.tasks(for: data)
        if !tasks.contains(task) {
            list.error(
                "Data is \(data), which has no task '\(task)'",
                at: root["Task"]?["Values"],
                hint: "one of: " + tasks.joined(separator: ", ")
            )
        }
    }

    private mutating func checkModel(for data: String?) {
        guard root["Model"] != nil else {
            if data == "Table" || data == "Image" {
                list.warning(
                    "there is no 'Model', which version 0.4 of the Python package needs",
                    at: root,
                    hint: #"add "Model": {"Type": "Optional", "Values": ["Others"]}"#
                )
            }
            return
        }
        guard let model = one(SemanticVocabulary.model) else { return }
        if let data, data != "Text", model != "Others" {
            list.error("Data is \(data), so Model must be 'Others', not '\(model)'", at: root["Model"]?["Values"])
        }
    }
}

extension SemanticRules {
    private mutating func checkFeatures(_ key: String, because reason: String, atLeast minimum: Int) {
        guard let node = root[key], !node.isNull else {
            list.error(
                "there is no '\(key)', which is needed because \(reason)",
                at: root[key] ?? root,
                hint: #""\#(key)": {"Dimension": 2, "Description": {"0": "what the first one is"}}"#
            )
            return
        }
        guard node.members != nil else {
            list.error("\(key) must be a map with Dimension and Description, not \(node.kind)", at: node)
            return
        }
        list.keys(of: node, in: key, known: ["Dimension", "Description"])
        let dimension = dimension(node, key, because: reason, atLeast: minimum)
        guard let descriptions = node["Description"] else {
            list.error("\(key) has no Description", at: node, hint: #"it may be empty: "Description": {}"#)
            return
        }
        guard let members = descriptions.members else {
            list.error("\(key).Description must be a map, not \(descriptions.kind)", at: descriptions)
            return
        }
        for member in members { check(member, of: key, dimension: dimension) }
    }

    private mutating func dimension(
        _ node: Node,
        _ key: String,
        because reason: String,
        atLeast minimum: Int
    ) -> Int? {
        guard let given = node["Dimension"] else {
            list.error("\(key) has no Dimension", at: node)
            return nil
        }
        guard let dimension = given.integer else {
            list.error("\(key).Dimension must be a whole number, not \(given.kind)", at: given)
            return nil
        }
        if dimension < minimum {
            list.error("\(key).Dimension is \(dimension); it must be at least \(minimum), because \(reason)", at: given)
            return nil
        }
        return dimension
    }

    private mutating func check(_ member: Member, of key: String, dimension: Int?) {
        let shown = Printable(member.key)
        if let index = Int(member.key) {
            if String(index) != member.key {
                list.warning("\(key).Description has the index '\(shown)'; write '\(index)'", at: member.position)
            }
            if index < 0 || index >= dimension ?? .max {
                let range = dimension.map { "from 0 to \($0 - 1)" } ?? "0 or more"
                list.error(
                    "\(key).Description has the index '\(shown)'; it must be \(range), as Dimension says",
                    at: member.position
                )
            }
        } else {
            list.error("\(key).Description has the key '\(shown)', which is no index", at: member.position)
        }
        if member.value.string == nil {
            list.error("\(key).Description.\(shown) must be a text, not \(member.value.kind)", at: member.value)
        }
    }
}
