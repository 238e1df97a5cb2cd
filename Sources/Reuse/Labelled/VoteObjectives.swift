/// Objectives of a majority: [spread of the margin, errors, size].
///
/// The margin of a row says how clearly the vote was right or wrong; its standard deviation as a part of its mean is
/// small where rows are alike in that (100000 where the mean is not above 0). With two classes, the margin is the right
/// votes less the wrong ones and a tie is half an error. With more, it is the lead over the second label where the vote
/// is right, what the right label lacks where it is wrong, and a tie goes to the smallest label.
struct VoteObjectives: SubsetObjectives {
    let memberCount: Int
    let preference = [1, 2, 0]

    /// The class that each member gives each row, member by member.
    private let votes: [Int32]
    private let truth: [Int32]
    private let classCount: Int

    private static let spreadWithoutMean = 100_000.0

    /// - Parameters:
    ///   - votes: for each member the class of each row, from 0 on.
    ///   - truth: the class of each row.
    ///   - classCount: how many classes there are among both.
    init(votes: [[Int32]], truth: [Int32], classCount: Int) {
        memberCount = votes.count
        self.votes = votes.flatMap { $0 }
        self.truth = truth
        self.classCount = max(1, classCount)
    }

    func evaluate(_ members: [Int]) -> [Double] {
        // Looked at some ten thousand times, so without checks of each index: votes and truth are below classCount.
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: truth.count * classCount) { counts in
            counts.initialize(repeating: 0)
            votes.withUnsafeBufferPointer { votes in
                for member in members {
                    let first = member * truth.count
                    for row in 0..<truth.count { counts[row * classCount + Int(votes[first + row])] += 1 }
                }
            }
            return objectives(UnsafeBufferPointer(counts), size: members.count)
        }
    }

    private func objectives(_ counts: UnsafeBufferPointer<Int32>, size: Int) -> [Double] {
        var (errors, sum, squares) = (0.0, 0, 0)
        for row in 0..<truth.count {
            let counts = UnsafeBufferPointer(rebasing: counts[row * classCount..<(row + 1) * classCount])
            let (margin, error) = outcome(counts, truth: Int(truth[row]))
            errors += error
            // Whole numbers, because the size that margins are parts of is the same for all rows.
            sum += Int(margin)
            squares += Int(margin) * Int(margin)
        }
        let count = Double(truth.count)
        let mean = Double(sum) / count
        let spread =
            sum > 0 ? max(0, Double(squares) / count - mean * mean).squareRoot() / mean : Self.spreadWithoutMean
        return [spread, errors, Double(size)]
    }

    private func outcome(_ counts: UnsafeBufferPointer<Int32>, truth: Int) -> (margin: Int32, error: Double) {
        let right = counts[truth]
        if classCount == 2 {
            let margin = 2 * right - counts[0] - counts[1]
            return (margin, margin == 0 ? 0.5 : margin < 0 ? 1 : 0)
        }
        var (top, second, place) = (counts[0], Int32(0), 0)
        for other in 1..<classCount {
            if counts[other] > top {
                (second, top, place) = (top, counts[other], other)
            } else if counts[other] > second {
                second = counts[other]
            }
        }
        return place == truth ? (top - second, 0) : (right - top, 1)
    }
}
