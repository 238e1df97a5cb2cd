import Documents

/// What a pickle of a scikit-learn model says about it, as far as names, numbers and shapes tell.
struct SklearnModel: Sendable {
    /// The outermost class, such as `LogisticRegression`.
    var className: String
    /// The module that people import it from, such as `sklearn.linear_model`.
    var module: String
    /// The last step of a pipeline; otherwise the class itself.
    var finalClassName: String
    /// The version of scikit-learn that wrote it.
    var version: String?
    var columns: Int?
    var names: [String] = []
    var task: ModelTask?
    /// How many classes a classifier tells apart.
    var classes: Int?
    /// The datatype of the labels, in the words of the Open Inference Protocol.
    var labels: String?
    /// Numbers or labels for one row; nil when the file does not tell.
    var outputs: Int? = 1
    /// What is called to get them; nil when nothing takes new rows.
    var method: Method? = .predict
    /// True when some columns were texts.
    var readsTexts = false
    var hasProbabilities = false
    /// Packages that the file needs besides those that scikit-learn brings, by the name that is imported.
    var packages: [String] = []
    /// Modules that no package is known to bring.
    var foreignModules: [String] = []
    /// True when the arrays were written by numpy 2.
    var needsNumpy2 = false

    /// The most names of columns that are kept.
    static let nameLimit = 4096

    /// - Parameters:
    ///   - tree: the pickle.
    ///   - fault: makes an error about the file.
    /// - Throws: ``PackageError`` when the outermost object is no model.
    init(_ tree: PickleTree, fault: (String) -> PackageError) throws(PackageError) {
        guard let (module, name, _) = tree.instance(tree.root), isDottedName(module), isDottedName(name) else {
            throw fault("holds \(Self.kind(of: tree)), not a model; save the fitted model alone")
        }
        className = name
        self.module = Self.publicModule(module)
        let steps = Self.steps(of: tree.root, in: tree)
        let (first, last) = (steps.first ?? tree.root, steps.last ?? tree.root)
        finalClassName = tree.instance(last).map(\.name).flatMap { isDottedName($0) ? $0 : nil } ?? name
        version = tree.text(tree.attribute("_sklearn_version", of: tree.root)).flatMap { isVersion($0) ? $0 : nil }
        readInput(tree, [tree.root, first])
        readOutput(tree, [tree.root, last])
        readModules(tree)
    }

    /// The objects of a pipeline, the first and the last being what counts; empty for anything else.
    static func steps(of place: Int, in tree: PickleTree) -> [Int] {
        var steps: [Int] = []
        // A search keeps the best model that it found.
        var place = place
        if let best = tree.attribute("best_estimator_", of: place) {
            place = best
            steps = [best]
        }
        let inner = tree.elements(tree.attribute("steps", of: place))?.compactMap { step in
            tree.elements(step).flatMap { $0.count == 2 ? $0[1] : nil }
        }
        return inner.flatMap { $0.isEmpty ? nil : $0 } ?? steps
    }

    private mutating func readInput(_ tree: PickleTree, _ places: [Int]) {
        for place in places where columns == nil {
            let number = tree.attribute("n_features_in_", of: place) ?? tree.attribute("_n_features", of: place)
            columns = tree.integer(number).flatMap { $0 > 0 && $0 < 1 << 24 ? $0 : nil }
        }
        for place in places where names.isEmpty {
            let found = tree.texts(inArray: tree.attribute("feature_names_in_", of: place)) ?? []
            if found.count == columns, found.count <= Self.nameLimit { names = found }
        }
    }

    private mutating func readOutput(_ tree: PickleTree, _ places: [Int]) {
        for place in places where labels == nil && classes == nil {
            let labels = tree.attribute("classes_", of: place) ?? tree.attribute("_classes", of: place)
            if let shape = tree.shape(ofArray: labels), shape.count == 1, shape[0] > 0 { classes = shape[0] }
            if let code = tree.datatype(ofArray: labels) { self.labels = Self.datatype(code) }
        }
        let isClassifier = classes != nil || finalClassName.hasSuffix("Classifier") || finalClassName.hasSuffix("SVC")
        let isRegressor = ["Regress", "SVR", "Ridge", "Lasso", "ElasticNet", "Lars"].contains {
            finalClassName.contains($0)
        }
        task = isClassifier ? .classification : isRegressor ? .regression : nil
        if isClassifier {
            // For several labels there is a list of arrays.
            let lists = places.compactMap { tree.elements(tree.attribute("classes_", of: $0))?.count }
            if let count = lists.first, count > 0, count < 1 << 20 { outputs = count }
        } else if isRegressor {
            outputs = places.last.flatMap { Self.outputs(of: $0, in: tree) }
        } else if let last = places.last, let (module, name, _) = tree.instance(last) {
            method = Self.method(of: name, in: module)
            if method == .transform { outputs = Self.width(of: last, in: tree) }
        }
        readsTexts = Self.readsTexts(tree)
        let without = ["LinearSVC", "Perceptron", "RidgeClassifier", "PassiveAggressiveClassifier", "NearestCentroid"]
        hasProbabilities = isClassifier && !without.contains(finalClassName)
        // Support vectors give probabilities only when they were asked to.
        if let asked = tree.attribute("probability", of: places.last), case .bool(false) = tree[asked] {
            hasProbabilities = false
        }
    }

    private mutating func readModules(_ tree: PickleTree) {
        // What Python has itself, and what comes with scikit-learn.
        let known = [
            "sklearn", "numpy", "scipy", "joblib", "builtins", "__builtin__", "copyreg", "copy_reg", "collections",
            "functools", "operator", "_codecs", "datetime", "decimal", "itertools", "math", "types", "threading",
        ]
        // Compiled modules of scikit-learn that name themselves without their package: sklearn._loss._loss, up to 1.6.
        let compiled = ["_loss"]
        for module in tree.modules {
            let top = module.split(separator: ".").first.map(String.init) ?? module
            if module.hasPrefix("numpy._core") { needsNumpy2 = true }
            if known.contains(top) || compiled.contains(module) { continue }
            if ["lightgbm", "xgboost", "pandas"].contains(top) {
                if !packages.contains(top) { packages.append(top) }
            } else if foreignModules.count < 8, !foreignModules.contains(module) {
                foreignModules.append(module)
            }
        }
    }

    private static func kind(of tree: PickleTree) -> String {
        switch tree[tree.root] {
        case .map: "a dictionary"
        case .list: "a list"
        case .tuple: "a tuple"
        case .text, .bytes: "a text or bytes"
        case .object: "an object of a kind that has no plain name"
        case .global: "a class or function by its name"
        case .none, .bool, .integer, .real, .opaque: "a plain value"
        }
    }

    /// The module that people import from: without the parts that begin with `_` and what follows them.
    private static func publicModule(_ module: String) -> String {
        let parts = module.split(separator: ".").prefix { !$0.hasPrefix("_") }
        return parts.isEmpty ? module : parts.joined(separator: ".")
    }

    private static func datatype(_ code: String) -> String? {
        switch code.first {
        case "i", "u": "INT64"
        case "b": "BOOL"
        case "f": "FP64"
        case "U", "O": "BYTES"
        default: nil
        }
    }
}

/// Whether a text is a name with dots as Python has them: ASCII, and at most 200 bytes.
func isDottedName(_ text: String) -> Bool {
    guard text.utf8.count <= 200 else { return false }
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.allSatisfy { part in
        guard let first = part.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
        return part.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte)
        }
    }
}

/// Whether a text is a version such as `1.6.1` or `1.2.0rc1`, in the narrow form that scikit-learn uses.
func isVersion(_ text: String) -> Bool {
    var rest = text.utf8[...]
    func digits() -> Bool {
        let count = rest.prefix { (0x30...0x39).contains($0) }.count
        rest = rest.dropFirst(count)
        return count > 0 && count <= 9
    }
    guard text.utf8.count <= 32, digits() else { return false }
    while rest.first == UInt8(ascii: ".") {
        rest = rest.dropFirst()
        for word in ["post", "dev"] where rest.starts(with: word.utf8) {
            rest = rest.dropFirst(word.utf8.count)
            return digits() && rest.isEmpty
        }
        guard digits() else { return false }
    }
    guard let suffix = ["rc", "a", "b"].first(where: { rest.starts(with: $0.utf8) }) else { return rest.isEmpty }
    rest = rest.dropFirst(suffix.utf8.count)
    return digits() && rest.isEmpty
}
