/// A matrix of numbers, row by row.
///
/// The element in row i and column j is `elements[i * columns + j]`.
public struct Matrix<Element: MatrixElement>: Sendable, Equatable {
    /// How many rows there are.
    public let rows: Int
    /// How many columns there are.
    public let columns: Int
    /// The elements, row by row; as many as `rows * columns`, always.
    public private(set) var elements: [Element]

    /// A matrix of zeros.
    ///
    /// - Parameters:
    ///   - rows: how many rows, at least 0.
    ///   - columns: how many columns, at least 0.
    public init(rows: Int, columns: Int) {
        self.init(rows: rows, columns: columns, repeating: 0)
    }

    /// A matrix whose elements are all the same.
    ///
    /// - Parameters:
    ///   - rows: how many rows, at least 0.
    ///   - columns: how many columns, at least 0.
    ///   - value: every element.
    public init(rows: Int, columns: Int, repeating value: Element) {
        precondition(rows >= 0 && columns >= 0, "a matrix has no negative extent")
        self.rows = rows
        self.columns = columns
        elements = [Element](repeating: value, count: rows * columns)
    }

    /// - Parameters:
    ///   - rows: how many rows.
    ///   - columns: how many columns.
    ///   - elements: (rows × columns), row by row.
    /// - Throws: ``NumericsError`` when there are not as many elements as the shape asks for.
    public init(rows: Int, columns: Int, elements: [Element]) throws(NumericsError) {
        let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
        guard rows >= 0, columns >= 0, !overflow, count == elements.count else {
            throw NumericsError(
                .wrongShape,
                "a matrix of \(rows) × \(columns) does not have \(elements.count) elements"
            )
        }
        self.rows = rows
        self.columns = columns
        self.elements = elements
    }

    /// - Parameter rows: (n × d), every row of the same length.
    /// - Throws: ``NumericsError`` when rows differ in length.
    public init(rows: [[Element]]) throws(NumericsError) {
        let width = rows.first?.count ?? 0
        if let place = rows.firstIndex(where: { $0.count != width }) {
            throw NumericsError(
                .wrongShape,
                "row \(place) has \(rows[place].count) elements, but the first has \(width)"
            )
        }
        self.rows = rows.count
        columns = width
        elements = rows.flatMap { $0 }
    }

    /// A matrix that code of this package filled in the right length.
    package init(unchecked elements: [Element], rows: Int, columns: Int) {
        precondition(elements.count == rows * columns, "a matrix has as many elements as its shape asks for")
        self.rows = rows
        self.columns = columns
        self.elements = elements
    }

    /// The element in a row and a column, each counted from 0.
    public subscript(row: Int, column: Int) -> Element {
        get {
            precondition(column >= 0 && column < columns, "no such column")
            return elements[row * columns + column]
        }
        set {
            precondition(column >= 0 && column < columns, "no such column")
            elements[row * columns + column] = newValue
        }
    }

    /// One row.
    public func row(_ index: Int) -> ArraySlice<Element> {
        elements[index * columns..<(index + 1) * columns]
    }

    /// The rows in a range.
    public func rows(_ range: Range<Int>) -> Matrix {
        let part = Array(elements[range.lowerBound * columns..<range.upperBound * columns])
        return Matrix(unchecked: part, rows: range.count, columns: columns)
    }

    /// Some rows, in the order of their indices; an index may come more than once.
    public func rows(at indices: some Sequence<Int>) -> Matrix {
        var part: [Element] = []
        var count = 0
        part.reserveCapacity(indices.underestimatedCount * columns)
        for index in indices {
            part += row(index)
            count += 1
        }
        return Matrix(unchecked: part, rows: count, columns: columns)
    }

    /// Rows and columns exchanged.
    public var transposed: Matrix {
        var turned = Matrix(rows: columns, columns: rows)
        for row in 0..<rows {
            for column in 0..<columns { turned.elements[column * rows + row] = elements[row * columns + column] }
        }
        return turned
    }

    /// Calls a closure with the elements in place, row by row.
    package mutating func withElements<Result>(
        _ body: (inout UnsafeMutableBufferPointer<Element>) throws -> Result
    ) rethrows -> Result {
        let count = elements.count
        return try elements.withUnsafeMutableBufferPointer { buffer in
            let result = try body(&buffer)
            precondition(buffer.count == count, "the elements of a matrix are changed in place")
            return result
        }
    }
}

extension Matrix where Element == Double {
    /// The same numbers as `Double`.
    public init(_ other: Matrix<Float>) {
        self.init(unchecked: other.elements.map { Double($0) }, rows: other.rows, columns: other.columns)
    }
}

extension Matrix where Element == Float {
    /// The nearest numbers that `Float` has.
    public init(_ other: Matrix<Double>) {
        self.init(unchecked: other.elements.map { Float($0) }, rows: other.rows, columns: other.columns)
    }
}
