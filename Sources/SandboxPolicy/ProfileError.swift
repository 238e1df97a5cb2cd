package import Documents

/// Why a profile was refused, and where: a profile is a document, and its faults are a document's.
package typealias ProfileError = DocumentError
