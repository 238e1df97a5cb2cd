import Specifications
import Tensors
import Testing

@Suite("Images that come one after the other")
struct ImageGatheringTests {
    private static func pixels(_ planes: Int, _ height: Int, _ width: Int, _ seed: Int) throws -> Tensor {
        let factor = 2 * seed + 3
        let bytes = (0..<planes * height * width).map { place in
            UInt8(truncatingIfNeeded: place * factor + place / width)
        }
        return try Tensor(name: "pixels", datatype: .uint8, shape: [planes, height, width], bytes: bytes)
    }

    @Test("each is scaled as those of an array are", arguments: [(1, 32, 32), (1, 50, 20), (3, 7, 90)])
    func scaled(planes: Int, height: Int, width: Int) throws {
        var gathering = ImageGathering()
        var values: [Float] = []
        for seed in 0..<4 {
            let one = try Self.pixels(planes, height, width, seed)
            try gathering.add(one)
            values += one.bytes.map { Float($0) }
        }
        #expect(gathering.count == 4)
        let images = try gathering.images()
        #expect([images.count, images.channels, images.height, images.width] == [4, planes, 32, 32])
        let array = try ImageSet(values, shape: [4, planes, height, width])
        let wanted = height == 32 ? values : ImagePreparation.scaled(values, array, threads: 1)
        #expect(images.values == wanted)
    }

    @Test("a grey one among those in colours has its plane three times")
    func mixed() throws {
        var gathering = ImageGathering()
        let (grey, colours) = (try Self.pixels(1, 32, 32, 1), try Self.pixels(3, 32, 32, 2))
        try gathering.add(grey)
        try gathering.add(colours)
        try gathering.add(grey)
        let plane = grey.bytes.map { Float($0) }
        let images = try gathering.images()
        #expect(images.channels == 3)
        #expect(images.values == plane + plane + plane + colours.bytes.map { Float($0) } + plane + plane + plane)
    }

    @Test(
        "what is no image of 8 bits is refused",
        arguments: [(Datatype.uint8, [2, 4, 4]), (.uint8, [16]), (.int8, [1, 4, 4]), (.uint8, [1, 0, 4])]
    )
    func refused(datatype: Datatype, shape: [Int]) throws {
        var gathering = ImageGathering()
        let tensor = try Tensor(
            name: "pixels",
            datatype: datatype,
            shape: shape,
            bytes: [UInt8](repeating: 1, count: shape.reduce(1, *))
        )
        #expect(throws: SpecificationError.self) { try gathering.add(tensor) }
        #expect(gathering.count == 0)
        #expect(throws: SpecificationError.self) { _ = try gathering.images() }
    }
}
