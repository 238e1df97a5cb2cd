import Learnware
import Packaging

/// What package and loaded model say of the shape of one row, in and out.
struct DeclaredShapes: Sendable {
    /// The shape of one row of the input, -1 where any length will do; nil when nobody says.
    let input: [Int]?
    /// The same of the output; nil when nobody says, and for several outputs.
    let output: [Int]?

    init(_ package: Package, _ metadata: PredictorMetadata) {
        let settings = package.manifest.sandbox
        input = Self.input(settings, metadata)
        output = Self.output(settings, metadata)
    }

    private static func input(_ settings: SandboxSettings, _ metadata: PredictorMetadata) -> [Int]? {
        let declared = settings.inputs
        if declared.count > 1 { return [declared.count] }
        if let table = declared.first, table.contentType == "pd" {
            return table.columns.isEmpty ? row(of: table.shape) : [table.columns.count]
        }
        if metadata.inputs.count > 1 {
            let areColumns = metadata.inputs.allSatisfy { $0.shape.count < 2 || $0.shape.dropFirst() == [1] }
            return areColumns ? [metadata.inputs.count] : nil
        }
        return metadata.inputs.first.flatMap { row(of: $0.shape) } ?? declared.first.flatMap { row(of: $0.shape) }
    }

    private static func output(_ settings: SandboxSettings, _ metadata: PredictorMetadata) -> [Int]? {
        if metadata.outputs.count == 1, let shape = row(of: metadata.outputs[0].shape) { return shape }
        if settings.outputs.count == 1 { return row(of: settings.outputs[0].shape) ?? [1] }
        // Our Python runner says [-1] for a model that states none; others mean one value for each row.
        return settings.runtime != .python && metadata.outputs.count == 1 ? [1] : nil
    }

    private static func row(of shape: [Int]) -> [Int]? { shape.count > 1 ? Array(shape.dropFirst()) : nil }

    /// Whether a shape is one of those that a declared one allows.
    static func allows(_ declared: [Int], _ shape: [Int]) -> Bool {
        declared.count == shape.count && zip(declared, shape).allSatisfy { $0 < 0 || $0 == $1 }
    }
}
