import CLinux
import Dispatch
import Documents
import Foundation
import LaunchPlan
package import PredictProtocol
import Sandbox
import Synchronization
import SystemPackage
package import Tensors

/// A model that is loaded and waits in its sandbox.
///
/// Valid only inside the closure of ``withModel(_:options:resources:_:)``; afterwards every call throws.
public final class RunningModel: Sendable {
    /// Its conversation blocks while it waits, so it has a thread of its own and never one of the shared pool.
    private let queue = DispatchQueue(label: "learnware.model")
    private let connection: Confined<Connection>
    private let interrupt: Interrupt
    private let over = Atomic(false)
    /// The process that stands for the run on the host; its number is another's once the run is over.
    private let launcher: Int32
    private let sharedMemory: SharedMemory?
    /// What the runner said of the model: foreign text.
    package let metadata: Metadata

    /// Lets a runner that has started load the model; blocks until it is loaded.
    convenience init(_ connection: sending Connection, loading model: Node, _ interrupt: Interrupt) throws(RunError) {
        let metadata: Metadata
        do throws(RunError) {
            metadata = try connection.load(model: model)
        } catch {
            // What the model was refused may be why it cannot be loaded.
            throw error.completed(by: connection.finish())
        }
        self.init(connection: connection, metadata: metadata, interrupt: interrupt)
    }

    private init(connection: sending Connection, metadata: Metadata, interrupt: Interrupt) {
        launcher = connection.launcher
        sharedMemory = connection.sharedMemory
        self.connection = Confined(connection)
        self.metadata = metadata
        self.interrupt = interrupt
    }

    /// Predicts one output row for each input row.
    ///
    /// - Parameters:
    ///   - inputs: the model's tensors, or one tensor for each column of a table; all with the same first dimension.
    ///   - isTable: true when each tensor is one named column.
    ///   - allowsNaN: true to let NaN and infinities pass in the output.
    /// - Returns: the output tensors; the first dimension of each is that of the inputs.
    /// - Throws: ``RunError``; unless the cause is the model's or the input's, the run is over.
    package func predict(
        _ inputs: [Tensor],
        isTable: Bool = false,
        allowsNaN: Bool = false
    ) async throws(RunError) -> [Tensor] {
        try await perform { connection throws(RunError) in
            try connection.predict(inputs, isTable: isTable, allowsNaN: allowsNaN)
        }
    }

    /// Predicts like ``predict(_:isTable:allowsNaN:)``, unless the run had ended before it was asked.
    ///
    /// - Returns: nil when the run had ended before, so that another may be asked the same.
    /// - Throws: ``RunError``.
    func predictUnlessLost(
        _ inputs: [Tensor],
        isTable: Bool,
        allowsNaN: Bool
    ) async throws(RunError) -> [Tensor]? {
        try await perform { connection throws(RunError) in
            guard !connection.isLost else { return nil }
            return try connection.predict(inputs, isTable: isTable, allowsNaN: allowsNaN)
        }
    }

    /// Predicts like ``predict(_:columns:)``, unless the run had ended before it was asked.
    ///
    /// - Returns: nil when the run had ended before, so that another may be asked the same.
    /// - Throws: ``RunError``.
    func predictUnlessLost(_ values: [Double], columns: Int) async throws(RunError) -> [Tensor]? {
        try await perform { connection throws(RunError) in
            guard !connection.isLost else { return nil }
            return try connection.predict(values, columns: columns)
        }
    }

    /// True when every further call would throw.
    var isOver: Bool { over.load(ordering: .acquiring) }

    /// Bytes of all its processes and of the memory that they share with this one, seen from outside; nil when they
    /// cannot be seen or are gone.
    var residentBytes: Int? {
        guard !isOver, let bytes = ResidentMemory.bytes(under: launcher) else { return nil }
        return bytes + (sharedMemory?.allocatedBytes ?? 0)
    }

    /// Ends the run at once, whatever it does.
    func interruptNow() { interrupt.raise() }

    /// Predicts for a matrix of numbers.
    ///
    /// - Parameter rows: (n × d), every row of the same length.
    /// - Returns: (n × k): the prediction of each row, labels as numbers.
    /// - Throws: ``RunError``.
    public func predict(_ rows: [[Double]]) async throws(RunError) -> [[Double]] {
        try await predict([Tensor(rows: rows)]).rows(count: rows.count)
    }

    /// Predicts for a matrix of numbers that lie row by row, which costs least for large ones.
    ///
    /// - Parameters:
    ///   - values: (n × d), row by row.
    ///   - columns: d.
    /// - Returns: (n × k), row by row: the prediction of each row, labels as numbers.
    /// - Throws: ``RunError``.
    public func predict(_ values: [Double], columns: Int) async throws(RunError) -> [Double] {
        let outputs = try await perform { connection throws(RunError) in
            try connection.predict(values, columns: columns)
        }
        return try outputs.numbers()
    }

    /// A table of numbers side by side.
    private static func joined(_ columns: [Column], rows: Int) throws(TensorError) -> Tensor {
        try Chunk(firstRow: 0, rowCount: rows, values: .columns(columns)).joined()
    }

    /// Fits the running model anew; the change lasts as long as it runs.
    ///
    /// - Parameters:
    ///   - inputs: the tensors of ``predict(_:isTable:allowsNaN:)``, and one named `y` with a target for each row.
    ///   - isTable: true when each tensor but `y` is one named column.
    /// - Throws: ``RunError``.
    package func fit(_ inputs: [Tensor], isTable: Bool = false) async throws(RunError) {
        try await perform { connection throws(RunError) in
            try connection.train(.fit, inputs, isTable: isTable)
        }
    }

    /// Trains the running model further; the change lasts as long as it runs.
    ///
    /// - Parameters:
    ///   - inputs: as for ``fit(_:isTable:)``.
    ///   - isTable: as for ``fit(_:isTable:)``.
    /// - Throws: ``RunError``.
    package func finetune(_ inputs: [Tensor], isTable: Bool = false) async throws(RunError) {
        try await perform { connection throws(RunError) in
            try connection.train(.finetune, inputs, isTable: isTable)
        }
    }

    /// The running model as bytes, from which the same runner can restore it.
    ///
    /// They are a stranger's, whatever the model was before: only a runner in its sandbox ever reads them.
    ///
    /// - Returns: at least one byte, at most 1 GiB.
    /// - Throws: ``RunError``.
    package func export() async throws(RunError) -> [UInt8] {
        try await perform { connection throws(RunError) in
            try connection.export()
        }
    }

    /// Ends the run and says what it did.
    func finish() async -> RunReport {
        await withCheckedContinuation { continuation in
            queue.async {
                self.over.store(true, ordering: .releasing)
                continuation.resume(returning: self.connection.value.finish())
            }
        }
    }

    private func perform<Value: Sendable>(
        _ work: @escaping @Sendable (Connection) throws(RunError) -> Value
    ) async throws(RunError) -> Value {
        let result: Result<Value, RunError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async {
                    let result = Result { () throws(RunError) in try work(self.connection.value) }
                    if self.connection.value.isOver { self.over.store(true, ordering: .releasing) }
                    continuation.resume(returning: result)
                }
            }
        } onCancel: {
            interrupt.raise()
        }
        return try result.get()
    }
}

/// A value that one serial queue alone touches.
// SAFETY: `RunningModel` hands the value only to blocks on its own serial queue, and got it by `sending`.
private struct Confined<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) {
        self.value = value
    }
}

/// A descriptor that becomes readable when the caller wants out, and stays so.
final class Interrupt: Sendable {
    let readEnd: FileDescriptor
    private let writeEnd: FileDescriptor

    init() throws(RunError) {
        var ends: [Int32] = [-1, -1]
        let code = lw_pipe(&ends)
        guard code >= 0 else { throw RunError(.host(call: "pipe2", Errno(rawValue: -code)), phase: .setup) }
        readEnd = FileDescriptor(rawValue: ends[0])
        writeEnd = FileDescriptor(rawValue: ends[1])
    }

    deinit {
        try? readEnd.close()
        try? writeEnd.close()
    }

    func raise() {
        var byte: UInt8 = 1
        _ = lw_write_quietly(writeEnd.rawValue, &byte, 1)
    }
}
