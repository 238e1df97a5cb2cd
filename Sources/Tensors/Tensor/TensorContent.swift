/// How the elements of a tensor are to be read: the protocol's `content_type`.
package enum TensorContent: Equatable, Sendable {
    /// UTF-8.
    case text
    /// ISO 8601 in UTF-8.
    case datetime
    /// UTF-8 that is one of a few; with the categories in their order where they are known.
    case category([String]?)
    /// The bytes of an image file.
    case image
    /// Bytes as they are.
    case raw

    /// The word on the wire.
    package var word: String {
        switch self {
        case .text: "str"
        case .datetime: "datetime"
        case .category: "category"
        case .image: "image"
        case .raw: "raw"
        }
    }
}
