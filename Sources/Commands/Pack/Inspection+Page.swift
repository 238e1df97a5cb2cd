import Documents
import Packaging

extension Inspection {
    /// A compact page for people; everything that the package wrote is made printable.
    var page: String {
        var lines = [name.map { "\(Printable($0))" } ?? "(no name)"]
        let rows = identity + lineageRows + shapes + environmentRows + specificationRows + semanticRows
        for (label, text) in rows {
            lines.append("  " + label + String(repeating: " ", count: max(1, 13 - label.count)) + text)
        }
        lines += package.warnings.map { "warning: \($0)" }
        return lines.joined(separator: "\n")
    }

    private typealias Row = (label: String, text: String)

    private var identity: [Row] {
        let manifest = package.manifest
        let sandbox = manifest.sandbox
        var rows: [Row] = []
        if let id = manifest.id { rows.append(("id", "\(Printable(id))")) }
        rows.append(("content", "sha256:\(package.digest)"))
        rows.append(("zip", "\(sizeText(package.archiveSize)), sha256:\(fileDigest)"))
        rows.append(("files", "\(package.entries.count), \(sizeText(unpackedSize)) unpacked"))
        switch sandbox.runtime {
        case .python:
            rows.append(("runtime", "Python"))
            let model = manifest.model
            rows.append(("model", "class \(Printable(model.className)) in \(Printable(model.modulePath))"))
            if model.kwargs.members?.isEmpty == false {
                rows.append(("arguments", "\(Printable(model.kwargs.json()))"))
            }
        case .executable, .onnx:
            rows.append(("runtime", "\(sandbox.runtime.rawValue) \(Printable(sandbox.entry ?? ""))"))
        }
        var asks: [String] = []
        if let profile = sandbox.profile { asks.append("profile \(profile)") }
        if let memory = sandbox.memoryBytes { asks.append("memory \(sizeText(memory))") }
        if let seconds = sandbox.seconds { asks.append("\(seconds) s") }
        if let threads = sandbox.threads { asks.append(counted(threads, "thread")) }
        if !asks.isEmpty { rows.append(("asks for", asks.joined(separator: ", "))) }
        return rows
    }

    /// At most so many steps are shown, the last ones.
    private static let shownSteps = 8

    private var lineageRows: [Row] {
        switch lineage {
        case .none: return []
        case .unreadable: return [("lineage", "\(Lineage.fileName) cannot be read")]
        case .steps(let steps):
            var texts = steps.suffix(Self.shownSteps).map { step in
                let rows = step.rows.map { " with " + counted($0, "row") } ?? ""
                let tool = step.tool.isEmpty ? "" : ", by \(Printable(step.tool, limit: 40))"
                return "\(Printable(step.method, limit: 40))\(rows)\(tool), from \(Printable(step.parent, limit: 80))"
            }
            let left = steps.count - texts.count
            if left > 0 { texts.insert(counted(left, "earlier step"), at: 0) }
            return texts.enumerated().map { ($0 == 0 ? "lineage" : "", $1) }
        }
    }

    private var shapes: [Row] {
        guard let model else {
            return Self.rows("input", package.declaredInput, noun: "column")
                + Self.rows("output", package.declaredOutput, noun: "value")
        }
        // What nobody declares, the model file says.
        var rows: [Row] = []
        if case .unknown = package.declaredInput {
            rows += Self.rows("input", model.inputs, "by the model file")
        } else {
            rows += Self.rows("input", package.declaredInput, noun: "column")
        }
        if case .tensors = package.declaredOutput {
            rows += Self.rows("output", package.declaredOutput, noun: "value")
            return rows + Self.rows("", model.undeclaredOutputs, "in the model file, not declared")
        }
        rows += Self.rows("output", Array(model.outputs.prefix(model.usualOutput + 1).suffix(1)), "by the model file")
        return rows + Self.rows("", model.undeclaredOutputs, "in the model file, not declared")
    }

    private static func rows(_ label: String, _ values: [ModelTensors.Value], _ source: String) -> [Row] {
        var rows = values.prefix(8).enumerated().map { index, value in
            let shape = value.shape.map { " " + shapeText($0) } ?? ""
            let text = "\(Printable(value.name, limit: 60)) \(value.datatype ?? "no tensor")\(shape) (\(source))"
            return (index == 0 ? label : "", text)
        }
        if values.count > 8 { rows.append(("", "… and \(values.count - 8) more")) }
        return rows
    }

    private static func rows(_ label: String, _ declared: DeclaredTensors, noun: String) -> [Row] {
        switch declared {
        case .tensors(let tensors):
            return tensors.map { tensor in
                let names = tensor.columns.isEmpty ? "" : ": " + list(tensor.columns)
                return (label, "\(Printable(tensor.name)) \(tensor.datatype) \(shapeText(tensor.shape))\(names)")
            }
        case .sample(let shape):
            return [(label, "\(shapeText(shape)) for one row, by the model's arguments")]
        case .features(let features):
            guard let dimension = features.dimension else { fallthrough }
            let names = features.descriptions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            let described = names.isEmpty ? "" : ": " + list(names)
            return [(label, counted(dimension, noun) + described + " (by the semantic specification)")]
        case .unknown:
            return [(label, "known only when run")]
        }
    }

    private var environmentRows: [Row] {
        let source = package.environment
        guard !source.fileName.isEmpty else { return [("environment", "none")] }
        let list = source.requirements
        var rows: [Row] = [("environment", source.fileName)]
        if let python = source.pythonSpecifier { rows.append(("", "python\(python)")) }
        rows += list.lines.prefix(40).map { ("", $0.canonicalText) }
        if list.lines.count > 40 { rows.append(("", "… and \(list.lines.count - 40) more")) }
        if list.skipsLearnware { rows.append(("", "learnware is provided by the runner")) }
        rows += list.refused.prefix(20).map { ("", "refused, line \($0.line): \(Printable($0.text, limit: 80))") }
        return rows
    }

    private var specificationRows: [Row] {
        guard !statistical.isEmpty else { return [("statistics", "none")] }
        return statistical.map { summary in
            if let problem = summary.problem { return ("statistics", "\(Printable(summary.type)): \(problem)") }
            var text = "\(Printable(summary.type))"
            if let count = summary.pointCount {
                let shape = summary.pointShape.map(String.init).joined(separator: " × ")
                text += ", \(count) × \(shape.isEmpty ? "?" : shape)"
            }
            if let gamma = summary.gamma { text += ", gamma \(gamma)" }
            if let samples = summary.sampleCount { text += ", of \(counted(samples, "row"))" }
            return ("statistics", text)
        }
    }

    private var semanticRows: [Row] {
        guard let semantic = package.semantic else { return [("semantics", "none")] }
        let tags = [semantic.data, semantic.task, semantic.library, semantic.license, semantic.scenarios]
            .filter { !$0.isEmpty }
            .map(Self.list)
        var texts = tags.isEmpty ? [] : [tags.joined(separator: " · ")]
        if !semantic.description.isEmpty { texts.append("\(Printable(semantic.description))") }
        if texts.isEmpty { texts.append("empty") }
        return texts.enumerated().map { ($0 == 0 ? "semantics" : "", $1) }
    }

    private static func list(_ texts: [String]) -> String {
        let shown = texts.prefix(8).map { "\(Printable($0, limit: 60))" }.joined(separator: ", ")
        return texts.count > 8 ? shown + ", … (\(texts.count) in all)" : shown
    }

    /// A shape with `n` for "any number".
    private static func shapeText(_ shape: [Int]) -> String {
        "[" + shape.map { $0 < 0 ? "n" : String($0) }.joined(separator: ", ") + "]"
    }
}
