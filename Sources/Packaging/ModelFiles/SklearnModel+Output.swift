extension SklearnModel {
    /// What people call to get answers; nil for what gives none for rows that it was not fitted to.
    enum Method: String, Sendable {
        case predict
        case transform
    }

    /// Regressors that give one number for a row, whatever they were fitted to.
    private static let singleRegressors = [
        "SVR", "GradientBoosting", "SGD", "Huber", "Quantile", "TheilSen", "ARD", "BayesianRidge", "AdaBoost",
        "Bagging", "Voting", "Stacking", "Isotonic", "Poisson", "Gamma", "Tweedie", "LGBM",
    ]

    /// Which method a class has, by the module that it stands in.
    static func method(of className: String, in module: String) -> Method? {
        if ["TSNE", "MDS", "SpectralEmbedding"].contains(className) { return nil }
        if ["AgglomerativeClustering", "DBSCAN", "HDBSCAN", "OPTICS", "SpectralClustering"].contains(className) {
            return nil
        }
        let transformers = [
            "decomposition", "preprocessing", "manifold", "feature_extraction", "feature_selection", "impute",
            "random_projection", "kernel_approximation",
        ]
        let parts = module.split(separator: ".").map(String.init)
        let isTransformer =
            parts.first == "sklearn" && parts.count > 1 && transformers.contains(parts[1])
            && !["RFE", "RFECV"].contains(className)
        let others = ["ColumnTransformer", "FeatureUnion", "FeatureAgglomeration"]
        return isTransformer || others.contains(className) ? .transform : .predict
    }

    /// How many numbers or labels one prediction has; nil when the file does not tell.
    ///
    /// A pickle may be inside itself, so no more than a few models inside each other are followed (`depth`).
    static func outputs(of place: Int, in tree: PickleTree, depth: Int = 0) -> Int? {
        if let count = tree.integer(tree.attribute("n_outputs_", of: place)) { return bounded(count) }
        // The targets that some keep, and what others learnt about each of them.
        for name in ["_y_mean", "intercept_"] {
            let shape = tree.shape(ofArray: tree.attribute(name, of: place))
            if let shape, shape.count == 1, shape[0] > 1 { return bounded(shape[0]) }
        }
        for name in ["_y", "y_train_", "dual_coef_"] {
            guard let shape = tree.shape(ofArray: tree.attribute(name, of: place)) else { continue }
            if shape.count == 1 { return 1 }
            if shape.count == 2 { return bounded(shape[1]) }
        }
        if let shape = tree.shape(ofArray: tree.attribute("coef_", of: place)) {
            if shape.count == 1 { return 1 }
            if shape.count == 2 { return bounded(shape[0]) }
        }
        // One model for each output.
        let name = tree.instance(place)?.name ?? ""
        if name.hasPrefix("MultiOutput") || name.hasSuffix("Chain") {
            return tree.elements(tree.attribute("estimators_", of: place)).flatMap { bounded($0.count) }
        }
        if singleRegressors.contains(where: name.contains) { return 1 }
        guard depth < 4 else { return nil }
        for inner in ["regressor_", "estimator_"] {
            guard let found = tree.attribute(inner, of: place) else { continue }
            return outputs(of: steps(of: found, in: tree).last ?? found, in: tree, depth: depth + 1)
        }
        return nil
    }

    /// How many columns a transformer gives; nil when the file does not tell.
    static func width(of place: Int, in tree: PickleTree) -> Int? {
        if let shape = tree.shape(ofArray: tree.attribute("components_", of: place)), shape.count == 2 {
            return bounded(shape[0])
        }
        let same = ["StandardScaler", "MinMaxScaler", "MaxAbsScaler", "RobustScaler", "Normalizer"]
        guard same.contains(tree.instance(place)?.name ?? "") else { return nil }
        return tree.integer(tree.attribute("n_features_in_", of: place)).flatMap { bounded($0) }
    }

    /// True when an encoder in the model was fitted to texts.
    static func readsTexts(_ tree: PickleTree) -> Bool {
        for place in tree.nodes.indices {
            guard case .object = tree[place], let (_, name, _) = tree.instance(place),
                ["OneHotEncoder", "OrdinalEncoder", "TargetEncoder"].contains(name)
            else { continue }
            for categories in tree.elements(tree.attribute("categories_", of: place)) ?? [] {
                if let code = tree.datatype(ofArray: categories)?.first, code == "O" || code == "U" { return true }
            }
        }
        return false
    }

    private static func bounded(_ count: Int) -> Int? {
        count > 0 && count < 1 << 20 ? count : nil
    }
}
