import Documents

/// What to do about a module that a package imports and its environment lacks.
enum MissingModule {
    /// What `pip install learnware` brings along, by the name that is imported: a package that was written beside it
    /// may use any of it without saying so.
    private static let broughtByLearnware = [
        "clarabel": "clarabel", "cvxopt": "cvxopt", "datasets": "datasets", "docker": "docker", "fire": "fire",
        "geatpy": "geatpy", "huggingface_hub": "huggingface-hub", "joblib": "joblib", "langdetect": "langdetect",
        "lm_eval": "lm-eval", "numpy": "numpy", "pandas": "pandas", "peft": "peft", "portalocker": "portalocker",
        "psutil": "psutil", "qpsolvers": "qpsolvers", "rapidfuzz": "rapidfuzz", "requests": "requests",
        "scipy": "scipy", "shortuuid": "shortuuid", "sklearn": "scikit-learn", "sqlalchemy": "sqlalchemy",
        "tqdm": "tqdm", "transformers": "transformers", "trl": "trl", "yaml": "pyyaml",
        // The extra `full`.
        "fast_pytorch_kmeans": "fast-pytorch-kmeans", "lightgbm": "lightgbm",
        "sentence_transformers": "sentence-transformers", "torch": "torch", "torch_optimizer": "torch-optimizer",
        "torchvision": "torchvision",
    ]

    /// One clause for the line that begins with "hint:".
    static func hint(_ module: String) -> String {
        let shown = Printable(module, limit: 60)
        let parts = module.split(separator: ".")
        guard let top = parts.first.map(String.init) else { return "the package imports '\(shown)', which is missing" }
        if top == "learnware" {
            return "the package imports '\(shown)', but the runner provides only learnware.model; "
                + "specifications, markets and reuse are no part of a model"
        }
        guard let name = broughtByLearnware[top] else {
            return "the package's requirements do not bring the module '\(shown)'; "
                + "'--with NAME' installs what does, for this run"
        }
        return "the module '\(shown)' would have come with the Python package learnware, and the package's "
            + "requirements do not name it; '--with \(name)' adds it"
    }
}
