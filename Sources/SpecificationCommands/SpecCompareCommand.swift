import ArgumentParser
import Commands
import Documents
import Specifications

/// `lw-pack spec compare`: how far two specifications are from each other.
struct SpecCompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Say how far two statistical specifications are from each other.",
        discussion: """
            The maximum mean discrepancy (MMD) is 0 for the same distribution and at most the square root of 2. It is \
            what searches go by; the Python package calls its square the distance.

            Example:
              lw-pack init my-model --template numpy
              lw-pack spec X.csv -o stat.json
              lw-pack spec compare stat.json my-model/stat_spec.json
            """
    )

    @Argument(help: "A specification.", completion: .file(extensions: ["json"]))
    var first: String
    @Argument(help: "Another.", completion: .file(extensions: ["json"]))
    var second: String
    @Flag(help: "Compare whatever the gammas are, as the Python package does; the order then matters.")
    var mixGammas = false
    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        do {
            let own = try AnySpecification(named: first)
            let other = try AnySpecification(named: second)
            let squared = try own.squaredDistance(to: other, mixesGammas: mixGammas)
            if json {
                let object = Node(object: [
                    ("schema", "learnware/specification-distance/1"),
                    ("squared_mmd", Node(squared)),
                    ("mmd", squared < 0 ? nil : Node(squared.squareRoot())),
                    ("gamma", own.kernelKey.gamma.map { Node($0) } ?? nil),
                ])
                show(object.json(pretty: true))
            } else if squared < 0 {
                show("squared MMD \(squared): below 0, which different gammas can give")
            } else {
                show("MMD \(SpecificationPage.number(squared.squareRoot())), squared \(squared)")
            }
        } catch let error as SpecificationError {
            var failure = Failure(error)
            if error.code == .kernelMismatch {
                failure.hint = "make both with the same options; --mix-gammas compares them as the Python package does"
            }
            throw failure
        }
    }
}
