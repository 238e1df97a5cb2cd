import Documents
import Foundation
import Packaging

/// Asks for what a draft lacks, and repeats a question until its answer can be used.
struct SemanticQuestions {
    private var draft: SemanticDraft
    private var input = TerminalInput()
    /// True when the name came from learnware.yaml, so that a person may give a better one.
    private let asksForName: Bool

    init(_ draft: SemanticDraft, asksForName: Bool) {
        self.draft = draft
        self.asksForName = asksForName
    }

    /// - Returns: the draft with nothing missing.
    /// - Throws: ``Failure`` when the input ends, `CancellationError` when the work is interrupted.
    mutating func complete() throws -> SemanticDraft {
        let isFinished = draft.description != nil && !draft.scenarios.isEmpty && draft.license != nil
        if draft.name == nil || asksForName && !isFinished {
            draft.name = try text("Name", "5 to 50 characters", 5...50, suggestion: draft.name)
        }
        if draft.description == nil {
            draft.description = try text("Description", "what it does, for whom, 10 or more characters", 10...10_000)
        }
        if draft.data == nil { draft.data = try one("Kind of data", SemanticVocabulary.data.values) }
        if draft.task == nil {
            draft.task = try one("Task", SemanticVocabulary.tasks(for: draft.data ?? ""))
        }
        if draft.model == nil {
            draft.model = draft.data == "Text" ? try one("Kind of model", SemanticVocabulary.model.values) : "Others"
        }
        if draft.library == nil { draft.library = try one("Library", SemanticVocabulary.library.values) }
        if draft.license == nil { draft.license = try one("License", SemanticVocabulary.license.values) }
        if draft.scenarios.isEmpty { draft.scenarios = try several("Scenarios", SemanticVocabulary.scenario.values) }
        if draft.needsInput, draft.input?.dimension == nil {
            draft.input = try features("How many columns does a row of the input have", atLeast: 1, draft.input)
        }
        if draft.needsOutput, draft.output?.dimension == nil {
            let isClassification = draft.task == "Classification"
            draft.output = try features(
                isClassification ? "How many classes are there" : "How many values does the output have",
                atLeast: isClassification ? 2 : 1,
                draft.output
            )
        }
        return draft
    }

    /// Asks until `read` gives a value; it throws the sentence that says what is wrong.
    private mutating func ask<Value>(
        _ prompt: String,
        read: (String) throws(WrongAnswer) -> Value
    ) throws -> Value {
        while true {
            try? FileHandle.standardError.write(contentsOf: Data((prompt + ": ").utf8))
            guard let bytes = try input.line() else {
                note([""])
                throw Failure(.usage, "the answers ended before the questions did; nothing was written")
            }
            do throws(WrongAnswer) {
                guard let answer = String(validating: bytes, as: UTF8.self) else {
                    throw WrongAnswer("that is not valid UTF-8")
                }
                guard answer.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F || $0 == "\t" }) else {
                    throw WrongAnswer("that holds control characters; type it without arrow keys")
                }
                return try read(answer.trimmingCharacters(in: .whitespaces))
            } catch {
                note(["  " + error.sentence])
            }
        }
    }

    private mutating func text(
        _ title: String,
        _ about: String,
        _ range: ClosedRange<Int>,
        suggestion: String? = nil
    ) throws -> String {
        let usable = suggestion.flatMap { range.contains($0.unicodeScalars.count) ? $0 : nil }
        let shown = usable.map { " [\(Printable($0))]" } ?? ""
        return try ask("\(title) (\(about))\(shown)") { (answer) throws(WrongAnswer) in
            if answer.isEmpty, let usable { return usable }
            let count = answer.unicodeScalars.count
            guard range.contains(count) else {
                throw WrongAnswer(
                    "it has \(counted(count, "character")); \(range.lowerBound) to \(range.upperBound) are wanted"
                )
            }
            return answer
        }
    }

    private func menu(_ title: String, _ values: [String]) {
        note([title] + values.enumerated().map { "  \($0.offset < 9 ? " " : "")\($0.offset + 1)  \($0.element)" })
    }

    private static func pick(_ answer: String, _ values: [String]) throws(WrongAnswer) -> String {
        if let number = Int(answer) {
            guard values.indices.contains(number - 1) else {
                throw WrongAnswer("there is no \(number); the numbers go from 1 to \(values.count)")
            }
            return values[number - 1]
        }
        switch Choice(answer, among: values) {
        case .value(let value): return value
        case .wrong(let reason): throw WrongAnswer(reason + "; type a number or the beginning of a word")
        }
    }

    private mutating func one(_ title: String, _ values: [String]) throws -> String {
        menu(title, values)
        return try ask("\(title), one") { (answer) throws(WrongAnswer) in try Self.pick(answer, values) }
    }

    private mutating func several(_ title: String, _ values: [String]) throws -> [String] {
        menu(title, values)
        return try ask("\(title), one or more, separated by commas") { (answer) throws(WrongAnswer) in
            var picked: [String] = []
            for part in answer.split(separator: ",") {
                let value = try Self.pick(part.trimmingCharacters(in: .whitespaces), values)
                if !picked.contains(value) { picked.append(value) }
            }
            guard !picked.isEmpty else { throw WrongAnswer("name at least one") }
            return picked
        }
    }

    private mutating func features(
        _ question: String,
        atLeast minimum: Int,
        _ known: SemanticDraft.Features?
    ) throws -> SemanticDraft.Features {
        let count = try ask(question) { (answer) throws(WrongAnswer) in
            guard let count = Int(answer), count >= minimum, count <= 1 << 40 else {
                throw WrongAnswer("type a whole number from \(minimum) on")
            }
            return count
        }
        if let known, !known.descriptions.isEmpty {
            return SemanticDraft.Features(dimension: count, descriptions: known.descriptions)
        }
        return try ask("What they are, separated by commas, or nothing") { (answer) throws(WrongAnswer) in
            guard !answer.isEmpty else { return SemanticDraft.Features(dimension: count) }
            let names = answer.split(separator: ",", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard names.count == count else {
                throw WrongAnswer("these are \(names.count), not \(count)")
            }
            return SemanticDraft.Features(names: names)
        }
    }
}

/// What is wrong with an answer, one clause.
private struct WrongAnswer: Error {
    let sentence: String

    init(_ sentence: String) {
        self.sentence = sentence
    }
}
