import SystemPackage
import Tensors
import Testing

/// Arrays in files, and whether two of them are the same.
enum Arrays {
    static func read(_ path: FilePath) throws -> Tensor {
        let source = try DataFile.open(path)
        var parts: [Tensor] = []
        while let chunk = try source.next(maximumRows: 1000) { parts.append(try chunk.joined()) }
        return try Tensor.concatenating(parts)
    }

    /// Expects the same shape and numbers.
    ///
    /// - Parameters:
    ///   - output: what a tool wrote.
    ///   - expected: the reference.
    ///   - name: what is compared.
    ///   - tolerance: for numbers that are not whole, in parts of their size or of 1, whichever is larger.
    /// - Throws: what reading them throws.
    static func expect(_ output: FilePath, equals expected: FilePath, _ name: String, tolerance: Double) throws {
        let found = try read(output)
        let wanted = try read(expected)
        #expect(found.shape == wanted.shape, "\(name)")
        if found.datatype == .int64 {
            #expect(try found.integers() == wanted.integers(), "\(name)")
            return
        }
        for (one, other) in zip(try found.doubles(), try wanted.doubles()) where !(one.isNaN && other.isNaN) {
            #expect(abs(one - other) <= tolerance * max(1, abs(other)), "\(name): \(one) is not \(other)")
        }
    }
}
