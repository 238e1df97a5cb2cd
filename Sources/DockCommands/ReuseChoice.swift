import Commands
import Documents
import Ensembles
import Market
import ModelRunner
import Packaging
import Reuse
import Search
import Specifications
import Tensors

/// Which learnwares are reused, and why.
struct ReuseChoice {
    /// One of them.
    struct Chosen {
        let id: String
        let details: VersionDetails
        /// Its part of the mixture; nil where none was looked for.
        let weight: Double?
    }

    let chosen: [Chosen]
    /// True when all of them say that they predict numbers.
    var isRegression: Bool {
        chosen.allSatisfy { one in
            let semantic = try? SemanticSpecification(parsing: Array(one.details.semantic.utf8), file: one.id)
            return semantic?.task == ["Regression"]
        }
    }
    private let market: Market

    /// Takes those that were named, or looks for some.
    ///
    /// - Parameters:
    ///   - market: where they are.
    ///   - ids: the names; none to look for some.
    ///   - rows: what they are looked for.
    ///   - limit: the most that are looked for.
    ///   - options: seed and threads.
    /// - Throws: ``Failure`` when there are none.
    init(
        _ market: Market,
        ids: [String],
        rows: ReuseRows,
        limit: Int,
        _ options: SideBySideOptions
    ) throws(Failure) {
        self.market = market
        let usable = try asking { () throws(MarketError) in try market.usable() }
        guard ids.isEmpty else {
            chosen = try ids.map { (id) throws(Failure) in
                guard let found = usable.first(where: { $0.id == id }) else {
                    throw Failure(
                        .file,
                        "there is no usable learnware '\(Printable(id, limit: 40))' in this market",
                        hint: "'lw-dock list' shows all, with their states"
                    )
                }
                return Chosen(id: id, details: found.details, weight: nil)
            }
            return
        }
        let specification = try rows.specification(seed: options.seed, threads: options.threads)
        let answer = try SearchWork.search(usable, for: specification, limit: limit, threads: options.threads)
        let found =
            answer.mixture?.members.sorted { $0.weight > $1.weight }.map { (id: $0.id, weight: Optional($0.weight)) }
            ?? answer.singles.map { (id: $0.id, weight: nil) }
        chosen = found.compactMap { hit in
            usable.first { $0.id == hit.id }.map { Chosen(id: hit.id, details: $0.details, weight: hit.weight) }
        }
        guard !chosen.isEmpty else {
            let reasons = answer.leftOut.map(\.description).joined(separator: "; ")
            throw Failure(
                .input,
                "no learnware of this market is for rows like those of \(rows.shown)"
                    + (reasons.isEmpty ? "" : ": " + reasons),
                hint: "'lw-dock list --state usable' shows what there is"
            )
        }
    }

    /// The learnwares as those who reuse them see them.
    ///
    /// - Parameters:
    ///   - rows: what they are to answer.
    ///   - run: how each is run.
    /// - Returns: one for each that can be asked.
    /// - Throws: ``Failure`` when none can, or a package is not what was added.
    func members(_ rows: ReuseRows, run: RunOptions) throws(Failure) -> [ReuseMember] {
        var members: [ReuseMember] = []
        var mismatches: [String] = []
        for one in chosen {
            let (market, details) = (market, one.details)
            let package = try asking { () throws(MarketError) in
                try market.package(details.version, semantic: details.semantic)
            }
            let input = PackageInput(package, forcesTable: false)
            switch rows.order(for: input) {
            case .failure(let mismatch):
                mismatches.append("'\(Printable(details.version.name, limit: 60))' is left out: \(mismatch.reason)")
            case .success(let order):
                members.append(try member(one, package, input, order, run))
            }
        }
        note(mismatches.map { "warning: " + $0 })
        guard !members.isEmpty else {
            throw Failure(.input, "none of the \(chosen.count) learnwares takes the columns of \(rows.shown)")
        }
        return members
    }

    private func member(
        _ one: Chosen,
        _ package: Package,
        _ input: PackageInput,
        _ order: [Int]?,
        _ run: RunOptions
    ) throws(Failure) -> ReuseMember {
        let identity: Ensemble.Member
        do throws(EnsembleError) {
            identity = try Ensemble.Member(
                digest: package.digest,
                name: one.details.version.name,
                identifier: one.id,
                version: one.details.version.number
            )
        } catch {
            throw Failure(.input, error.description)
        }
        return ReuseMember(
            identity: identity,
            specification: one.details.specification.flatMap { try? AnySpecification(json: Array($0.utf8)) },
            provider: SandboxedPredictors(package, run),
            memory: run.memory ?? 0,
            isTable: input.isTable
        ) { chunk throws(TensorError) in
            try input.tensors(
                of: order.map { (order) throws(TensorError) in try ReuseRows.reordered(chunk, order) } ?? chunk
            )
        }
    }
}

/// A search for a specification alone.
enum SearchWork {
    /// The most learnwares of a mixture.
    static let most = SearchOptions.largestMixture

    static func search(
        _ usable: [(id: String, details: VersionDetails)],
        for specification: AnySpecification,
        limit: Int,
        threads: Int?
    ) throws(Failure) -> SearchAnswer {
        let catalogue = try Catalogue(usable)
        do throws(SearchError) {
            let index = try SearchIndex(catalogue.candidates)
            var options = SearchOptions()
            (options.limit, options.mixtureSize, options.threads) = (limit, limit, threads)
            if limit == 1 { options.mixture = nil }
            return try index.search(SearchQuery(specification: specification), options: options)
        } catch {
            throw Failure(error)
        }
    }
}

extension Failure {
    init(_ error: SearchError) {
        switch error.code {
        case .invalidOption: self.init(.usage, error.description)
        case .numerics: self.init(.internalFault, error.description)
        default: self.init(.input, error.description)
        }
    }
}
