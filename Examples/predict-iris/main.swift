// Names the species of three flowers with a learnware that this program neither trusts nor runs itself:
//
//     lw-pack init iris --template sklearn && lw-pack build iris -o iris.zip && predict-iris iris.zip
import Glibc
import ModelRunner
import Packaging
import Sandbox
import SystemPackage

let species = ["setosa", "versicolor", "virginica"]
let flowers = [[5.1, 3.5, 1.4, 0.2], [6.0, 2.9, 4.5, 1.5], [6.3, 3.3, 6.0, 2.5]]

do {
    // Reads and checks the zip; nothing in it runs.
    let package = try Package.open(FilePath(CommandLine.arguments.dropFirst().first ?? "iris.zip"))

    var options = RunOptions()
    options.progress = { print("·", $0) }

    // The model lives, in its sandbox, for as long as the closure lasts.
    let result = try await withModel(package, options: options) { model throws(RunError) in
        try await model.predict(flowers)
    }

    for (flower, prediction) in zip(flowers, result.value) {
        print(flower, "->", species[Int(prediction[0])])
    }
    let layers = result.report.isolation.layers.filter { $0.state == .active }.map(\.name)
    print("isolated by:", layers.joined(separator: ", "))
} catch {
    print("error: \(error)")
    exit(1)
}
