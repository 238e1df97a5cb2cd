import ArgumentParser
package import Commands
import Documents
import ModelRunner
import Packaging
package import Specifications
import Tensors

/// What a specification is made of, and how: the options of `lw-pack spec`, and of searches for data.
package struct SpecificationOptions: ParsableArguments {
    @Option(help: "What a row is: table (a list of numbers), image or text.")
    var type = Kind.table
    @Option(
        help: "The learnware that makes vectors of texts; it runs in its sandbox.",
        completion: .file(extensions: ["zip"])
    )
    var embedder: String?
    @Option(
        help: ArgumentHelp(
            "An embedder that may see these texts, by its content's digest as 'lw-pack inspect' prints it. A hostile one "
                + "could hide them in its vectors, which are published; may be given more than once.",
            valueName: "digest"
        )
    )
    var trust: [String] = []
    @Option(help: "The embedder's interpreter: a version such as 3.11, or a path.") var python: String?
    @Flag(help: "Fetch nothing for the embedder; use only what is in the store.") var offline = false
    @Option(
        help: "What the input is, whatever its name: csv, tsv, json, jsonl, npy, npz or parquet. Standard input is csv."
    )
    var inputFormat: String?
    @Option(help: "Whether the input's first row names the columns: auto, yes or no.")
    var header = "auto"
    @Option(
        help: ArgumentHelp("The columns that the model takes, in its order; of a .npz, the array.", valueName: "a,b,c")
    )
    var columns: String?
    @Option(help: "How many points stand for the rows. (default: 100, of images 50)")
    var points: Int?
    @Option(
        help: ArgumentHelp(
            "The kernel's gamma: a number, or 'median' to choose it from the rows. Only specifications of one gamma can "
                + "be compared, and the market's is 0.1.",
            valueName: "gamma"
        )
    )
    var gamma = "0.1"
    @Flag(help: "Give each column mean 0 and standard deviation 1 first. Only what was scaled alike can be compared.")
    var standardize = false
    @Flag(help: "Let points come as near to rows as they fit best; the file says so.")
    var noGuard = false
    @Flag(help: "Leave out files of a folder that are no images, and name them, instead of stopping.")
    var skipBroken = false
    @Option(help: "Chooses among equal starts: the same seed makes the same file.")
    var seed: UInt64 = 0
    @Option(help: "How many threads share the work; the file does not depend on it. (default: one a core)")
    var threads: Int?

    package init() {}

    /// What a row is.
    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case table
        case image
        case text
    }

    /// Checks what does not need the data.
    ///
    /// - Parameter isCompatible: true to make what the Python package would.
    /// - Throws: `ValidationError`.
    package func validate(isCompatible: Bool) throws {
        guard !isCompatible || !(noGuard || standardize) else {
            throw ValidationError("--compatible has no guard and scales nothing; leave the other option out")
        }
        let isPlain = gamma == "0.1" && !standardize && !isCompatible && columns == nil
        guard type != .image || isPlain else {
            throw ValidationError("--gamma, --standardize, --compatible and --columns are not for images")
        }
    }

    package func validate() throws {
        _ = try DataFormat(option: inputFormat, named: "--input-format")
        guard DataOptions.Header(rawValue: header) != nil else {
            throw ValidationError("--header is auto, yes or no")
        }
        guard (1...4096).contains(points ?? 1) else { throw ValidationError("--points is 1 to 4096") }
        guard threads.map({ $0 > 0 }) ?? true else { throw ValidationError("--threads is at least 1") }
        _ = try parsedGamma()
        guard type == .image || !skipBroken else {
            throw ValidationError("--skip-broken is for --type image")
        }
        guard (type == .text) == (embedder != nil) else {
            let missing = "--type text needs --embedder ZIP, a learnware that makes vectors of texts"
            throw ValidationError(type == .text ? missing : "--embedder is for --type text")
        }
    }

    /// Whether any of them was given that says how points are chosen.
    package var isDefault: Bool {
        type == .table && columns == nil && points == nil && gamma == "0.1" && !standardize && !noGuard
    }

    private func parsedGamma() throws -> RKMETableOptions.Gamma {
        if gamma == "median" { return .median }
        guard let number = Double(gamma), number > 0, number.isFinite else {
            throw ValidationError("--gamma is a number above 0, or 'median'")
        }
        return .fixed(number)
    }

    private func tableOptions(_ isCompatible: Bool) throws -> RKMETableOptions {
        var options = RKMETableOptions()
        options.method = isCompatible ? .compatible : .best
        options.gamma = try parsedGamma()
        options.scaling = standardize ? .ownColumns : .none
        options.pointCount = points ?? options.pointCount
        options.guardsPrivacy = !noGuard
        options.seed = seed
        options.threads = threads
        return options
    }

    private var imageOptions: RKMEImageOptions {
        var options = RKMEImageOptions()
        options.pointCount = points ?? options.pointCount
        options.guardsPrivacy = !noGuard
        options.seed = seed
        options.threads = threads
        return options
    }

    func work(isCompatible: Bool) throws -> SpecificationWork {
        if let embedder { return .text(try embedderPackage(embedder), try tableOptions(isCompatible)) }
        return type == .image
            ? .image(imageOptions, skipsBroken: skipBroken) : .table(try tableOptions(isCompatible))
    }

    func data(_ input: String) throws -> DataInput {
        DataInput(
            input,
            format: try DataFormat(option: inputFormat, named: "--input-format"),
            header: DataOptions.Header(rawValue: header) ?? .auto,
            selection: columns?.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        )
    }

    func runOptions(_ progress: ProgressStyle) -> RunOptions {
        var options = RunOptions()
        options.python = python
        options.isOffline = offline
        options.progress = progress.reporter()
        return options
    }

    /// Makes a specification that stays in this process.
    ///
    /// - Parameters:
    ///   - input: the data, as the user named it.
    ///   - isCompatible: true to make what the Python package would.
    ///   - progress: how progress is shown.
    /// - Returns: what `lw-pack spec` would write.
    /// - Throws: ``Failure`` that names the place of what is wrong.
    package func specification(
        of input: String,
        isCompatible: Bool,
        progress: ProgressStyle
    ) async throws -> AnySpecification {
        let work = try work(isCompatible: isCompatible)
        return try await work.made(of: try data(input), reports: false, runOptions(progress)).specification
    }

    /// Opens the embedder, and refuses one that nobody trusts before it sees anything.
    private func embedderPackage(_ path: String) throws -> Package {
        let package = try openPackage(path, semantic: nil, limits: .standard)
        let digest = TextRows.digest(of: package)
        guard trust.contains(where: { TextRows.digest($0) == digest }) else {
            throw Failure(
                .usage,
                "the embedder \(Printable(path)) is not trusted with these texts: it could hide them in its vectors",
                hint: "if you know who made it: --trust \(digest)"
            )
        }
        return package
    }
}
