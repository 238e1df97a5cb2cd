import Commands
import ModelRunner
import Packaging
import Specifications
import SystemPackage

/// What `lw-pack spec` is to make, decided once.
enum SpecificationWork: Sendable {
    case table(RKMETableOptions)
    case image(RKMEImageOptions, skipsBroken: Bool)
    /// By an embedder that may see the texts.
    case text(Package, RKMETableOptions)

    /// What came of it.
    struct Made {
        let specification: AnySpecification
        let privacy: PrivacyReport?
    }

    /// Of the MMD that two unlike tables have, a tenth or so.
    private static let highCost = 0.05

    /// Reads the data, and fits.
    ///
    /// - Parameters:
    ///   - data: the rows.
    ///   - reports: whether there is a privacy report.
    ///   - runOptions: how what runs in a sandbox is run.
    /// - Returns: the specification.
    /// - Throws: ``Failure`` that names the place of what is wrong.
    func made(of data: DataInput, reports: Bool, _ runOptions: RunOptions) async throws(Failure) -> Made {
        let pace = Pace(runOptions.progress)
        switch self {
        case .table(let options):
            let rows = try await SpecificationRows(data, areArrays: false, runOptions)
            return try Self.fitting(data) { () throws(SpecificationError) in
                let fit = try RKMETableFit(
                    rows.matrix,
                    sampleShape: rows.sampleShape,
                    options: options,
                    progress: { pace.tell("\(Int($0 * 100)) % of the steps at most") }
                )
                Self.warn(of: fit.guardCost)
                return Made(
                    specification: .table(fit.specification),
                    privacy: reports ? try fit.privacyReport() : nil
                )
            }
        case .image(let options, let skipsBroken):
            let rows = try await ImageRows(data, skipsBroken: skipsBroken, runOptions)
            return try Self.fitting(data) { () throws(SpecificationError) in
                let fit = try RKMEImageFit(rows.images, options: options) { progress in
                    pace.tell("round \(progress.round) of \(progress.rounds)")
                    return !Task.isCancelled
                }
                if reports { runOptions.progress("comparing all pairs of images, for the report") }
                return Made(
                    specification: .image(fit.specification),
                    privacy: reports && !Task.isCancelled ? try fit.privacyReport() : nil
                )
            }
        case .text(let embedder, let options):
            let rows = try await TextRows(data, embedder, runOptions)
            return try Self.fitting(data) { () throws(SpecificationError) in
                let fit = try rows.fit(options)
                return Made(
                    specification: .text(fit.specification),
                    privacy: reports ? try fit.privacyReport() : nil
                )
            }
        }
    }

    private static func fitting(
        _ data: DataInput,
        _ fit: () throws(SpecificationError) -> Made
    ) throws(Failure) -> Made {
        do throws(SpecificationError) {
            return try fit()
        } catch {
            throw Failure(error, data: data.shown)
        }
    }

    private static func warn(of cost: Double) {
        guard cost > highCost else { return }
        note([
            "warning: to keep points away from the rows they were moved far, \(SpecificationPage.number(cost)) in MMD: "
                + "the learnware will be hard to find",
            "  hint: rows on a grid, such as whole numbers, leave no room between them; --no-guard lets points be "
                + "anywhere",
        ])
    }
}
