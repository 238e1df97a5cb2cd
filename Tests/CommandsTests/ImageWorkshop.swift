import Foundation
import SystemPackage
import TestSupport
import Testing

/// Files of images that Pillow writes outside of our tools, and what `lw-pack spec` makes of them.
struct ImageWorkshop {
    let scratch: Scratch

    init() throws {
        scratch = try Scratch()
    }

    /// Pillow for the tests alone, installed once: the version of the tool's environment, so that a JPEG has the same pixels.
    private static let peer = Result { try PythonPeer("pillow", installing: ["pillow==11.3.0"]) }

    /// What the lines of ``peer(_:)`` can use: pictures whose pixels are known, and arrays of them.
    private static let prelude = """
        import os, struct, sys, zlib
        from PIL import Image
        os.chdir(sys.argv[1])

        def picture(k, mode='RGB', width=40, height=30):
            size = len(mode) * width * height
            values = bytes((j * (k + 3) + (j // width) * 5 + 40 * (k % 4)) % 256 for j in range(size))
            return Image.frombytes(mode, (width, height), values)

        def folder(name, pictures, extension='png', **options):
            os.makedirs(name, exist_ok=True)
            for k, one in enumerate(pictures):
                one.save(f'{name}/{k:03}.{extension}', **options)

        def array(name, pictures):
            planes = [band.tobytes() for one in pictures for band in one.split()]
            channels = len(planes) // len(pictures)
            shape = (len(pictures), channels, pictures[0].height, pictures[0].width)
            header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}"
            header = header.ljust(117) + '\\n'
            with open(name, 'wb') as file:
                file.write(b'\\x93NUMPY\\1\\0' + struct.pack('<H', len(header)) + header.encode() + b''.join(planes))

        def png(width, height, row):
            def chunk(kind, data):
                return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
            head = struct.pack('>IIBBBBB', width, height, 1, 0, 0, 0, 0)
            body = zlib.compress(row * height, 9)
            return b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', head) + chunk(b'IDAT', body) + chunk(b'IEND', b'')

        """

    /// Runs lines of Python in the scratch folder.
    @discardableResult
    func peer(_ lines: String) throws -> String {
        try Self.peer.get().run(Self.prelude + lines, in: scratch.path)
    }

    func path(_ name: String) -> String { scratch.appending(name) }

    func arguments(_ input: String, _ output: String, _ options: [String] = []) -> [String] {
        ["spec", path(input), "--type", "image", "-o", path(output), "--python", PythonPeer.python, "--points", "3"]
            + options
    }

    func spec(_ input: String, _ output: String, _ options: [String] = []) throws -> ToolResult {
        try Tool.run(
            "lw-pack",
            arguments(input, output, options),
            environment: ["XDG_CACHE_HOME": Checkout.cache.string]
        )
    }

    /// The bytes of the specification of a folder or an array.
    func file(_ input: String, _ options: [String] = []) throws -> Data {
        let result = try spec(input, input + ".json", options)
        guard result.status == 0 else { throw PythonPeer.Failed(result.errors) }
        return try Data(contentsOf: URL(fileURLWithPath: path(input + ".json")))
    }
}
