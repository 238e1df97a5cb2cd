import Documents
package import Learnware
package import ModelRunner
package import Packaging
import PredictProtocol
package import Sandbox
import Tensors

/// Starts a package's model in its sandbox: the engine's one way to a real model.
package struct SandboxedPredictors: PredictorProvider {
    private let package: Package
    private let options: RunOptions
    private let resources: Resources?
    private let store: Store?

    /// - Parameters:
    ///   - package: the learnware.
    ///   - options: what the person running it decides.
    ///   - resources: the tools' own files; nil for those beside the running program.
    ///   - store: where environments are kept; nil for the caller's own.
    package init(_ package: Package, _ options: RunOptions, resources: Resources? = nil, store: Store? = nil) {
        self.package = package
        self.options = options
        self.resources = resources
        self.store = store
    }

    package func withPredictor<Value: Sendable>(
        _ body: (any Predictor) async throws(PredictorError) -> Value
    ) async throws(PredictorError) -> PredictorRun<Value> {
        let run: RunResult<Result<Value, PredictorError>>
        do throws(RunError) {
            run = try await withModel(package, options: options, resources: resources, store: store) { model in
                do throws(PredictorError) {
                    return .success(try await body(SandboxedPredictor(model)))
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            throw PredictorError(error)
        }
        return PredictorRun(value: try run.value.get(), report: PredictorReport(run.report))
    }
}

/// A model that runs in its sandbox.
private struct SandboxedPredictor: Predictor {
    private let model: RunningModel
    let metadata: PredictorMetadata

    init(_ model: RunningModel) {
        self.model = model
        let said = model.metadata
        func signatures(_ all: [Metadata.Signature]) -> [PredictorMetadata.Signature] {
            all.map { PredictorMetadata.Signature(name: $0.name, datatype: $0.datatype, shape: $0.shape) }
        }
        metadata = PredictorMetadata(
            name: said.name,
            platform: said.platform,
            runtime: said.runtime,
            inputs: signatures(said.inputs),
            outputs: signatures(said.outputs)
        )
    }

    func predict(_ inputs: [Tensor], isTable: Bool, allowsNaN: Bool) async throws(PredictorError) -> [Tensor] {
        do throws(RunError) {
            return try await model.predict(inputs, isTable: isTable, allowsNaN: allowsNaN)
        } catch {
            throw PredictorError(error)
        }
    }
}

extension PredictorError {
    package init(_ error: RunError) {
        let phase: Phase =
            if error.lacksOnHost {
                .host
            } else {
                switch error.cause {
                case .environment: .environment
                // What builds an environment is no model yet, and an index that is slow is nobody's model.
                case .timeout: error.phase == .environment ? .host : .limits
                case .limit: error.phase == .environment ? .environment : .limits
                case .violation: .violation
                case .loadFailed: .load
                case .runnerDied: error.phase == .predict || error.phase == .output ? .predict : .load
                case .modelRaised: error.phase == .predict ? .predict : .load
                case .inputRefused: .input
                case .outputInvalid: .output
                case .cancelled: .cancelled
                case .profile, .resource, .isolationUnavailable: .host
                }
            }
        self.init(
            phase,
            error.message,
            hint: error.hint,
            quotation: error.quotation,
            denials: error.denials.map { PredictorReport.Denial($0) },
            endsRun: ![.modelRaised, .inputRefused, .outputInvalid].contains(error.cause)
        )
    }
}

extension PredictorReport.Denial {
    init(_ denial: Denial) {
        self.init(description: denial.description, count: denial.count)
    }
}

extension PredictorReport {
    init(_ report: RunReport) {
        self.init(
            phases: report.phases.map { Phase(name: $0.name, milliseconds: $0.milliseconds) },
            peakMemory: report.peakMemory,
            denials: report.denials.map { Denial($0) },
            refusedProcesses: report.refusedProcesses,
            outcome: report.outcome.description,
            isolation: report.isolation.level,
            profile: report.isolation.profile,
            profileDigest: report.isolation.profileDigest,
            environment: report.environment.map { record in
                "Python \(record.python), \(record.packages.count) package\(record.packages.count == 1 ? "" : "s")"
                    + (record.isOverridden ? " (not the version that the package asks for)" : "")
            }
        )
    }
}
