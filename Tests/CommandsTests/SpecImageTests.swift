import Documents
import Foundation
import SystemPackage
import TestSupport
import Testing

/// `lw-pack spec FOLDER --type image`: files of images, decoded in a sandbox.
@Suite(.serialized) struct SpecImageTests {
    private let workshop: ImageWorkshop

    init() throws {
        workshop = try ImageWorkshop()
    }

    @Test func aFolderIsWhatItsPixelsInAnArrayAre() throws {
        try workshop.peer(
            """
            colours = [picture(k) for k in range(8)]
            array('colours.npy', colours)
            folder('png', colours)
            for k, (extension, options) in enumerate([('bmp', {}), ('tiff', {}), ('webp', {'lossless': True}), ('png', {})] * 2):
                os.makedirs('mixed', exist_ok=True)
                colours[k].save(f'mixed/{k:03}.{extension}', **options)
            folder('jpeg', colours, 'jpg', quality=60)
            array('jpeg.npy', [Image.open(f'jpeg/{k:03}.jpg').convert('RGB') for k in range(8)])
            # Transparency is left out.
            clear = [Image.merge('RGBA', (*one.split(), picture(k, 'L'))) for k, one in enumerate(colours)]
            folder('clear', clear)
            # What is no image by its name is passed over.
            open('png/notes.md', 'w').write('notes')
            open('png/.hidden.png', 'w').write('hidden')
            """
        )
        let wanted = try workshop.file("colours.npy")
        #expect(try workshop.file("png") == wanted)
        #expect(try workshop.file("mixed") == wanted)
        #expect(try workshop.file("clear") == wanted)
        let jpeg = try workshop.file("jpeg")
        #expect(try jpeg == workshop.file("jpeg.npy") && jpeg != wanted)
    }

    @Test func greyImagesHaveOnePlaneUnlessOneIsInColours() throws {
        try workshop.peer(
            """
            grey = [picture(k, 'L') for k in range(6)]
            array('grey.npy', grey)
            folder('grey', grey)
            folder('gif', grey, 'gif')
            deep = [Image.frombytes('I;16', one.size, b''.join(bytes((v, v)) for v in one.tobytes())) for one in grey]
            folder('deep', deep)
            mixed = [Image.merge('RGB', (one, one, one)) for one in grey] + [picture(9)]
            array('mixed.npy', mixed)
            folder('mixed', grey + [picture(9)])
            """
        )
        let wanted = try workshop.file("grey.npy")
        #expect(try JSON.parse(String(decoding: wanted, as: UTF8.self))["z"]?.array?.first?.array?.count == 1)
        #expect(try workshop.file("grey") == wanted)
        #expect(try workshop.file("gif") == wanted)
        #expect(try workshop.file("deep") == wanted)
        #expect(try workshop.file("mixed") == workshop.file("mixed.npy"))
    }

    /// Each of them is named in one sentence, nothing is written, and nothing waits for ever.
    @Test func whatIsNoImageIsRefusedByItsName() throws {
        try workshop.peer(
            """
            def case(name, make):
                folder(name, [picture(0)])
                make(f'{name}/bad.png')
            def write(content):
                return lambda path: open(path, 'wb').write(content)
            good = open('good.png', 'wb+')
            picture(1).save(good, 'png')
            good.seek(0)
            good = good.read()
            case('text', write(b'this is no image'))
            case('empty', write(b''))
            case('cut', write(good[:-60]))
            case('bomb', write(png(9000, 9000, bytes(1126))))
            case('wide', write(png(20000, 1, bytes(2501))))
            case('kind', write(b'P6 1 1 255 abc'))
            case('float', lambda path: Image.frombytes('F', (1, 1), bytes(4)).save(path, 'tiff'))
            case('pipe', os.mkfifo)
            case('link', lambda path: os.symlink(os.path.abspath('good.png'), path))
            case('up', lambda path: os.symlink('../good.png', path))
            case('lost', lambda path: os.symlink('gone.png', path))
            case('folder', os.mkdir)
            case('large', lambda path: (open(path, 'wb').close(), os.truncate(path, (64 << 20) + 1)))
            """
        )
        let refusals = [
            ("text", "it is no image that is read"), ("empty", "the file is empty"), ("cut", "it cannot be decoded"),
            ("bomb", "it has more than the 67108864 pixels"), ("wide", "it has 20000 x 1 pixels"),
            ("kind", "it is no image that is read"), ("float", "its pixels are numbers whose range it does not say"),
            ("pipe", "it is no file"), ("link", "it is a link that leaves the folder"),
            ("up", "it is a link that leaves the folder"), ("lost", "it is no file"), ("folder", "it is no file"),
            ("large", "it is larger than 64 MiB"),
        ]
        for (name, sentence) in refusals {
            let result = try workshop.spec(name, "s.json")
            #expect(result.status == 4, "\(name): \(result.errors)")
            let isSaid = result.errors.contains("error: \(workshop.path(name))/bad.png: \(sentence)")
            #expect(isSaid, "\(name): \(result.errors)")
            #expect(result.errors.contains("hint: --skip-broken") && result.seconds < 60)
            #expect(!FileManager.default.fileExists(atPath: workshop.path("s.json")))
        }
    }

    @Test func brokenFilesAreLeftOutWhenThatIsWanted() throws {
        try workshop.peer(
            """
            folder('all', [picture(k) for k in range(6)])
            folder('some', [picture(k) for k in range(6)])
            open('some/002a.png', 'w').write('this is no image')
            os.mkfifo('some/003a.png')
            folder('none', [])
            open('none/a.png', 'w').write('this is no image')
            os.symlink('000.png', 'all/006.png')
            picture(0).save('some/006.png')
            """
        )
        let made = try workshop.spec("some", "some.json", ["--skip-broken"])
        #expect(made.status == 0, "\(made.errors)")
        for name in ["002a", "003a"] {
            #expect(made.errors.contains("warning: left out: \(workshop.path("some"))/\(name).png: "), "\(made.errors)")
        }
        let some = try Data(contentsOf: URL(fileURLWithPath: workshop.path("some.json")))
        // A link that stays in the folder is followed.
        #expect(try workshop.file("all") == some)
        let none = try workshop.spec("none", "none.json", ["--skip-broken"])
        #expect(none.status == 4 && none.errors.contains("none of its files is an image"), "\(none.errors)")
    }

    /// Damage of any kind gives pixels or one sentence for each file, and the decoder goes on.
    @Test func damageIsDecodedOrNamed() throws {
        let (seed, count) = (Int.random(in: 0...Int.max), Checkout.isSoak ? 5000 : 200)
        try workshop.peer(
            """
            import io, random
            random.seed(\(seed))
            os.mkdir('damaged')
            options = {'png': {}, 'jpeg': {}, 'gif': {}, 'bmp': {}, 'tiff': {'compression': 'tiff_lzw'}, 'webp': {}}
            for k in range(\(count)):
                kind = random.choice(list(options))
                stream = io.BytesIO()
                picture(k % 5).save(stream, kind, **options[kind])
                data = bytearray(stream.getvalue())
                for _ in range(random.randint(1, 6)):
                    # Mostly near the beginning, which says what there is.
                    end = 80 if random.random() < 0.7 else len(data)
                    data[random.randrange(min(end, len(data)))] = random.randrange(256)
                open(f'damaged/{k:05}.{kind}', 'wb').write(data)
            picture(0).save('damaged/whole.png')
            """
        )
        let result = try workshop.spec("damaged", "s.json", ["--skip-broken", "--progress", "quiet"])
        #expect(result.status == 0, "seed \(seed): \(result.errors)")
        let lines = result.errors.split(separator: "\n")
        #expect(lines.allSatisfy { $0.hasPrefix("warning: left out: \(workshop.path("damaged"))/") }, "seed \(seed)")
        #expect(!result.errors.contains("\u{1B}"))
        print("of \(count) damaged images \(lines.count) were left out")
    }

    @Test func manyImagesCanBeInterrupted() throws {
        try workshop.peer(
            """
            os.mkdir('many')
            picture(0, 'L', 1500, 1500).save('many/00000.png')
            for k in range(1, 20_000):
                os.symlink('00000.png', f'many/{k:05}.png')
            """
        )
        // Builds the environment, should this be the first test.
        try workshop.peer("folder('one', [picture(0)])")
        _ = try workshop.file("one")
        let process = try Tool.start(
            "lw-pack",
            workshop.arguments("many", "s.json"),
            environment: ["XDG_CACHE_HOME": Checkout.cache.string]
        )
        usleep(1_500_000)
        #expect(process.isRunning)
        #expect(kill(process.processIdentifier, SIGINT) == 0)
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        #expect(!FileManager.default.fileExists(atPath: workshop.path("s.json")))
    }

    @Test func theReportAndTheGuardAreTrueOfTheFile() throws {
        try workshop.peer("folder('a', [picture(k) for k in range(12)])")
        func json(_ options: [String]) throws -> Node {
            let result = try workshop.spec(
                "a",
                "s.json",
                ["--privacy-report", "--json", "--progress", "quiet"] + options
            )
            #expect(result.status == 0, "\(result.errors)")
            return try JSON.parse(result.output)
        }
        let guarded = try json([])
        let (near, first) = try (
            #require(guarded["privacy"]?["nearest_distance"]?.number),
            #require(guarded["privacy"]?["row_distances"]?["first_percentile"]?.number)
        )
        #expect(near > first && first > 0)
        #expect(try #require(guarded["guard_distance"]?.number) >= first * (1 - 1e-6))
        #expect(try #require(guarded["privacy"]?["mmd"]?.number) > 0)
        #expect(try json(["--no-guard"])["guard_distance"] == 0)
        let shown = try Tool.run("lw-pack", ["spec", "show", workshop.path("s.json")])
        #expect(shown.output.contains("off: a point may be an image"), "\(shown.output)")
    }

    @Test func offlineFetchesNothing() throws {
        try workshop.peer("folder('a', [picture(0)])")
        let result = try Tool.run(
            "lw-pack",
            workshop.arguments("a", "s.json", ["--offline"]),
            environment: ["XDG_CACHE_HOME": workshop.path("cache")]
        )
        #expect(result.status == 6 && result.errors.contains("--offline forbids"), "\(result.errors)")
    }
}
