import Foundation
import Packaging
import SystemPackage
import TestSupport
import Testing

extension ValidationTests {
    private static let executable = "sandbox: {runtime: executable, entry: run}\n"

    private static func manifest(datatype: String, shape: String, more: String = "") -> String {
        GoodFolder.files["learnware.yaml", default: ""]
            + "sandbox: {inputs: [{name: X, datatype: \(datatype), shape: \(shape)\(more)}]}\n"
    }

    /// What is warned of about a program with this head.
    private func remarks(on head: [UInt8]) throws -> [String] {
        let scratch = try Scratch()
        let folder = try GoodFolder.write(["learnware.yaml": Self.executable], in: scratch)
        try scratch.write(head, to: "folder/run")
        #expect(chmod(folder.appending("run").string, 0o755) == 0)
        let problems = try PackageBuilder.examine(folder).validation.problems.map(\.description)
        return problems.filter { $0.hasPrefix("run") }
    }

    @Test("names the loader or the program that a program needs and the sandbox has not")
    func loaders() throws {
        let lacking = "which the sandbox does not have"
        #expect(
            try remarks(on: Array("#!/bin/sh\nexit\n".utf8)) == [
                "run: warning: it needs the program /bin/sh, \(lacking)"
            ]
        )
        #expect(
            try remarks(on: Array("#! /usr/bin/env python3".utf8)) == [
                "run: warning: it needs the program /usr/bin/env, \(lacking)"
            ]
        )
        #expect(try remarks(on: Array("#!/lw/package/bin/tool\n".utf8)) == [])
        for head in ["", "#!", "\u{7F}ELF", "MZ"] { #expect(try remarks(on: Array(head.utf8)) == [], "\(head)") }
        let loader = "/lib64/ld-linux-x86-64.so.2"
        for isWide in [true, false] {
            let needs = ["run: warning: it needs the loader \(loader), \(lacking)"]
            #expect(try remarks(on: Self.elf(isWide: isWide, type: 3, loader: loader)) == needs)
            #expect(try remarks(on: Self.elf(isWide: isWide, type: 1, loader: loader)) == [])
        }
        // Numbers that point nowhere are no reason to break.
        var generator = SplitMix(state: 7)
        for _ in 0..<200 {
            var head = Self.elf(isWide: Bool.random(using: &generator), type: 3, loader: loader)
            for place in 16..<120 where UInt8.random(in: 0...3, using: &generator) == 0 {
                head[place % head.count] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = try remarks(on: head)
        }
    }

    /// An ELF file's header with one program header, and behind them the loader's name.
    private static func elf(isWide: Bool, type: UInt8, loader: String) -> [UInt8] {
        let (header, entry) = isWide ? (64, 56) : (52, 32)
        var bytes = [UInt8](repeating: 0, count: header + entry)
        bytes.replaceSubrange(0..<6, with: [0x7F, 0x45, 0x4C, 0x46, isWide ? 2 : 1, 1])
        bytes[isWide ? 32 : 28] = UInt8(header)
        bytes[isWide ? 54 : 42] = UInt8(entry)
        bytes[isWide ? 56 : 44] = 1
        bytes[header] = type
        bytes[header + (isWide ? 8 : 4)] = UInt8(header + entry)
        return bytes + Array(loader.utf8) + [0]
    }

    @Test("the host's own programs need a loader")
    func hostPrograms() throws {
        let data = try Array(
            String(contentsOfFile: "/bin/ls", encoding: .isoLatin1).unicodeScalars.map { UInt8($0.value) }
        )
        #expect(try remarks(on: data).first?.contains("it needs the loader /lib") == true)
    }

    @Test("wants texts to be BYTES, and no matrix of them")
    func texts() throws {
        let text = GoodFolder.semantic(["Data": #"{"Type": "Class", "Values": ["Text"]}"#, "Input": nil])
        let none = #"stat_specifications: []"# + "\n"
        func problems(_ datatype: String, _ shape: String) throws -> [String] {
            try GoodFolder.problems([
                "learnware.yaml": none + "sandbox: {inputs: [{name: X, datatype: \(datatype), shape: \(shape)}]}\n",
                "semantic_specification.json": text,
            ]).filter { $0.hasPrefix("learnware.yaml") }
        }
        #expect(try problems("BYTES", "[-1]") == [])
        let numbers = "error: sandbox.inputs.datatype is FP64, but Data of semantic_specification.json is Text"
        #expect(try problems("FP64", "[-1, 2]").contains { $0.hasSuffix(numbers) })
        let table = "warning: texts in the rows of a matrix are not read by 'lw-run predict'"
        let bytes = try GoodFolder.problems(["learnware.yaml": Self.manifest(datatype: "BYTES", shape: "[-1, 2]")])
        #expect(bytes.count == 1 && bytes[0].hasSuffix(table))
        #expect(try GoodFolder.problems(["learnware.yaml": Self.manifest(datatype: "FP32", shape: "[-1, 2]")]) == [])
    }

    @Test(
        "says which file the module seems to open and is not there",
        arguments: [
            ("joblib.load(os.path.join(HERE, \"model.joblib\"))", "model.joblib"), ("open('a/b.json')", "a/b.json"),
            ("with open(os.path.join(HERE, 'x.bin'), 'rb') as f: pass", "x.bin"), ("m = HERE / \"m.h5\"", "m.h5"),
            ("lightgbm.Booster(model_file=os.path.join(HERE, 'm.txt'))", "m.txt"), ("np.load(r\"w.npz\")", "w.npz"),
            ("torch.load(\n    'w.pt')", "w.pt"),
        ]
    )
    func forgotten(line: String, name: String) throws {
        let problems = try GoodFolder.problems(["__init__.py": "class Model:\n    pass\n" + line + "\n"])
        let number = line.hasPrefix("torch") ? 4 : 3
        #expect(problems == ["__init__.py:\(number): warning: it seems to open '\(name)', which is not in the folder"])
        let there = try GoodFolder.problems([
            "__init__.py": "class Model:\n    pass\n" + line + "\n", "sub/" + name: "x",
        ])
        #expect(there == [])
    }

    @Test(
        "says nothing about what is no file of the package",
        arguments: [
            "open('/etc/passwd.txt')", "open('log.txt', 'w')", "open(f'{x}.json')", "open(b'x.json')",
            "', '.join('a.b')",
            "# open('x.json')", "'''open('x.json')'''", "x = 'model.json'", "print('x.json')", "open(name + '.json')",
            "os.path.join('/tmp', 'x.json')", "requests.open('https://a.b/c.json')", "open('../x.json')",
            "open('v1.0')",
            "open('%s.json')", "open(os.path.join(d, 'out.csv'), mode='a')", "y = {'a.b': open}",
            "np.load('a b.npy')", "(((((", ")))))'x.json'", "open('\\x41.json')",
        ]
    )
    func notForgotten(line: String) throws {
        #expect(try GoodFolder.problems(["__init__.py": "class Model:\n    pass\n" + line + "\n"]) == [])
    }

    @Test("says when the file that the module opens is a link")
    func forgottenLink() throws {
        let scratch = try Scratch()
        let folder = try GoodFolder.write(["__init__.py": "class Model: open('m.bin')\n"], in: scratch)
        #expect(symlink("/etc/hostname", folder.appending("m.bin").string) == 0)
        #expect(
            try PackageBuilder.examine(folder).validation.problems.map(\.description) == [
                "__init__.py:1: warning: it seems to open 'm.bin', which is not in the folder (left out: a symbolic link)"
            ]
        )
    }
}
