import Documents
import Numerics
import Specifications
import Testing

@Suite("Comparing table specifications")
struct TableComparisonTests {
    @Test("Inner products and distances are the recorded ones", arguments: ["4", "10", "13", "30", "64", "100"])
    func matrices(columns: String) throws {
        let recorded = try Golden.json("dist_matrices.json")[columns]
        let names = recorded?["names"]?.array?.compactMap(\.string) ?? []
        let inner = try (recorded?["inner_prod"] ?? []).matrix
        let distances = try (recorded?["dist"] ?? []).matrix
        let omitted = try (recorded?["dist_omit_term1"] ?? []).matrix
        let here = try names.filter { Golden.sets.contains($0) }.map { ($0, try Golden.specification($0)) }
        #expect(!here.isEmpty)
        for (name, left) in here {
            for (other, right) in here {
                guard let i = names.firstIndex(of: name), let j = names.firstIndex(of: other) else { continue }
                #expect(abs(try left.innerProduct(with: right) - inner[i, j]) < 1e-12)
                #expect(abs(try left.squaredDistance(to: right) - distances[i, j]) < 1e-12)
                let without = try left.compatibleSquaredDistance(to: right, omitsOwnTerm: true)
                #expect(abs(without - omitted[i, j]) < 1e-12)
            }
        }
    }

    /// The two specifications that the reference gives values for.
    static func pair(gamma: Double = 0.1) throws -> (RKMETableSpecification, RKMETableSpecification) {
        let left = #"{"z":[[0,0],[1,2],[3,-1]],"beta":[0.5,0.3,0.2],"gamma":0.1}"#
        let right = #"{"z":[[1,1],[-2,0.5]],"beta":[0.6,0.4],"gamma":\#(gamma)}"#
        return try (
            RKMETableSpecification(json: Array(left.utf8)), RKMETableSpecification(json: Array(right.utf8))
        )
    }

    @Test("The reference's worked example")
    func example() throws {
        let (a, b) = try Self.pair()
        #expect(abs(try a.innerProduct(with: b) - 0.6373653861903472) < 1e-15)
        #expect(abs(try a.innerProduct(with: a) - 0.66823890131216) < 1e-15)
        #expect(abs(try b.innerProduct(with: b) - 0.7103350811559965) < 1e-15)
        #expect(abs(try a.squaredDistance(to: b) - 0.10384321008746211) < 1e-15)
        #expect(abs(try a.compatibleSquaredDistance(to: b, omitsOwnTerm: true) + 0.5643956912246979) < 1e-15)
    }

    @Test("Mixed gammas are refused with a sentence, and done as the reference does on request")
    func mixedGammas() throws {
        let (a, b) = try Self.pair(gamma: 1)
        let refusal = #expect(throws: SpecificationError.self) { try a.squaredDistance(to: b) }
        #expect(refusal?.description.contains("different gammas, 0.1 and 1.0") == true)
        #expect(abs(try a.innerProduct(with: b, mixesGammas: true) - 0.6373653861903472) < 1e-15)
        #expect(abs(try b.innerProduct(with: a, mixesGammas: true) - 0.10971354755482716) < 1e-15)
        #expect(abs(try a.compatibleSquaredDistance(to: b) + 0.08644573747554496) < 1e-15)
        #expect(abs(try b.compatibleSquaredDistance(to: a) - 0.9688579397954952) < 1e-15)
    }

    @Test("Other shapes and other standardisations are refused")
    func otherKeys() throws {
        let (a, _) = try Self.pair()
        let wide = try RKMETableSpecification(json: Array(#"{"z":[[0,0,0]],"beta":[1]}"#.utf8))
        let shape = #expect(throws: SpecificationError.self) { try a.innerProduct(with: wide) }
        #expect(shape?.description.contains("shape [2], the other of [3]") == true)
        let text = #"{"z":[[0,0]],"beta":[1],"standardization":{"mean":[0,0],"scale":[1,2]}}"#
        let scaled = try RKMETableSpecification(json: Array(text.utf8))
        let key = #expect(throws: SpecificationError.self) { try a.squaredDistance(to: scaled) }
        #expect(key?.description.contains("standardised") == true)
    }

    @Test("A specification's distance to its rows is the measured one", arguments: Golden.sets)
    func toRows(name: String) throws {
        let measured = try Golden.json("specs/\(name)/meta.json")["mmd_exact"]?["mmd2"]?.number ?? .nan
        let squared = try Golden.specification(name).squaredDistance(toRows: Golden.rows("specs/\(name)/X.npy"))
        // The measurement took rows of Double where the file has them rounded to Float, or the other way round.
        #expect(abs(squared - measured) < 1e-9)
    }
}

@Suite("Comparing with many table specifications")
struct TableCollectionTests {
    @Test("Distances are those of one pair after another")
    func pairs() throws {
        let names = Golden.sets.filter { $0.hasSuffix("d10") || $0.hasPrefix("diabetes") }
        let specifications = try names.map { try Golden.specification($0) }
        let collection = try RKMETableCollection(specifications)
        let query = try Golden.specification("diabetes_std")
        let distances = try collection.squaredDistances(from: query)
        #expect(distances.count == specifications.count && collection.count == distances.count)
        for (distance, specification) in zip(distances, specifications) {
            #expect(abs(distance - (try query.squaredDistance(to: specification))) < 1e-13)
        }
        #expect(distances[names.firstIndex(of: "diabetes_std") ?? 0] < 1e-13)
    }

    @Test("Specifications may have different numbers of points, and threads change no bit")
    func sizes() throws {
        var options = RKMETableOptions()
        let specifications = try (1...9).map { size in
            options.pointCount = size
            return try RKMETableSpecification(fitting: .normal(40, 3, seed: UInt64(size)), options: options)
        }
        let collection = try RKMETableCollection(specifications)
        let one = try collection.innerProducts(with: specifications[4], threads: 1)
        #expect(try collection.innerProducts(with: specifications[4], threads: 4) == one)
        for (value, specification) in zip(one, specifications) {
            #expect(abs(value - (try specification.innerProduct(with: specifications[4]))) < 1e-13)
        }
    }

    @Test("One of another key is refused by its place")
    func otherKey() throws {
        let (a, b) = try TableComparisonTests.pair(gamma: 1)
        let error = #expect(throws: SpecificationError.self) { try RKMETableCollection([a, a, b]) }
        #expect(error?.description.hasPrefix("specification 2 ") == true)
        #expect(throws: SpecificationError.self) { try RKMETableCollection([]) }
        #expect(throws: SpecificationError.self) { try RKMETableCollection([a]).squaredDistances(from: b) }
    }
}
