import Documents
import Ensembles
import Learnware
import Numerics
import Reuse
import Specifications
import SystemPackage
import Tensors
import Testing

/// The selector on three learnwares that know other digits each, and on sets whose answer is known.
@Suite struct JobSelectorTests {
    /// Recorded answers, given for the rows that they were recorded for.
    private func digits() throws -> (members: [ReuseMember], rows: Reuser.Rows, models: [FunctionModel]) {
        let tensor = try Golden.tensor("labelled/digits/test_rows.npy")
        let values = try tensor.doubles()
        let width = tensor.shape[1]
        var places: [[Double]: Int] = [:]
        for row in 0..<tensor.shape[0] { places[Array(values[row * width..<(row + 1) * width])] = row }
        let known = places
        var (members, models) = ([ReuseMember](), [FunctionModel]())
        for (place, answers) in try Golden.members("averaging/A_members.npy").enumerated() {
            let model = FunctionModel { rows, _ throws(PredictorError) in
                answers.rows(at: rows.compactMap { known[$0] })
            }
            let specification = try AnySpecification(contentsOf: Golden.folder.appending("selector/\(place).json"))
            members.append(try member(place, model, specification: specification))
            models.append(model)
        }
        let rows = try Reuser.Rows(Chunk(firstRow: 0, rowCount: tensor.shape[0], values: .matrix(tensor)))
        return (members, rows, models)
    }

    @Test func mixtureWeightsAreThoseOfThePackage() throws {
        let (members, rows, _) = try digits()
        let weights = try MixtureWeights.fit(
            members.compactMap { $0.specification?.table },
            rows: rows.matrix(),
            threads: 1
        )
        let expected = try Golden.results()["A_digits_tasks"]?["mixture_weight_test"]?.array?.compactMap(\.number) ?? []
        #expect(expected.count == 3)
        // The package's solver stops at 1e-4 or so of the optimum; its specifications are in single precision.
        #expect(zip(weights, expected).allSatisfy { ($0 - $1).magnitude < 2e-3 }, "\(weights) and \(expected)")
    }

    /// 0.911 is what the package reaches with herding; without, it chooses one learnware for all rows: 0.289.
    @Test(arguments: [true, false], [0, 1] as [UInt64])
    func selectsAsWellAsThePackageOrBetter(herds: Bool, seed: UInt64) async throws {
        let (members, rows, models) = try digits()
        let reuser = Reuser(members, seed: seed)
        let outcome = try await reuser.jobSelector(rows: rows, options: JobSelectorOptions(herds: herds))
        let labels = try Golden.tensor("labelled/digits/test_labels.npy").doubles().map { Int64($0) }
        guard case .integers(let found) = outcome.answers, let choice = outcome.choice else {
            Issue.record("the members answer with labels")
            return
        }
        let accuracy = Double(zip(found, labels).count { $0 == $1 }) / Double(labels.count)
        let package = try #require(
            Golden.results()["A_digits_tasks"]?["job_selector_herding1"]?["accuracy"]?.number
        )
        #expect(accuracy >= package)
        // Each member is asked for its rows, and no others.
        #expect(models.map(\.rows) == (0..<3).map { member in choice.count { $0 == member } })
        #expect(models.reduce(0) { $0 + $1.rows } == labels.count)
    }

    @Test func theSameSeedGivesTheSameOnAnyNumberOfThreads() throws {
        let (members, rows, _) = try digits()
        let options = JobSelectorOptions(pointCount: 200)
        let fits = try [1, 2, 3].map { threads in
            try Reuser(members, seed: 3, threads: threads).fitSelector(rows.matrix(), options: options).selector
        }
        #expect(fits[0] == fits[1])
        #expect(fits[0] == fits[2])
        #expect(try fits[0] != Reuser(members, seed: 4).fitSelector(rows.matrix(), options: options).selector)
    }

    @Test func whatItSavesGivesTheSameAnswers() async throws {
        let (members, rows, _) = try digits()
        let reuser = Reuser(members)
        let outcome = try await reuser.jobSelector(rows: rows, options: JobSelectorOptions(herds: false))
        let read = try Ensemble(json: outcome.ensemble.jsonBytes())
        #expect(read == outcome.ensemble)
        let again = try await reuser.apply(read, to: rows)
        #expect(again.answers == outcome.answers)
        #expect(again.choice == outcome.choice)
    }

    @Test func oneLearnwareIsAlwaysThatOne() async throws {
        let only = FunctionModel { rows, _ throws(PredictorError) in .integers(rows.map { _ in 4 }) }
        let outcome = try await Reuser([member(0, only)]).jobSelector(rows: countedRows(3))
        #expect(outcome.answers == .integers([4, 4, 4]))
        #expect(outcome.ensemble.combination == .single)
    }

    @Test func withoutASpecificationThereIsNothingToSelectBy() async throws {
        let model = FunctionModel { rows, _ throws(PredictorError) in .integers(rows.map { _ in 4 }) }
        let error = await #expect(throws: ReuseError.self) {
            try await Reuser([member(0, model), member(1, model)]).jobSelector(rows: countedRows(3))
        }
        #expect(error?.description == "'member 0' has no statistical specification to select by")
    }

    /// Two heaps far apart, each known to one member, and a third learnware that fails.
    private func heaps(
        _ models: [FunctionModel]
    ) throws -> (members: [ReuseMember], rows: Reuser.Rows, side: [Int]) {
        var random = SeededRandom(seed: 5)
        func heap(_ centre: Double, _ count: Int) -> [[Double]] {
            (0..<count).map { _ in [centre + 0.2 * random.normal(), 0.2 * random.normal()] }
        }
        let centres = [-2.0, 2.0, 4.0]
        var options = RKMETableOptions()
        options.pointCount = 20
        options.gamma = .fixed(0.5)
        let members = try models.enumerated().map { place, model in
            let data = try Matrix(rows: heap(centres[place], 200))
            let specification = try RKMETableSpecification(fitting: data, options: options)
            return try member(place, model, specification: .table(specification))
        }
        let side = (0..<60).map { $0 * 7 % models.count }
        let data = try side.map { try #require(heap(centres[$0], 1).first) }
        return (members, try rows(data), side)
    }

    @Test func eachRowGoesToWhoseDataItIsLike() async throws {
        let models = (0..<3).map { place in
            FunctionModel { rows, _ throws(PredictorError) in .integers(rows.map { _ in Int64(place) }) }
        }
        let (members, rows, side) = try heaps(models)
        let outcome = try await Reuser(members).jobSelector(rows: rows)
        #expect(outcome.answers == .integers(side.map { Int64($0) }))
    }

    @Test func theRowsOfOneThatFailsGoToTheNextBest() async throws {
        let models = (0..<3).map { place in
            FunctionModel { rows, _ throws(PredictorError) in
                if place == 2 { throw PredictorError(.predict, "no") }
                return .integers(rows.map { _ in Int64(place) })
            }
        }
        let (members, rows, side) = try heaps(models)
        let outcome = try await Reuser(members).jobSelector(rows: rows)
        // The heap at 4 is nearer to that at 2 than to that at -2.
        #expect(outcome.answers == .integers(side.map { Int64(min($0, 1)) }))
        #expect(outcome.warnings == ["'member 2' is left out: no"])
        await #expect(throws: ReuseError.self) {
            try await Reuser(members, options: .init(isStrict: true)).jobSelector(rows: rows)
        }
    }

    @Test func whatIsMissingCountsAsTheMean() async throws {
        let models = (0..<2).map { place in
            FunctionModel { rows, _ throws(PredictorError) in .integers(rows.map { _ in Int64(place) }) }
        }
        let (members, _, _) = try heaps(models)
        let outcome = try await Reuser(members).jobSelector(
            rows: rows([[-2, .nan], [2, 0], [-2.1, 0.1], [2, .infinity]])
        )
        #expect(outcome.answers == .integers([0, 1, 0, 1]))
    }
}
