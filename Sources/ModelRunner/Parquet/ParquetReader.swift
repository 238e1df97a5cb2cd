import Documents
import LaunchPlan
import PredictProtocol
import Sandbox
import SystemPackage
import Tensors

/// A Parquet file, read by our program in its sandbox.
final class ParquetReader: ColumnReader {
    let columns: [StoredColumn]
    private let tool: ToolProcess
    private let path: FilePath
    /// The file's copy, where the sandbox may not read the file itself.
    private let folder: RunFolder?

    /// Where the file appears in the sandbox.
    static let place = "/lw/data"

    /// - Parameters:
    ///   - file: what is mounted: the file, or its copy.
    ///   - path: what it is called in errors.
    ///   - folder: kept until the reader is gone.
    ///   - host: what the tool runs in.
    /// - Throws: ``ToolProcess/Fault``.
    init(
        _ file: FilePath,
        named path: FilePath,
        keeping folder: RunFolder?,
        _ host: ToolProcess.Host
    ) throws(ToolProcess.Fault) {
        self.path = path
        self.folder = folder
        tool = try ToolProcess(
            host,
            runtime: "parquet",
            mounts: [.readOnly(source: file.string, path: Self.place)],
            configuration: Node(object: [("mode", "read")])
        )
        columns = (tool.metadata?.outputs ?? []).map { signature in
            StoredColumn(name: signature.name, type: Self.type(signature), kind: signature.datatype)
        }
    }

    private static func type(_ signature: Metadata.Signature) -> ColumnType? {
        guard let datatype = Datatype(rawValue: signature.datatype) else { return nil }
        switch signature.content {
        case .category(let categories): return ColumnType(datatype, contentType: "category", categories: categories)
        case let content: return ColumnType(datatype, contentType: content?.word, categories: nil)
        }
    }

    func types(of places: [Int]) throws(DataError) -> [ColumnType] {
        let event = try answer { tool throws(ToolProcess.Fault) in
            try tool.ask { session throws(ProtocolError) in
                try session.request(.metadata, options: [("columns", Node(places.map { Node($0) }))])
            }
        }
        guard case .metadata(let metadata) = event else { return [] }
        return metadata.outputs.compactMap { Self.type($0) }
    }

    func next(_ places: [Int], maximumRows: Int) throws(DataError) -> [Column]? {
        let options: [(String, Node)] = [
            ("columns", Node(places.map { Node($0) })), ("rows", Node(maximumRows)),
            ("limit", Node(ToolProcess.largestAnswer)),
        ]
        let tensors = try answer { tool throws(ToolProcess.Fault) in
            try tool.tensors { session throws(ProtocolError) in try session.request(.read, options: options) }
        }
        if tensors.allSatisfy({ $0.elementCount == 0 }) { return nil }
        do throws(TensorError) {
            return try Column.columns(of: tensors)
        } catch {
            throw DataError(.invalid, path, reason: error.description, remedy: "write the file again")
        }
    }

    private func answer<Answer>(
        _ ask: (ToolProcess) throws(ToolProcess.Fault) -> Answer
    ) throws(DataError) -> Answer {
        do throws(ToolProcess.Fault) {
            return try ask(tool)
        } catch {
            throw error.reading(path)
        }
    }
}

extension ToolProcess.Fault {
    /// What to say of a file that could not be read.
    func reading(_ path: FilePath) -> DataError {
        let harm = "the file is damaged, or made to do harm"
        let (reason, remedy) =
            switch self {
            case .refused(let failure):
                (Printable(failure.message, limit: 400).description, "write the file again, or as .csv")
            case .ended(.outOfMemory):
                (
                    "it takes more than the \(ToolProcess.memory >> 30) GiB of memory that its reader is given",
                    "write it in smaller row groups, choose columns with --columns, or fewer rows with --batch"
                )
            case .ended(let outcome): ("its reader ended in its sandbox (\(outcome))", harm)
            case .timeout(let seconds): ("it was not read within \(seconds) s", "write it in smaller row groups")
            case .sandbox(let error): (error.description, error.hint ?? "")
            case .broken(let error): ("its reader, in its sandbox, broke the protocol: \(error)", harm)
            }
        return DataError(.invalid, path, reason: reason, remedy: remedy)
    }
}
