import Ensembles
import Learnware
import Tensors

extension MemberRunner {
    /// Starts a member's model and asks it for all its rows.
    func outcome(of job: Job) async -> Outcome {
        options.progress("asking \(job.member.identity.label) for \(job.rowCount) rows")
        do throws(PredictorError) {
            let run = try await job.member.provider.withPredictor { predictor throws(PredictorError) in
                try await ask(predictor, job)
            }
            return Outcome(member: job.index, answers: .success(run.value), report: run.report)
        } catch {
            // A run that ends because its task is cancelled may say anything.
            guard !Task.isCancelled else {
                return Outcome(member: job.index, answers: .failure(PredictorError(.cancelled, "interrupted")))
            }
            return Outcome(member: job.index, answers: .failure(error))
        }
    }

    private func ask(_ predictor: any Predictor, _ job: Job) async throws(PredictorError) -> [Answers] {
        var all: [Answers] = []
        for rows in job.rows {
            let answers = try await ask(predictor, job.member, rows)
            if let first = all.first, !answers.hasShape(of: first) {
                throw PredictorError(.output, "it answered with \(first.shape), and then with \(answers.shape)")
            }
            all.append(answers)
        }
        return all
    }

    /// Asks batch by batch.
    ///
    /// Whatever is wrong with one batch, the answers to the others do not count either.
    private func ask(
        _ predictor: any Predictor,
        _ member: ReuseMember,
        _ rows: Chunk
    ) async throws(PredictorError) -> Answers {
        var answers: Answers?
        for start in stride(from: 0, to: rows.rowCount, by: options.batch) {
            let range = start..<min(start + options.batch, rows.rowCount)
            let whole = range.count == rows.rowCount
            let chunk = whole ? rows : rows.rows(range)
            let inputs: [Tensor]
            do throws(TensorError) {
                inputs = try member.layOut(chunk)
            } catch {
                throw PredictorError(.input, "the rows cannot be laid out for it: \(error)")
            }
            guard !Task.isCancelled else { throw PredictorError(.cancelled, "interrupted") }
            let outputs: [Tensor]
            do throws(PredictorError) {
                outputs = try await predictor.predict(
                    inputs,
                    isTable: member.isTable,
                    allowsNaN: options.allowsNaN
                )
            } catch {
                throw error.inBatch(at: whole ? nil : start)
            }
            do throws(AnswerFault) {
                let part = try Answers(outputs, rowCount: range.count)
                if answers == nil { answers = part } else { try answers?.append(part) }
            } catch {
                throw PredictorError(.output, "\(error)").inBatch(at: whole ? nil : start)
            }
        }
        guard let answers else { throw PredictorError(.input, "there are no rows") }
        return answers
    }
}

extension PredictorError {
    fileprivate func inBatch(at start: Int?) -> PredictorError {
        guard let start, phase != .cancelled else { return self }
        var error = self
        error.message += " (in the batch that begins at row \(start + 1))"
        return error
    }
}
