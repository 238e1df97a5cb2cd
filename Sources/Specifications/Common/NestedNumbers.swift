package import Documents
package import Numerics

/// Numbers in lists within lists, all of one shape.
package enum NestedNumbers {
    /// - Parameters:
    ///   - node: a list of numbers, or of lists of one shape.
    ///   - key: where it stands, for messages.
    /// - Returns: one row for each element of the outermost list, and the shape of such an element.
    /// - Throws: ``SpecificationError`` that names the first element that does not fit, such as `z[3][1]`.
    package static func read(
        _ node: Node,
        key: String
    ) throws(SpecificationError) -> (rows: Matrix<Double>, shape: [Int]) {
        var shape: [Int] = []
        var level = node
        while let list = level.array {
            guard let first = list.first else { throw fault(key, [Int](repeating: 0, count: shape.count), "is empty") }
            shape.append(list.count)
            level = first
        }
        guard let count = shape.first else {
            throw SpecificationError(.invalidFile, "'\(key)' must be a list, not \(node.kind)")
        }
        var elements: [Double] = []
        var path: [Int] = []
        // No more than the parsed document holds, because every list is compared with the first.
        try append(node, to: &elements, shape: shape[...], path: &path, key: key)
        let inner = Array(shape.dropFirst())
        return (Matrix(unchecked: elements, rows: count, columns: elements.count / count), inner)
    }

    private static func append(
        _ node: Node,
        to elements: inout [Double],
        shape: ArraySlice<Int>,
        path: inout [Int],
        key: String
    ) throws(SpecificationError) {
        guard let expected = shape.first else {
            guard let number = node.number else { throw fault(key, path, "is \(node.kind), not a number") }
            guard number.isFinite else { throw fault(key, path, "is not finite") }
            elements.append(number)
            return
        }
        guard let list = node.array else { throw fault(key, path, "is \(node.kind), not a list of \(expected)") }
        guard list.count == expected else {
            throw fault(key, path, "has \(list.count) elements, but the first of its kind has \(expected)")
        }
        for (index, element) in list.enumerated() {
            path.append(index)
            try append(element, to: &elements, shape: shape.dropFirst(), path: &path, key: key)
            path.removeLast()
        }
    }

    private static func fault(_ key: String, _ path: [Int], _ reason: String) -> SpecificationError {
        SpecificationError(.invalidFile, "'\(key)\(path.map { "[\($0)]" }.joined())' \(reason)")
    }
}
