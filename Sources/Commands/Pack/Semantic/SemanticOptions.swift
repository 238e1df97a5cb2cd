import ArgumentParser
import Documents
import Packaging
import SystemPackage
import Tensors

/// The options that say what a model is, in words.
struct SemanticWords: ParsableArguments {
    @Option(help: "The name that people search for, 5 to 50 characters.")
    var name: String?

    @Option(help: "What the model does, as Markdown, 10 to 10000 characters.")
    var description: String?

    @Option(help: ArgumentHelp("The kind of data: \(list(SemanticVocabulary.data)).", valueName: "kind"))
    var data: String?

    @Option(help: ArgumentHelp("The task: \(list(SemanticVocabulary.task)).", valueName: "task"))
    var task: String?

    @Option(help: ArgumentHelp("The library: \(list(SemanticVocabulary.library)).", valueName: "library"))
    var library: String?

    @Option(help: ArgumentHelp("The license, such as MIT or Apache-2.0.", valueName: "license"))
    var license: String?

    @Option(help: ArgumentHelp("What it may be used for, such as Health; may be given again.", valueName: "scenario"))
    var scenario: [String] = []

    @Option(help: ArgumentHelp("The kind of model: \(list(SemanticVocabulary.model)).", valueName: "kind"))
    var model: String?

    private static func list(_ entry: SemanticVocabulary.Entry) -> String { entry.values.joined(separator: ", ") }

    func apply(to draft: inout SemanticDraft) throws {
        draft.name = name
        draft.description = description
        draft.data = try value(data, "--data", SemanticVocabulary.data)
        draft.task = try value(task, "--task", SemanticVocabulary.task)
        draft.library = try value(library, "--library", SemanticVocabulary.library)
        draft.license = try value(license, "--license", SemanticVocabulary.license)
        draft.model = try value(model, "--model", SemanticVocabulary.model)
        for text in scenario {
            guard let scenario = try value(text, "--scenario", SemanticVocabulary.scenario),
                !draft.scenarios.contains(scenario)
            else { continue }
            draft.scenarios.append(scenario)
        }
    }

    private func value(_ text: String?, _ option: String, _ entry: SemanticVocabulary.Entry) throws -> String? {
        guard let text else { return nil }
        switch Choice(text, among: entry.values) {
        case .value(let value): return value
        case .wrong(let reason):
            throw Failure(.usage, "\(option): \(reason)", hint: "one of: " + entry.values.joined(separator: ", "))
        }
    }
}

/// The options that say what goes in and comes out.
struct SemanticColumns: ParsableArguments {
    @Option(help: ArgumentHelp("How many columns a row of the input has.", valueName: "count"))
    var inputDimension: Int?

    @Option(help: ArgumentHelp("What one input column is, as 0=TEXT; may be given again.", valueName: "index=text"))
    var inputDescription: [String] = []

    @Option(help: ArgumentHelp("A .csv or .tsv file whose header names the input's columns.", valueName: "file"))
    var inputColumns: String?

    @Option(help: ArgumentHelp("How many classes or values the output has.", valueName: "count"))
    var outputDimension: Int?

    @Option(help: ArgumentHelp("What one class or value is, as 0=TEXT; may be given again.", valueName: "index=text"))
    var outputDescription: [String] = []

    @Option(help: ArgumentHelp("A .csv or .tsv file whose header names the classes or values.", valueName: "file"))
    var outputColumns: String?

    func apply(to draft: inout SemanticDraft) throws {
        draft.input = try features(draft.input, inputDimension, inputColumns, inputDescription, "--input")
        draft.output = try features(draft.output, outputDimension, outputColumns, outputDescription, "--output")
    }

    private func features(
        _ known: SemanticDraft.Features?,
        _ dimension: Int?,
        _ file: String?,
        _ descriptions: [String],
        _ option: String
    ) throws -> SemanticDraft.Features? {
        var features = known
        if let file { features = SemanticDraft.Features(names: try names(in: file)) }
        if let dimension {
            // Descriptions of columns that are gone would be wrong.
            if dimension != features?.dimension { features = SemanticDraft.Features(dimension: dimension) }
            if file != nil, features?.descriptions.isEmpty == true {
                throw Failure(.usage, "\(option)-dimension is \(dimension), which is not what \(option)-columns has")
            }
        }
        for text in descriptions {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let index = Int(parts[0]), index >= 0 else {
                throw Failure(
                    .usage,
                    "\(option)-description '\(Printable(text))' must be an index and a text, such as 0=age"
                )
            }
            features = features ?? SemanticDraft.Features()
            features?.descriptions[index] = parts[1]
        }
        return features
    }

    /// The names in the header; the rows below it are not read.
    private func names(in file: String) throws -> [String] {
        do throws(DataError) {
            let source = try DataFile.open(FilePath(file), options: DataOptions(header: .yes))
            if let names = source.columnNames, !names.isEmpty { return names }
        } catch {
            throw Failure(error)
        }
        throw Failure(.input, "'\(Printable(file))' has no header", hint: "name a .csv or .tsv file")
    }
}

/// What a person meant by a word or a number.
enum Choice {
    case value(String)
    /// One clause that says why it is none.
    case wrong(String)

    /// - Parameters:
    ///   - answer: the value in any case, or so much of it that it can be no other.
    ///   - values: what it may be.
    init(_ answer: String, among values: [String]) {
        let wanted = answer.lowercased()
        if let exact = values.first(where: { $0.lowercased() == wanted }) {
            self = .value(exact)
            return
        }
        let matches = wanted.isEmpty ? [] : values.filter { $0.lowercased().hasPrefix(wanted) }
        switch matches.count {
        case 1: self = .value(matches[0])
        case 0: self = .wrong("'\(Printable(answer))' is not one of them")
        default: self = .wrong("'\(Printable(answer))' may be " + matches.joined(separator: " or "))
        }
    }
}
