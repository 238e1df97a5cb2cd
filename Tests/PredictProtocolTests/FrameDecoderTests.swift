import Documents
import Foundation
import PredictProtocol
import TestSupport
import Testing

@Suite struct FrameDecoderTests {
    private func decode(_ bytes: [UInt8], pieces: Int, limits: ProtocolLimits = ProtocolLimits()) throws -> [Frame] {
        var decoder = FrameDecoder(limits: limits)
        var frames: [Frame] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            var piece = rest.prefix(pieces)
            rest = rest.dropFirst(pieces)
            while let frame = try decoder.next(&piece) { frames.append(frame) }
            #expect(piece.isEmpty)
        }
        return frames
    }

    @Test(arguments: [1, 2, 3, 7, 64, 10_000])
    func framesDoNotDependOnHowTheBytesArrive(pieces: Int) throws {
        let wire = Array("{\"a\":1}\n{\"binary_size\":5}\nab\ncd{\"b\":[2]}\n{\"binary_size\":0}\n".utf8)
        let frames = try decode(wire, pieces: pieces)
        #expect(
            frames.map { $0.message.json() } == [
                "{\"a\":1}", "{\"binary_size\":5}", "{\"b\":[2]}", "{\"binary_size\":0}",
            ]
        )
        #expect(frames.map { $0.blob } == [[], Array("ab\ncd".utf8), [], []])
    }

    @Test(arguments: [
        "[1]\n", "hello\n", "\n", "{\"a\":1,\"a\":2}\n", "{\"a\":NaN}\n", "{\"a\":1e999}\n", "{} trailing\n",
        "\u{FEFF}{}\n",
        "{\"binary_size\":-1}\n", "{\"binary_size\":1.5}\n", "{\"binary_size\":\"8\"}\n", "{\"a\":\"\\ud800\"}\n",
        "{\"a\":01}\n",
    ])
    func aLineThatIsNoMessageIsRefused(line: String) {
        #expect(throws: ProtocolError.self) { try decode(Array(line.utf8), pieces: 100) }
    }

    @Test func invalidUTF8IsRefused() {
        #expect(throws: ProtocolError.self) { try decode([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D, 0x0A], pieces: 3) }
    }

    @Test func nestingIsBounded() {
        let deep = "{\"a\":" + String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000) + "}\n"
        #expect(throws: ProtocolError.self) { try decode(Array(deep.utf8), pieces: 4096) }
    }

    @Test func aLineWithoutEndIsRefusedAtItsLimit() {
        var limits = ProtocolLimits()
        limits.line = 1000
        var decoder = FrameDecoder(limits: limits)
        let error = #expect(throws: ProtocolError.self) {
            for _ in 0..<100 {
                var piece = [UInt8](repeating: UInt8(ascii: "x"), count: 64)[...]
                _ = try decoder.next(&piece)
            }
        }
        #expect(error == .lineTooLong(limit: 1000))
    }

    @Test func anAnnouncedSizeAboveTheLimitIsRefusedBeforeItsBytes() {
        let line = Array("{\"binary_size\":4294967297}\n".utf8)
        #expect(throws: ProtocolError.blobTooLarge(announced: 4_294_967_297, limit: 4 << 30)) {
            try decode(line, pieces: 8)
        }
    }

    @Test func aBrokenStreamStaysBroken() {
        var decoder = FrameDecoder(limits: ProtocolLimits())
        var bad = Array("oops\n".utf8)[...]
        #expect(throws: ProtocolError.self) { try decoder.next(&bad) }
        var good = Array("{}\n".utf8)[...]
        #expect(throws: ProtocolError.self) { try decoder.next(&good) }
    }

    /// Mutated conversations: the decoder and the session never trap, and what they accept is within the limits.
    @Test func fuzzedStreamsNeverTrap() throws {
        let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Corpus")
        let seeds = try FileManager.default.contentsOfDirectory(at: corpus, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }.map { try Data(contentsOf: $0) }
        #expect(seeds.count >= 8)
        var generator = SeededGenerator(seed: 7)
        let isSoak = ProcessInfo.processInfo.environment["LW_SOAK"] == "1"
        let end = ContinuousClock.now + .seconds(isSoak ? 600 : 5)
        var runs = 0
        for seed in seeds { exercise(Array(seed), &generator) }
        while ContinuousClock.now < end {
            guard let seed = seeds.randomElement(using: &generator) else { return }
            exercise(mutate(Array(seed), &generator), &generator)
            runs += 1
        }
        print("fuzzed \(runs) streams")
        #expect(runs > 100)
    }

    private func exercise(_ bytes: [UInt8], _ generator: inout SeededGenerator) {
        var limits = ProtocolLimits()
        limits.line = 4096
        limits.blob = 1 << 20
        var decoder = FrameDecoder(limits: limits)
        var session = Session(limits: limits)
        var rest = bytes[...]
        while !rest.isEmpty {
            var piece = rest.prefix(Int.random(in: 1...200, using: &generator))
            rest = rest.dropFirst(piece.count)
            do throws(ProtocolError) {
                while let frame = try decoder.next(&piece) {
                    #expect(frame.blob.count <= limits.blob)
                    switch try session.received(frame) {
                    case .started: _ = try session.hello(model: nil)
                    case .metadata, .failed, .outputs, .acknowledged: _ = try session.request(.predict, inputs: [])
                    case .notice: continue
                    }
                }
            } catch {
                #expect(!error.description.unicodeScalars.contains { $0.value < 0x20 }, "\(error)")
                return
            }
        }
    }

    private func mutate(_ seed: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...6, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(Array("\n{}[]\",:0-e\\u".utf8).randomElement(using: &generator) ?? 0, at: place)
            case 4: bytes.insert(contentsOf: Array("18446744073709551616".utf8), at: place)
            default: bytes.insert(contentsOf: bytes[..<place], at: place)
            }
        }
        return Array(bytes.prefix(1 << 16))
    }
}
