package import Ensembles
package import Numerics
package import Tensors

/// Some learnwares and how they are run: what every method of reuse starts from.
///
/// A method decides how answers become one, as an ``Ensemble``, and every method's ensemble is applied in the same way; so
/// what was found here can be saved, and gives the same answers again.
package struct Reuser: Sendable {
    /// In the order in which an ensemble will name them.
    package let members: [ReuseMember]
    package let runner: MemberRunner
    /// Where everything random starts: the same seed gives the same answers, whatever the number of threads.
    package let seed: UInt64
    /// Threads for arithmetic; nil for one a core.
    package let threads: Int?

    package init(
        _ members: [ReuseMember],
        options: MemberRunner.Options = MemberRunner.Options(),
        seed: UInt64 = 0,
        threads: Int? = nil
    ) {
        self.members = members
        runner = MemberRunner(options)
        self.seed = seed
        self.threads = threads
    }

    /// Rows that are to be answered.
    package struct Rows: Sendable {
        /// What the models are asked with.
        package let data: Chunk
        /// (n × d): what specifications and selectors look at, such as the vectors of texts; nil where nothing does.
        package let features: Matrix<Double>?

        package var count: Int { data.rowCount }

        /// - Parameters:
        ///   - data: n rows, at least one.
        ///   - features: a row for each; nil to take the numbers of `data` where they are needed.
        /// - Throws: ``ReuseError`` when they are not as many, or there are none.
        package init(_ data: Chunk, features: Matrix<Double>? = nil) throws(ReuseError) {
            guard data.rowCount > 0 else { throw ReuseError(.invalidRows, "there are no rows") }
            if let features, features.rows != data.rowCount {
                throw ReuseError(.invalidRows, "\(data.rowCount) rows have \(features.rows) rows of features")
            }
            self.data = data
            self.features = features
        }

        /// The features, or the rows themselves as numbers.
        ///
        /// - Throws: ``ReuseError`` when they are not numbers.
        package func matrix() throws(ReuseError) -> Matrix<Double> {
            if let features { return features }
            do throws(TensorError) {
                let tensor = try data.joined()
                let values = try tensor.doubles()
                return Matrix(unchecked: values, rows: count, columns: values.count / count)
            } catch {
                throw ReuseError(
                    .invalidRows,
                    "this method looks at the rows as numbers, and \(error)",
                    hint: "texts and images have vectors that a specification is made of; give these"
                )
            }
        }
    }

    /// What came of reuse.
    package struct Outcome: Sendable {
        /// One for each row, in the rows' order.
        package let answers: Answers
        /// What made them: of the members that did not fail, or, where each row has a member of its own, of all.
        package let ensemble: Ensemble
        /// Which member of the ensemble answered each row; nil when all answered all.
        package let choice: [Int]?
        /// One for each member that was given, in their order.
        package let reports: [MemberReport]

        /// A line for each member that was left out.
        package var warnings: [String] { reports.compactMap(\.warning) }
    }
}
