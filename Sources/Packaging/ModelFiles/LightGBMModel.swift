/// What the head of a LightGBM text model says (`GBDT::SaveModelToString` in `gbdt_model_text.cpp`).
struct LightGBMModel: Sendable {
    /// Columns that the model takes.
    var columns: Int
    /// Their names; empty when LightGBM made them up.
    var names: [String]
    /// The first word of the objective, such as `multiclass`; nil when the model has none, or none that is a name.
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
        // The keys that are used, compared by their bytes; all others are forgotten at once.
        let wanted = ["max_feature_idx", "num_class", "objective", "feature_names"]
        var head: [String: ArraySlice<UInt8>] = [:]
        var lines = 0
        while true {
            lines += 1
            guard lines <= Self.headLines else { throw broken("its head has more than \(Self.headLines) lines") }
            let line = try stream.line(limit: Self.lineBytes)
            let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line[...]
            if text.starts(with: "Tree=".utf8) || text.elementsEqual("end of trees".utf8) { break }
            guard let key = wanted.first(where: { text.starts(with: ($0 + "=").utf8) }) else { continue }
            head[key] = text.dropFirst(key.utf8.count + 1)
        }
        func number(_ key: String) -> Int? { head[key].flatMap { Int(String(decoding: $0, as: UTF8.self)) } }
        guard let last = number("max_feature_idx"), last >= 0, last < 1 << 24 else {
            throw broken("its head does not say max_feature_idx")
        }
        columns = last + 1
        guard let classes = head["num_class"] == nil ? 1 : number("num_class"), classes >= 1, classes <= 1 << 20 else {
            throw broken("its head says no usable num_class")
        }
        self.classes = classes
        let space = UInt8(ascii: " ")
        objective = head["objective"]?.split(separator: space, maxSplits: 1).first.flatMap { word in
            let text = String(decoding: word, as: UTF8.self)
            return isDottedName(text) ? text : nil
        }
        let names = head["feature_names"]?.split(separator: space) ?? []
        let isMadeUp = names.enumerated().allSatisfy { $1.elementsEqual("Column_\($0)".utf8) }
        self.names = names.count == columns && !isMadeUp ? names.map { String(decoding: $0, as: UTF8.self) } : []
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
