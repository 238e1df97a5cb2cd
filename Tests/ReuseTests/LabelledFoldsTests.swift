import Numerics
import Reuse
import Testing

@Suite("Folds")
struct LabelledFoldsTests {
    @Test(
        "Each row is held out once, and folds differ by one row at most",
        arguments: [(2, 5), (7, 3), (100, 5), (101, 10)]
    )
    func partition(rows: Int, count: Int) throws {
        let folds = try Folds(rows: rows, count: count, seed: 3)
        #expect(folds.count == min(rows, count))
        #expect(folds.splits.flatMap(\.heldOut).sorted() == Array(0..<rows))
        let sizes = folds.splits.map(\.heldOut.count)
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
        for split in folds.splits { #expect((split.training + split.heldOut).sorted() == Array(0..<rows)) }
    }

    @Test("A seed decides, and another decides otherwise")
    func seed() throws {
        #expect(try Folds(rows: 50, seed: 1) == Folds(rows: 50, seed: 1))
        #expect(try Folds(rows: 50, seed: 1) != Folds(rows: 50, seed: 2))
        let labels = (0..<50).map { $0 % 3 }
        #expect(try Folds(stratifying: labels, seed: 1) == Folds(stratifying: labels, seed: 1))
        #expect(try Folds(stratifying: labels, seed: 1) != Folds(stratifying: labels, seed: 2))
    }

    @Test("Every fold has each class in its share")
    func stratified() throws {
        let labels = (0..<103).map { $0 < 60 ? "a" : $0 < 95 ? "b" : "c" }
        let folds = try Folds(stratifying: labels, seed: 5)
        #expect(folds.count == 5)
        for split in folds.splits {
            #expect(split.heldOut.count { labels[$0] == "a" } == 12)
            #expect(split.heldOut.count { labels[$0] == "b" } == 7)
            #expect((1...2).contains(split.heldOut.count { labels[$0] == "c" }))
        }
        let sizes = folds.splits.map(\.heldOut.count)
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }

    @Test("The smallest class with two rows decides how many folds there are, from 2 to the most")
    func fewer() throws {
        #expect(try Folds(stratifying: [0, 0, 0, 0, 0, 0, 1, 1, 1]).count == 3)
        #expect(try Folds(stratifying: [0, 0, 0, 0, 0, 0, 1, 1]).count == 2)
        #expect(try Folds(stratifying: [0, 0, 0, 0, 0, 0, 0], most: 4).count == 4)
    }

    @Test("A class with one row trains in every fold and is never held out")
    func single() throws {
        let labels = [0, 0, 0, 7, 1, 1, 1]
        let folds = try Folds(stratifying: labels)
        #expect(folds.count == 3 && folds.assignments[3] == nil)
        for split in folds.splits { #expect(split.training.contains(3) && !split.heldOut.contains(3)) }
        #expect(Set(folds.splits.flatMap(\.heldOut)).count == 6)
        #expect(try Folds(stratifying: [3, 1, 2]).splits.isEmpty)
    }

    @Test("Every class that is held out is trained on too", arguments: 0..<20)
    func training(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let labels = (0..<40).map { _ in Int(random.next() % 12) }
        for split in try Folds(stratifying: labels, seed: seed).splits {
            #expect(Set(split.heldOut.map { labels[$0] }).isSubset(of: split.training.map { labels[$0] }))
        }
    }

    @Test("One row, and one fold, are refused")
    func refused() {
        #expect(throws: LabelledError.self) { try Folds(rows: 1) }
        #expect(throws: LabelledError.self) { try Folds(rows: 9, count: 1) }
        #expect(throws: LabelledError.self) { try Folds(stratifying: [4]) }
        #expect(throws: LabelledError.self) { try Folds(stratifying: [4, 4], most: 1) }
    }
}
