import Foundation
import Glibc
import Market
import SystemPackage
import TestSupport
import Testing

/// Markets that something is wrong with: one clear sentence each, and nothing half-done.
@Suite(.serialized) struct MarketFaultTests {
    private let scratch: Scratch
    private let zips: Zips

    init() throws {
        scratch = try Scratch()
        zips = Zips(scratch)
    }

    private func dock(_ arguments: [String], as caller: Caller = .tester) throws -> ToolResult {
        try Tool.run("lw-dock", arguments, as: caller)
    }

    private var market: String { scratch.appending("market") }

    @Test func aFolderThatIsNoMarketIsNamed() throws {
        let result = try dock(["list", "--market", scratch.path.string])
        #expect(result.status == 3)
        #expect(result.errors.hasPrefix("error: there is no market in '\(scratch.path)'"), "\(result.errors)")
        #expect(result.errors.contains("lw-dock init"))
    }

    @Test func aMarketIsMadeOnlyWhereNothingIs() throws {
        #expect(try dock(["init", market]).status == 0)
        let again = try dock(["init", market])
        #expect(again.status == 2 && again.errors.contains("is not empty, so no market is made in it"))
        let nowhere = try dock(["init", scratch.appending("no/market")])
        #expect(nowhere.status == 3 && nowhere.errors.contains("No such file"), "\(nowhere.errors)")
    }

    @Test func anAddressWithAPasswordIsRefused() throws {
        let addresses = [
            "postgres://me:secret@localhost/db", "postgres://me@localhost/db?password=secret",
            "postgres://me@localhost/db?pass%77ord=secret", "postgres://me:s%65cret@localhost/db",
            "postgres://me@localhost/db?sslpassword=secret", "postgres://me:secret@[::1/db",
        ]
        for address in addresses {
            let result = try dock(["init", market, "--database", address])
            #expect(result.status == 2 && result.errors.contains("the address of the database"), "\(result.errors)")
            #expect(result.errors.contains("~/.pgpass") || address.contains("[::1"), "\(result.errors)")
            #expect(!result.errors.contains("secret"))
            #expect(!FileManager.default.fileExists(atPath: market))
        }
    }

    @Test func aServerThatCannotBeReachedLeavesNoMarket() throws {
        let result = try dock(["init", market, "--database", "postgres://me@/db?host=\(scratch.path)"])
        #expect(result.status == 3 && result.errors.contains("PostgreSQL cannot be reached"), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: market))
    }

    /// The folder's file system runs out of files when everything but the last is there.
    @Test func aMarketThatCannotBeMadeLeavesNoSchema() throws {
        let folder = scratch.appending("small")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let server = try PostgresServer.shared.get()
        // A database of its own: other tests make schemas in the first.
        #expect(try server.run("createdb", ["unmade"]).status == 0)
        let url = server.url.replacingOccurrences(of: "/postgres?", with: "/unmade?")
        let script = #"mount -t tmpfs -o nr_inodes=4 tmpfs "$1" && cd "$1" && "$2" init . --database "$3"; ls -A"#
        let result = try Tool.run(
            "/usr/bin/unshare",
            // Root needs no user namespace, and would not reach the server's socket from one.
            (getuid() == 0 ? [] : ["--map-root-user", "--user"]) + [
                "--mount", "sh", "-c", script, "sh", folder, Checkout.products.appending("lw-dock").string, url,
            ]
        )
        #expect(result.errors.contains("market.json' cannot be written: No space left"), "\(result)")
        #expect(result.output.isEmpty, "\(result)")
        let query = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'learnware%'"
        let counted = try server.run("psql", ["--dbname", "unmade", "--tuples-only", "--no-align", "--command", query])
        #expect(counted.output == "0\n", "\(counted)")
    }

    @Test func aDatabaseWithoutItsTablesIsNamed() throws {
        #expect(try dock(["init", market]).status == 0)
        for suffix in ["-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: market + "/market.sqlite" + suffix)
        }
        try Data().write(to: URL(fileURLWithPath: market + "/market.sqlite"))
        let result = try dock(["list", "--market", market])
        #expect(result.status == 3 && result.errors.contains("the market's database holds no market"), "\(result)")
    }

    @Test func aDamagedDatabaseIsNamed() throws {
        #expect(try dock(["init", market]).status == 0)
        #expect(try dock(["add", "--market", market, zips.make("a").string]).status == 0)
        let file = market + "/market.sqlite"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        bytes.replaceSubrange(0..<64, with: Data(repeating: 0x41, count: 64))
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + suffix) }
        try bytes.write(to: URL(fileURLWithPath: file))
        for command in [["list"], ["fsck"], ["add", scratch.appending("a.zip")]] {
            let result = try dock(command + ["--market", market])
            #expect(result.status == 3, "\(command): \(result.errors)")
            #expect(result.errors.contains("market.sqlite' is damaged, or no SQLite database"), "\(result.errors)")
        }
    }

    /// Pages in the middle of the file, one after the other: found, or without consequence, never a crash.
    @Test func damageInTheMiddleIsFoundOrHarmless() throws {
        #expect(try dock(["init", market]).status == 0)
        #expect(try dock(["add", "--market", market, zips.make("a").string, zips.make("b").string]).status == 0)
        let file = URL(fileURLWithPath: market + "/market.sqlite")
        // The log goes into the file with the last connection.
        let whole = try Data(contentsOf: file)
        var found = 0
        for page in stride(from: 4096, to: whole.count, by: 4096) {
            var bytes = whole
            bytes.replaceSubrange(page..<page + 256, with: Data(repeating: 0xFF, count: 256))
            try bytes.write(to: file)
            let result = try dock(["fsck", "--market", market])
            #expect([0, 3].contains(result.status), "page \(page): \(result)")
            if result.status == 3 { found += 1 }
        }
        #expect(found > 0)
    }

    @Test func aFullDiskChangesNothing() throws {
        let zip = try zips.make("a")
        // A small file system of its own, in a mount namespace that goes with the command.
        let script = """
            mount -t tmpfs -o size=2m tmpfs "$1" && cd "$1"
            "$2" init m && cat /dev/zero > filler
            "$2" add --market m "$3"; echo "add $?"
            rm filler; "$2" list --market m; "$2" fsck --market m; "$2" add --market m "$3"
            """
        let folder = scratch.appending("small")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let tool = Checkout.products.appending("lw-dock").string
        let result = try Tool.run(
            "/usr/bin/unshare",
            ["--map-root-user", "--user", "--mount", "sh", "-c", script, "sh", folder, tool, zip.string]
        )
        #expect(result.output.contains("add 3"), "\(result)")
        #expect(result.errors.contains("No space left on device") || result.errors.contains("is full"), "\(result)")
        #expect(result.errors.contains("the market is empty"), "\(result)")
        #expect(
            result.output.contains("sound: 0 versions") && result.output.hasSuffix("00000001  \(zip)\n"),
            "\(result)"
        )
    }

    @Test(.serialized, arguments: Caller.available) func aReadOnlyMarketSaysSo(_ caller: Caller) throws {
        guard caller == .ordinaryUser || !Checkout.isRoot else { return }
        #expect(try dock(["init", market]).status == 0)
        let zip = try zips.make("a").string
        chmod(scratch.path.string, 0o755)
        let result = try Tool.run(
            Installed.tool("lw-dock", for: caller),
            ["add", "--market", market, zip],
            as: caller
        )
        #expect(
            result.status == 3 && result.errors.contains("market.sqlite' cannot be opened or written to"),
            "\(result.errors)"
        )
        #expect(try dock(["list", "--market", market]).errors.contains("the market is empty"))
    }

    @Test func aMissingPackageIsFoundByFsck() throws {
        #expect(try dock(["init", market]).status == 0)
        #expect(try dock(["add", "--market", market, zips.make("a").string]).status == 0)
        let entry = try #require(try Market.open(FilePath(market)).list().first)
        try FileManager.default.removeItem(
            atPath: "\(market)/packages/\(entry.newest.digest.prefix(2))/\(entry.newest.digest).zip"
        )
        let result = try dock(["fsck", "--market", market])
        #expect(result.status == 3 && result.output.contains("cannot be used"), "\(result)")
        let export = try dock(["export", "--market", market, entry.id, "-o", scratch.appending("x.zip")])
        #expect(export.status == 3 && !FileManager.default.fileExists(atPath: scratch.appending("x.zip")), "\(export)")
    }
}
