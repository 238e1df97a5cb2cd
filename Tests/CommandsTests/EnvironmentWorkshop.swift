import Foundation
import SystemPackage
import TestSupport
import Testing

/// A server on this machine that must not be asked; it notes every connection.
final class Listener {
    private let descriptor: Int32
    let port: UInt16

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = descriptor
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(listener, raw, length) + listen(listener, 8) + getsockname(listener, raw, &length)
            }
        }
        guard code == 0 else { throw Errno(rawValue: errno) }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }

    var url: String { "http://127.0.0.1:\(port)" }

    var wasAsked: Bool {
        let connection = accept(descriptor, nil, nil)
        if connection >= 0 { close(connection) }
        return connection >= 0
    }
}

/// A wheel that a test makes by hand.
struct Wheel {
    var name: String
    var version = "1.0"
    var build = 1
    var tag = "py3-none-any"
    var requires: [String] = []
    var files: [String: String] = [:]
    /// Names of files that are links.
    var links: [String: String] = [:]
    /// Zeros in a file, for a wheel that is large.
    var padding = 0

    private static let program = """
        import base64, hashlib, json, os, sys, zipfile
        folder, wheel = sys.argv[1], json.loads(sys.argv[2])
        os.makedirs(folder, exist_ok=True)
        name, version = wheel['name'], wheel['version']
        info = f'{name}-{version}.dist-info/'
        files = wheel['files']
        requires = ''.join(f'Requires-Dist: {line}\\n' for line in wheel['requires'])
        files[info + 'METADATA'] = f'Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n{requires}'
        files[info + 'WHEEL'] = (
            f"Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: {wheel['tag']}\\nBuild: {wheel['build']}\\n"
        )
        if wheel['padding']:
            files[f'{name}_padding.bin'] = '\\0' * wheel['padding']
        lines = []
        path = f"{folder}/{name}-{version}-{wheel['build']}-{wheel['tag']}.whl"
        with zipfile.ZipFile(path, 'w') as archive:
            for file, text in files.items():
                archive.writestr(file, text)
                digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()
                lines.append(f'{file},sha256={digest},{len(text)}')
            for file, target in wheel['links'].items():
                entry = zipfile.ZipInfo(file)
                entry.external_attr = 0o120777 << 16
                archive.writestr(entry, target)
            archive.writestr(info + 'RECORD', '\\n'.join(lines + [info + 'RECORD,,']) + '\\n')
        print(hashlib.sha256(open(path, 'rb').read()).hexdigest())
        """

    /// - Returns: its SHA-256 in hexadecimal.
    @discardableResult
    func write(to folder: String) throws -> String {
        let wheel: [String: Any] = [
            "name": name, "version": version, "build": build, "tag": tag, "requires": requires, "files": files,
            "links": links, "padding": padding,
        ]
        let text = String(decoding: try JSONSerialization.data(withJSONObject: wheel), as: UTF8.self)
        let made = try Tool.run("/usr/bin/python3", ["-c", Self.program, folder, text])
        #expect(made.status == 0, "\(made.errors)")
        return made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// A store of its own and an index that is a folder: environments are built in a moment, and nothing is fetched.
final class EnvironmentWorkshop {
    let scratch: Scratch
    var wheels: String { scratch.appending("wheels") }
    var cache: FilePath { scratch.path.appending("cache") }
    var store: FilePath { cache.appending("learnware") }
    var environments: FilePath { store.appending("environments") }

    init() throws {
        scratch = try Scratch()
        // Every environment has numpy; here a small one will do, because nothing is run in it.
        try Wheel(name: "numpy", version: "9.9", files: ["numpy/__init__.py": "x = 1\n"]).write(to: wheels)
    }

    /// Packs a learnware with these files; what packers refuse is packed all the same.
    func pack(_ files: [String: String], as name: String = "p") throws -> String {
        try scratch.write("\(name)/learnware.yaml", "model: {kwargs: {}}\n")
        try scratch.write("\(name)/__init__.py", files["__init__.py"] ?? "class Model: pass\n")
        for (file, text) in files { try scratch.write("\(name)/\(file)", text) }
        let zip = scratch.appending("\(name).zip")
        let program = "import shutil, sys; shutil.make_archive(sys.argv[1][:-4], 'zip', sys.argv[2])"
        let packed = try Tool.run("/usr/bin/python3", ["-c", program, zip, scratch.appending(name)])
        #expect(packed.status == 0, "\(packed.errors)")
        return zip
    }

    var variables: [String: String] {
        [
            "XDG_CACHE_HOME": cache.string, "PIP_CONFIG_FILE": "/dev/null", "PIP_FIND_LINKS": wheels,
            "PIP_NO_INDEX": "1",
        ]
    }

    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> ToolResult {
        try Tool.run("lw-run", arguments, environment: variables.merging(environment) { _, new in new })
    }

    func prewarm(
        _ zip: String,
        _ options: String...,
        python: String? = "/usr/bin/python3",
        environment: [String: String] = [:]
    ) throws -> ToolResult {
        let chosen = python.map { ["--python", $0] } ?? []
        return try run(["env", "prewarm", zip, "--json"] + chosen + options, environment: environment)
    }

    /// The names of the finished environments.
    var finished: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: environments.string)) ?? []).sorted()
    }
}
