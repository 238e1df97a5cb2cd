import Documents

/// The rules of one statistical specification file.
///
/// The numbers are read once and checked; nothing of them is kept but their shape.
struct StatisticalRules {
    /// The kinds that are plain JSON with points, by the kind of data that they describe.
    static let dataKinds = [
        "RKMETableSpecification": "Table", "RKMEImageSpecification": "Image", "RKMETextSpecification": "Text",
    ]

    /// The class that `learnware.yaml` names, under its newer name.
    let type: String
    private(set) var pointShape: [Int] = []
    private var list: ProblemList
    var problems: [Problem] { list.problems }

    /// The numbers of one point.
    var dimension: Int? { StatisticalDocument.dimension(ofPoint: pointShape) }

    /// - Parameters:
    ///   - bytes: the file.
    ///   - file: its name inside the package.
    ///   - className: as `learnware.yaml` spells it.
    init(_ bytes: [UInt8], file: String, className: String) {
        type = StatisticalDocument.type(of: className)
        list = ProblemList(file: file, rule: .statistical)
        guard Self.dataKinds[type] != nil else {
            list.warning("'\(Printable(type))' is a kind of specification that is not known here; it is not checked")
            return
        }
        let root: Node
        do {
            root = try StatisticalDocument.document(bytes)
        } catch {
            let isNotFinite = ["N", "I"].contains { error.reason.hasSuffix("not '\($0)'") }
            let hint = isNotFinite ? "NaN and Infinity are no numbers of JSON: clean the data and make it again" : nil
            list.error(error.reason, at: error.position, hint: hint)
            return
        }
        guard root.members != nil else {
            list.error("it must hold a map, not \(root.kind)", at: root)
            return
        }
        if let given = root["type"], !given.isNull, given.string != type {
            let shown = given.string.map { "'\(Printable($0))'" } ?? given.kind
            list.error("its type is \(shown), but learnware.yaml says '\(type)'", at: given)
        }
        let count = checkPoints(root)
        checkWeights(root, count: count)
        checkScalars(root)
    }

    /// - Returns: how many points there are (K).
    private mutating func checkPoints(_ root: Node) -> Int? {
        guard let points = root["z"] else {
            list.error("it has no points (z)", at: root)
            return nil
        }
        guard let elements = points.array, !elements.isEmpty else {
            list.error("z must be a list of points, and not empty", at: points)
            return nil
        }
        guard let shape = shape(of: elements[0]), !shape.isEmpty else {
            list.error("a point of z must be a list of finite numbers", at: elements[0])
            return elements.count
        }
        for element in elements {
            guard self.shape(of: element) == shape else {
                list.error("the points of z must be lists of finite numbers, all of one shape", at: element)
                return elements.count
            }
        }
        pointShape = shape
        if type == "RKMEImageSpecification", shape.count != 3 {
            list.error(
                "a point of an image must have three axes (channels, rows, columns), not \(shape.count)",
                at: elements[0]
            )
        }
        return elements.count
    }

    /// The lengths of a list of numbers, or nil where it is ragged or holds something else.
    private func shape(of node: Node) -> [Int]? {
        guard let elements = node.array else { return node.number?.isFinite == true ? [] : nil }
        guard let first = elements.first else { return nil }
        guard let inner = shape(of: first) else { return nil }
        for element in elements.dropFirst() where shape(of: element) != inner { return nil }
        return [elements.count] + inner
    }

    private mutating func checkWeights(_ root: Node, count: Int?) {
        guard let weights = root["beta"] else {
            list.error("it has no weights (beta)", at: root)
            return
        }
        guard let elements = weights.array else {
            list.error("beta must be a list of numbers, not \(weights.kind)", at: weights)
            return
        }
        if let wrong = elements.first(where: { $0.number?.isFinite != true }) {
            list.error("beta must hold finite numbers, not \(wrong.kind)", at: wrong)
        }
        if let count, count != elements.count {
            list.error("z has \(count) points, but beta has \(elements.count) weights", at: weights)
        }
    }

    private mutating func checkScalars(_ root: Node) {
        if let gamma = root["gamma"], !gamma.isNull {
            if let number = gamma.number {
                if !(number > 0) || !number.isFinite { list.error("gamma is \(number); it must be above 0", at: gamma) }
            } else {
                list.error("gamma must be a number, not \(gamma.kind)", at: gamma)
            }
        }
        if let count = root["num_points"], !count.isNull {
            if let integer = count.integer {
                if integer < 1 { list.error("num_points is \(integer); it must be at least 1", at: count) }
            } else {
                list.error("num_points must be a whole number, not \(count.kind)", at: count)
            }
        }
        if let language = root["language"], !language.isNull {
            let isList = language.array?.allSatisfy { $0.string != nil } ?? false
            if !isList { list.error("language must be a list of texts", at: language) }
        }
    }
}
