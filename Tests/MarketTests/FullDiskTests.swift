import Foundation
import Market
import SystemPackage
import TestSupport
import Testing

/// A small file system of the test's own that fills up under imports, backups and restorations.
@Suite(.serialized) struct FullDiskTests {
    private let scratch: Scratch
    private let zips: Zips

    init() throws {
        scratch = try Scratch()
        zips = Zips(scratch)
    }

    /// Runs a script in a folder on a file system of two megabytes, in a mount namespace that goes with it.
    private func onSmallDisk(_ script: String, _ arguments: String...) throws -> ToolResult {
        let folder = scratch.appending("small")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let tool = Checkout.products.appending("lw-dock").string
        let begin = """
            mount -t tmpfs -o size=2m tmpfs "$1" && cd "$1" && dock="$2" && shift 2

            """
        return try Tool.run(
            "/usr/bin/unshare",
            ["--map-root-user", "--user", "--mount", "sh", "-c", begin + script, "sh", folder, tool] + arguments
        )
    }

    private func isFull(_ result: ToolResult) -> Bool {
        result.errors.contains("No space left on device") || result.errors.contains("is full")
    }

    @Test func aBackupThatDoesNotFitLeavesNothing() throws {
        let market = try Backend.sqlite.market(in: scratch)
        for index in 0..<3 { _ = try market.add(zips.make("z\(index)")) }
        let result = try onSmallDisk(
            """
            head -c 2080000 /dev/zero > filler
            "$dock" backup --market "$1" b; echo "backup $?"; ls -A
            rm filler; "$dock" backup --market "$1" b
            """,
            market.path.string
        )
        #expect(result.output.contains("backup 3\nfiller\n") && isFull(result), "\(result)")
        #expect(result.output.hasSuffix("backed up 3 learnwares, 3 versions, 3 packages into b\n"), "\(result)")
    }

    @Test func aRestorationThatDoesNotFitLeavesTheMarketEmpty() throws {
        let market = try Backend.sqlite.market(in: scratch)
        for index in 0..<3 { _ = try market.add(zips.make("z\(index)")) }
        let backup = scratch.path.appending("backup")
        _ = try market.backUp(to: backup)
        let result = try onSmallDisk(
            """
            "$dock" init m; cat /dev/zero > filler
            "$dock" restore --market m "$1"; echo "restore $?"
            rm filler; "$dock" list --market m; "$dock" restore --market m "$1"; "$dock" fsck --market m
            """,
            backup.string
        )
        #expect(result.output.contains("restore 3\n") && isFull(result), "\(result)")
        #expect(result.errors.contains("the market is empty"), "\(result)")
        #expect(result.output.hasSuffix("sound: 3 versions, 3 packages\n"), "\(result)")
    }

    @Test func anImportThatDoesNotFitStopsAndGoesOn() throws {
        let folder = try PythonMarketFolder(scratch.appending("python"))
        let zip = try zips.make("a").string
        let semantic = try String(
            contentsOfFile: scratch.appending("model-a/semantic_specification.json"),
            encoding: .utf8
        )
        try folder.add("0", zip: zip, semantic: semantic)
        let result = try onSmallDisk(
            """
            "$dock" init m; cat /dev/zero > filler
            "$dock" import --market m "$1"; echo "import $?"
            rm filler; "$dock" list --market m; "$dock" import --market m "$1"; "$dock" fsck --market m
            """,
            folder.path
        )
        #expect(result.output.contains("import 3\n") && isFull(result), "\(result)")
        #expect(!result.output.contains("refused\n0"), "\(result)")
        #expect(result.errors.contains("the market is empty"), "\(result)")
        #expect(result.output.hasSuffix("sound: 1 versions, 1 packages\n"), "\(result)")
    }
}
