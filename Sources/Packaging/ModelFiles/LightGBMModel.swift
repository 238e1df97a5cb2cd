/// What the head of a LightGBM text model says (`GBDT::SaveModelToString` in `gbdt_model_text.cpp`).
struct LightGBMModel: Sendable {
    /// Columns that the model takes.
    var columns: Int
    /// Their names; empty when LightGBM made them up.
    var names: [String]
    /// The first word of the objective, such as `multiclass`; nil when the model has none.
    var objective: String?
    /// 1 for a regression and for two classes.
    var classes: Int

    private static let lineBytes = 4 << 20
    private static let headLines = 200

    /// - Parameter stream: the file.
    /// - Throws: ``PackageError`` when it is no LightGBM model.
    init(_ stream: ByteStream) throws(PackageError) {
        func broken(_ reason: String) -> PackageError { stream.fault("is no LightGBM model: \(reason)") }
        guard try stream.line(limit: 64) == Array("tree".utf8) else { throw broken("its first line is not 'tree'") }
        var head: [String: String] = [:]
        var lines = 0
        while true {
            lines += 1
            guard lines <= Self.headLines else { throw broken("its head has more than \(Self.headLines) lines") }
            let line = try stream.line(limit: Self.lineBytes)
            let text = String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line[...], as: UTF8.self)
            if text.hasPrefix("Tree=") || text == "end of trees" { break }
            guard let equals = text.firstIndex(of: "=") else { continue }
            head[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        guard let last = head["max_feature_idx"].flatMap({ Int($0) }), last >= 0, last < 1 << 24 else {
            throw broken("its head does not say max_feature_idx")
        }
        columns = last + 1
        guard let classes = Int(head["num_class"] ?? "1"), classes >= 1, classes <= 1 << 20 else {
            throw broken("its head says no usable num_class")
        }
        self.classes = classes
        objective = head["objective"]?.split(separator: " ").first.map(String.init)
        let names = head["feature_names"]?.split(separator: " ").map(String.init) ?? []
        let isMadeUp = names.enumerated().allSatisfy { $1 == "Column_\($0)" }
        self.names = names.count == columns && !isMadeUp ? names : []
    }

    /// What the model does; nil when its objective is one that is not known.
    var task: ModelTask? {
        guard let objective else { return nil }
        let regressions = [
            "regression", "regression_l1", "huber", "fair", "poisson", "quantile", "mape", "gamma", "tweedie",
        ]
        return switch objective {
        case "multiclass", "multiclassova", "binary": .classification
        case _ where regressions.contains(objective): .regression
        default: nil
        }
    }
}

/// What a model does, as far as its file tells.
enum ModelTask: Sendable {
    case classification
    case regression
}
