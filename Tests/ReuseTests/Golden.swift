import Documents
import Ensembles
import Foundation
import Numerics
import Specifications
import SystemPackage
import Tensors
import TestSupport

/// What the Python package answered, in `Tests/Fixtures/reuse`.
enum Golden {
    static let folder = Checkout.root.appending("Tests/Fixtures/reuse")

    static func tensor(_ path: String) throws -> Tensor {
        let source = try DataFile.open(folder.appending(path))
        var parts: [Tensor] = []
        while let chunk = try source.next(maximumRows: 1 << 16) { parts.append(try chunk.joined()) }
        return try Tensor.concatenating(parts)
    }

    /// The recorded answers of each member: (members × n) or (members × n × k).
    static func members(_ path: String) throws -> [Answers] {
        let all = try tensor(path)
        let shape = Array(all.shape.dropFirst())
        return try (0..<all.shape[0]).map { place in
            let part = all.rows(place..<place + 1)
            let own = try Tensor(name: "y", datatype: part.datatype, shape: shape, bytes: part.bytes)
            return try Answers([own], rowCount: shape[0])
        }
    }

    static func results() throws -> Node {
        let data = try Data(contentsOf: URL(fileURLWithPath: folder.appending("results.json").string))
        return try JSON.parse(Array(data))
    }
}
