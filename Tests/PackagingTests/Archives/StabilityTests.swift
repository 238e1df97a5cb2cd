import Foundation
import Packaging
import SystemPackage
import TestSupport
import Testing

@Suite("The same files")
struct StabilityTests {
    /// Everything that could show in a zip and must not.
    private struct World {
        var zone = "UTC"
        var locale = "C"
        var mask = "022"
        /// Files are made in the opposite order, with other times and with a stricter mask.
        var isOther = false
        var caller = Caller.tester
    }

    private static let files: [(name: String, text: String, mode: Int)] = [
        ("learnware.yaml", "name: stable\n", 0o644), ("__init__.py", "class Model: pass\n", 0o644),
        ("requirements.txt", "numpy==2.4.6\n", 0o644), ("bin/tool", "#!/bin/sh\n", 0o755),
        ("data/Ärger.csv", "a,b\n", 0o644), ("data/b.txt", String(repeating: "text ", count: 40_000), 0o644),
        ("data/i.txt", "", 0o644), ("data/I2.txt", "1", 0o644), ("模型/权重.bin", "w", 0o644),
    ]

    private func makeTree(_ name: String, _ world: World, in scratch: Scratch) throws {
        // Turned off, the bits for group and others are what a umask of 077 would have left.
        let (order, bits) = world.isOther ? (Self.files.reversed(), 0o700) : (Self.files, 0o777)
        for file in order {
            try scratch.write(name + "/" + file.name, file.text, mode: file.mode & bits)
            let time = Date(timeIntervalSince1970: world.isOther ? 86_400 : 1_700_000_000)
            let path = scratch.appending(name + "/" + file.name)
            try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
            if world.caller == .ordinaryUser { try give(path) }
        }
        try FileManager.default.createDirectory(
            atPath: scratch.appending(name + "/nothing"),
            withIntermediateDirectories: true
        )
    }

    private func give(_ path: String) throws {
        let owner = NSNumber(value: Caller.ordinaryID)
        try FileManager.default.setAttributes([.ownerAccountID: owner], ofItemAtPath: path)
    }

    @Test("give the same zip in every world")
    func sameBytes() throws {
        var worlds = [
            World(), World(zone: "Asia/Tokyo", locale: "tr_TR.UTF-8", mask: "077", isOther: true),
            World(zone: "America/St_Johns", locale: "C.UTF-8", mask: "000"),
            World(zone: "Pacific/Kiritimati", locale: "POSIX", mask: "027", isOther: true),
        ]
        if Caller.available.contains(.ordinaryUser) {
            worlds.append(World(zone: "Asia/Tokyo", locale: "C.UTF-8", isOther: true, caller: .ordinaryUser))
        }
        var zips: Set<[UInt8]> = []
        for world in worlds {
            let scratch = try Scratch(mode: 0o755)
            try makeTree("tree", world, in: scratch)
            if world.caller == .ordinaryUser { try give(scratch.path.string) }
            let tool = Installed.tool("lw-pack", for: world.caller)
            let run = try Tool.run(
                "/bin/sh",
                [
                    "-c", "cd \"$1\" && umask \"$2\" && exec \"$3\" build tree -o p.zip", "-", scratch.path.string,
                    world.mask, tool,
                ],
                as: world.caller,
                environment: ["TZ": world.zone, "LANG": world.locale, "LC_ALL": world.locale]
            )
            #expect(run.status == 0, "\(run.errors)")
            zips.insert(try scratch.read("p.zip"))
        }
        #expect(zips.count == 1)
    }

    @Test("have the same content digest however they were packed")
    func sameContent() throws {
        let scratch = try Scratch()
        try makeTree("tree", World(), in: scratch)
        // Info-ZIP marks no name as UTF-8 here, so for this test all are ASCII.
        for name in ["data/Ärger.csv", "模型"] {
            try FileManager.default.removeItem(atPath: scratch.appending("tree/" + name))
        }
        let built = try LwPack.run("build", "tree", "-o", "ours.zip", in: scratch.path)
        #expect(built.status == 0, "\(built.errors)")
        let python = """
            import os, sys, zipfile
            with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
                for root, folders, names in os.walk("tree"):
                    for name in folders + names:
                        path = os.path.join(root, name)
                        archive.write(path, os.path.relpath(path, "tree"))
            """
        let packers = [
            "cd tree && zip -q -r -0 ../stored.zip .", "cd tree && zip -q -r -9 ../best.zip .",
            "zip -q -r top.zip tree",
            "cd tree && 7z a -bd -y -tzip ../seven.zip . > /dev/null",
            "cd tree && bsdtar --format zip -cf ../tar.zip *",
            "python3 -c '\(python)' python.zip",
        ]
        for packer in packers {
            let run = try Run("/bin/sh", ["-c", packer], in: scratch.path)
            #expect(run.status == 0, "\(packer): \(run.errors)")
        }
        let zips = try FileManager.default.contentsOfDirectory(atPath: scratch.path.string).filter {
            $0.hasSuffix(".zip")
        }
        #expect(zips.count == packers.count + 1)
        let digests = try zips.map { try Package.open(scratch.file($0)).digest }
        #expect(Set(digests).count == 1, "\(zip(zips, digests).map { "\($0) \($1)" })")
    }

    @Test("are inspected without writing anything anywhere")
    func readOnly() throws {
        let scratch = try Scratch()
        try makeTree("tree", World(), in: scratch)
        _ = try LwPack.run("build", "tree", "-o", "p.zip", in: scratch.path)
        let zip = scratch.appending("p.zip")
        for arguments in [["inspect", zip], ["inspect", zip, "--json"]] {
            let free = try Tool.run("lw-pack", arguments)
            #expect(free.status == 0, "\(free.errors)")
            let held = try inReadOnlyWorld(arguments)
            #expect(held.status == 0, "\(held.errors)")
            #expect(held.output == free.output)
            #expect(held.errors == free.errors)
        }
    }

    /// With every file system read-only, or else as somebody who may write nowhere.
    private func inReadOnlyWorld(_ arguments: [String]) throws -> ToolResult {
        let words = ["--ro-bind", "/", "/", "--", Checkout.products.appending("lw-pack").string] + arguments
        let nowhere = ["HOME": "/nowhere", "TMPDIR": "/nowhere", "XDG_CACHE_HOME": "/nowhere"]
        if let result = try? Tool.run("/usr/bin/bwrap", words, environment: nowhere), !result.errors.hasPrefix("bwrap:")
        {
            return result
        }
        let script = "cd / && exec \"$0\" \"$@\""
        let tool = Checkout.products.appending("lw-pack").string
        return try Tool.run("/bin/sh", ["-c", script, tool] + arguments, environment: nowhere)
    }
}
