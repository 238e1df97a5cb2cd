import ArgumentParser
import Commands
import Documents
import Specifications
import SystemPackage

/// `lw-pack spec show`: what a specification holds.
struct SpecShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a statistical specification holds.",
        discussion: """
            The plot has the points along their two principal components, each as large as its weight.

            Example:
              lw-pack init my-model --template numpy
              lw-pack spec show my-model/stat_spec.json --plot stat.svg
            """
    )

    @Argument(help: "A specification.", completion: .file(extensions: ["json"]))
    var file: String
    @Option(help: ArgumentHelp("Draw the points into this file.", valueName: "svg"))
    var plot: String?
    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let specification = try AnySpecification(named: file)
        do throws(SpecificationError) {
            let path = FilePath(file)
            if let plot {
                let picture = try SpecificationPlot(specification)
                try SpecificationFile.write(Array(picture.svg.utf8), to: FilePath(plot))
            }
            let page = SpecificationPage(specification)
            show(json ? page.object(file: path).json(pretty: true) : page.text(file: path))
        } catch {
            throw Failure(error)
        }
    }
}
