import ArgumentParser
import Documents
package import Packaging

/// Bounds on a zip that its user may raise or lower.
package struct LimitOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The most files and folders (\(ArchiveLimits.standard.entries)).", valueName: "n"))
    var maxEntries: Int?

    @Option(help: ArgumentHelp("The most bytes of one file, such as 500MiB (8GiB).", valueName: "size"))
    var maxFileSize: String?

    @Option(help: ArgumentHelp("The most bytes of all files, and of the zip (16GiB).", valueName: "size"))
    var maxSize: String?

    @Option(
        help: ArgumentHelp(
            "The most bytes that one packed byte may become, in files above 1MiB (\(ArchiveLimits.standard.ratio)).",
            valueName: "n"
        )
    )
    var maxRatio: Int?

    @Option(help: ArgumentHelp("The most seconds for reading the contents (1800).", valueName: "seconds"))
    var maxSeconds: Double?

    package init() {}

    /// - Throws: ``Failure`` with the option that makes no sense.
    package func limits() throws -> ArchiveLimits {
        var limits = ArchiveLimits.standard
        limits.entries = try Self.positive(maxEntries, "--max-entries") ?? limits.entries
        limits.ratio = try Self.positive(maxRatio, "--max-ratio") ?? limits.ratio
        limits.fileBytes = try Self.size(maxFileSize, "--max-file-size") ?? limits.fileBytes
        if let size = try Self.size(maxSize, "--max-size") { (limits.totalBytes, limits.archiveBytes) = (size, size) }
        if let maxSeconds {
            guard maxSeconds > 0, maxSeconds <= 1e6 else {
                throw Failure(.usage, "--max-seconds is \(maxSeconds); it must be above 0 and at most 1000000")
            }
            limits.seconds = maxSeconds
        }
        return limits
    }

    private static func positive(_ number: Int?, _ option: String) throws -> Int? {
        guard let number else { return nil }
        guard number > 0, number <= 100_000_000 else {
            throw Failure(.usage, "\(option) is \(number); it must lie between 1 and 100000000")
        }
        return number
    }

    private static func size(_ text: String?, _ option: String) throws -> Int? {
        guard let text else { return nil }
        guard let size = ByteSize.parse(text), size > 0, size <= 1 << 50 else {
            throw Failure(.usage, "\(option) is '\(Printable(text))'; it must be a size such as 500MiB or 20GiB")
        }
        return size
    }
}
