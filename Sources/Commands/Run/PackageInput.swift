import Documents
package import Packaging
package import Tensors

/// What a package takes, as far as it says so before it is run.
package struct PackageInput: Sendable {
    /// True when the package takes a table: one tensor for each named column.
    package let isTable: Bool
    /// True when the package takes a list of texts.
    package let takesTexts: Bool
    /// The names of the columns that the package declares, in its order.
    package let columns: [String]?
    /// The number of columns that the package declares; nil when it does not say.
    package let width: Int?
    /// The name of the one tensor of a model that takes no table.
    let tensorName: String
    private let types: [ColumnType?]
    private let defaultType: ColumnType?

    /// - Parameters:
    ///   - package: the learnware.
    ///   - forcesTable: true when the person says that the model takes a table.
    package init(_ package: Package, forcesTable: Bool) {
        let inputs = package.manifest.sandbox.inputs
        let single = inputs.count == 1 ? inputs[0] : nil
        isTable = forcesTable || inputs.count > 1 || single?.contentType == "pd"
        tensorName = inputs.first?.name ?? "X"
        if inputs.count > 1 {
            columns = inputs.map(\.name)
            types = inputs.map { Self.type(of: $0) }
            defaultType = nil
        } else {
            columns = single.flatMap { $0.columns.isEmpty ? nil : $0.columns }
            types = []
            // Columns of different types have no datatype in common but that of bytes, which says nothing.
            defaultType = single.flatMap { $0.datatype == "BYTES" ? nil : Self.type(of: $0) }
        }
        if isTable {
            takesTexts = false
        } else if let single {
            takesTexts = single.datatype == "BYTES" && single.shape.count == 1 && single.contentType != "image"
        } else {
            takesTexts = package.semantic?.data == ["Text"]
        }
        width = columns?.count ?? Self.width(package, single)
    }

    private static func type(of tensor: TensorDeclaration) -> ColumnType? {
        guard let datatype = Datatype(rawValue: tensor.datatype) else { return nil }
        let categories = tensor.parameters["categories"]?.array?.compactMap(\.string)
        return ColumnType(datatype, contentType: tensor.contentType, categories: categories)
    }

    private static func width(_ package: Package, _ declaration: TensorDeclaration?) -> Int? {
        if package.semantic?.data.first.map({ $0 != "Table" }) == true { return nil }
        if let shape = declaration?.shape, shape.count == 2, shape[1] > 0 { return shape[1] }
        let shape = package.manifest.model.kwargs["input_shape"]?.array ?? []
        guard shape.count == 1, let width = shape[0].integer, width > 0 else { return nil }
        return width
    }

    /// How a file is to be read for this package.
    ///
    /// - Parameters:
    ///   - header: whether its first row names the columns.
    ///   - selection: the columns that the person named.
    /// - Returns: what to open the file with.
    func options(header: DataOptions.Header, selection: [String]?) -> DataOptions {
        var options = DataOptions(header: header, expectedColumns: columns, expectedCount: takesTexts ? 1 : width)
        options.form = isTable ? .table : takesTexts ? .texts : .matrix
        options.selection = selection
        options.columnTypes = types
        options.defaultType = defaultType
        return options
    }

    /// The tensors of a request for some rows.
    ///
    /// - Throws: ``TensorError`` when columns that should be numbers are none.
    package func tensors(of chunk: Chunk) throws(TensorError) -> [Tensor] {
        if case .columns(let columns) = chunk.values, isTable { return columns.flatMap(\.tensors) }
        var tensor = try chunk.joined()
        guard isTable else {
            tensor.name = tensorName
            return [tensor]
        }
        let width = tensor.rowElementCount
        let names = columns ?? (0..<width).map { "\($0)" }
        guard tensor.datatype != .bytes else {
            guard tensor.shape.count == 1 else { throw TensorError(.unequalParts, name: tensor.name) }
            tensor.name = names[0]
            return [tensor]
        }
        let values = try tensor.doubles()
        var tensors: [Tensor] = []
        for (place, name) in names.enumerated() {
            let column = stride(from: place, to: values.count, by: width).map { values[$0] }
            tensors.append(try Tensor(name: name, doubles: column, shape: [chunk.rowCount]))
        }
        return tensors
    }
}
