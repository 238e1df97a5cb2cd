/// The words that a semantic specification may use, as version 0.4 of the Python package lists them.
package enum SemanticVocabulary {
    /// One entry with a list of allowed values.
    package struct Entry: Sendable {
        /// The key, such as `Data`.
        package let key: String
        /// What its `Type` must be.
        package let type: String
        /// What its `Values` are taken from.
        package let values: [String]
    }

    package static let data = Entry(key: "Data", type: "Class", values: ["Table", "Image", "Text"])
    package static let task = Entry(
        key: "Task",
        type: "Class",
        values: [
            "Classification", "Regression", "Feature Extraction", "Segmentation", "Object Detection",
            "Text Generation", "Others",
        ]
    )
    /// Since version 0.4; older files do without it.
    package static let model = Entry(
        key: "Model",
        type: "Optional",
        values: ["Base Model", "Fine-tuned Model", "PEFT Model", "Others"]
    )
    package static let library = Entry(
        key: "Library",
        type: "Class",
        values: ["Scikit-learn", "PyTorch", "TensorFlow", "Others"]
    )
    package static let license = Entry(
        key: "License",
        type: "Class",
        values: [
            "MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "GPL-2.0", "GPL-3.0", "LGPL-2.1", "LGPL-3.0",
            "AGPL-3.0", "ECL-2.0", "AFL-3.0", "CC-BY-4.0", "CC-BY-SA-4.0", "Others",
        ]
    )
    package static let scenario = Entry(
        key: "Scenario",
        type: "Tag",
        values: [
            "Business", "Financial", "Health", "Politics", "Computer", "Internet", "Traffic", "Nature", "Fashion",
            "Industry", "Agriculture", "Education", "Entertainment", "Architecture", "Others",
        ]
    )
    /// All keys, in the order in which the Python package writes them.
    package static let keys = [
        "Data", "Task", "Model", "Library", "License", "Scenario", "Name", "Description", "Input", "Output",
    ]

    /// The tasks that a kind of data allows.
    package static func tasks(for data: String) -> [String] {
        switch data {
        case "Table": ["Classification", "Regression", "Feature Extraction", "Others"]
        case "Image": task.values.filter { $0 != "Text Generation" }
        case "Text": task.values.filter { $0 != "Segmentation" && $0 != "Object Detection" }
        default: task.values
        }
    }
}
