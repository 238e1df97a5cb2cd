import Foundation
import Packaging
import SystemPackage
import TestSupport
import Testing

@Suite("Honest archives")
struct HonestArchiveTests {
    @Test("of every tool are accepted, with the files that were put in", arguments: Archives.honest)
    func accepted(_ archive: HonestArchive) throws {
        let package = try Package.open(archive.path)
        let files = package.entries.map {
            HonestArchive.File(name: $0.name, sha256: $0.digest, executable: $0.mode == 0o755)
        }
        #expect(archive.contents == HonestArchive.Contents(files: files, folders: package.emptyFolders))
    }

    @Test("are unpacked by the tool to the very files that were put in")
    func unpacked() throws {
        let scratch = try Scratch()
        for archive in Archives.honest {
            let name = archive.testDescription
            let run = try LwPack.run("unpack", archive.path.string, "--output", name, in: scratch.path)
            #expect(run.status == 0, "\(name): \(run.errors)")
        }
        // All in one go: starting Python takes longer than reading these files.
        let script = """
            import hashlib, json, os, sys
            found = {}
            for name in os.listdir(sys.argv[1]):
                files, folders, root = [], [], os.path.join(sys.argv[1], name)
                for path, inside, names in os.walk(root):
                    if not inside and not names: folders.append(os.path.relpath(path, root))
                    for base in names:
                        file = os.path.join(path, base)
                        mode = os.stat(file).st_mode & 0o777
                        assert mode in (0o644, 0o755), (file, oct(mode))
                        digest = hashlib.sha256(open(file, "rb").read()).hexdigest()
                        shown = os.path.relpath(file, root)
                        files.append({"name": shown, "sha256": digest, "executable": mode == 0o755})
                files.sort(key=lambda file: os.fsencode(file["name"]))
                found[name] = {"files": files, "folders": sorted(folders, key=os.fsencode)}
            print(json.dumps(found))
            """
        let run = try Run.python(script, [scratch.path.string])
        let found = try JSONDecoder().decode([String: HonestArchive.Contents].self, from: Data(run.output))
        for archive in Archives.honest {
            #expect(found[archive.testDescription] == archive.contents, "\(archive.testDescription)")
        }
        #expect(found.count == Archives.honest.count && found.count >= 44)
    }
}
