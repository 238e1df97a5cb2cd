import Documents
import PredictProtocol
import Sandbox
import Tensors

/// Makes a Parquet file out of columns, by our program in its sandbox.
final class ParquetWriter: ColumnWriter {
    private let tool: ToolProcess

    /// - Parameter host: what the tool runs in.
    /// - Throws: ``ToolProcess/Fault``.
    init(_ host: ToolProcess.Host) throws(ToolProcess.Fault) {
        tool = try ToolProcess(host, runtime: "parquet", mounts: [], configuration: Node(object: [("mode", "write")]))
    }

    func write(_ columns: [Column]) throws(DataError) -> [UInt8] {
        try bytes(inputs: columns.flatMap(\.tensors))
    }

    func finish() throws(DataError) -> [UInt8] {
        try bytes(inputs: [])
    }

    private func bytes(inputs: [Tensor]) throws(DataError) -> [UInt8] {
        let outputs: [Tensor]
        do throws(ToolProcess.Fault) {
            outputs = try tool.tensors { session throws(ProtocolError) in try session.request(.write, inputs: inputs) }
        } catch {
            throw error.writing()
        }
        guard outputs.count == 1, let file = outputs.first, file.datatype == .uint8 else {
            throw ToolProcess.Fault.broken(.badTensor("bytes of a file that are none")).writing()
        }
        return file.bytes
    }
}

extension ToolProcess.Fault {
    /// What to say of a file that could not be written.
    func writing() -> DataError {
        let reason =
            switch self {
            case .refused(let failure): Printable(failure.message, limit: 400).description
            case .ended(.outOfMemory): "its writer takes more than its \(ToolProcess.memory >> 30) GiB of memory"
            case .ended(let outcome): "its writer ended in its sandbox (\(outcome))"
            case .timeout(let seconds): "it was not written within \(seconds) s"
            case .sandbox(let error): error.description
            case .broken(let error): "its writer, in its sandbox, broke the protocol: \(error)"
            }
        return DataError(.unsupported, nil, reason: reason, remedy: "write it as .csv or .jsonl")
    }
}
