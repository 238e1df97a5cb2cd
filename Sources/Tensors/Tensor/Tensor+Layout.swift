internal import CLinux

extension Tensor {
    /// The elements of a fixed-size type, converted one by one.
    func values<Raw: FixedWidthInteger, Value>(_: Raw.Type, _ convert: (Raw) -> Value) -> [Value] {
        elements.withUnsafeBytes { buffer in
            (0..<elementCount).map { index in
                let raw = buffer.loadUnaligned(fromByteOffset: index * MemoryLayout<Raw>.size, as: Raw.self)
                return convert(Raw(littleEndian: raw))
            }
        }
    }

    /// The elements of an `FP64` tensor; on most machines they lie in memory as they do in its bytes.
    func copiedDoubles() -> [Double] {
        if case .doubles(let values) = elements { return values }
        guard 1.littleEndian == 1 else { return values(UInt64.self) { Double(bitPattern: $0) } }
        return [Double](unsafeUninitializedCapacity: elementCount) { buffer, count in
            lw_advise_huge_pages(buffer.baseAddress, buffer.count * MemoryLayout<Double>.stride)
            elements.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            count = elementCount
        }
    }

    /// The first element all of whose bits under the mask are set; the bits must lie together, below the highest.
    func firstIndex<Raw: FixedWidthInteger & UnsignedInteger>(withAllBitsOf mask: Raw) -> Int? {
        let lowest = mask & (~mask &+ 1)
        return elements.withUnsafeBytes { buffer in
            // Where all are set, adding the lowest carries into the highest of the type.
            func carry(_ index: Int) -> Raw {
                let raw = buffer.loadUnaligned(fromByteOffset: index * MemoryLayout<Raw>.size, as: Raw.self)
                return (Raw(littleEndian: raw) & mask) &+ lowest
            }
            // A block at a time without a branch, which the compiler turns into vector code.
            var start = 0
            while start < elementCount {
                let block = start..<min(start + 1024, elementCount)
                var carries: Raw = 0
                for index in block { carries |= carry(index) }
                if carries > mask { return block.first { carry($0) > mask } }
                start = block.upperBound
            }
            return nil
        }
    }

    /// The little-endian bytes of numbers.
    static func layOut<Value, Raw: FixedWidthInteger>(_ values: [Value], _ convert: (Value) -> Raw) -> [UInt8] {
        let size = MemoryLayout<Raw>.size
        return [UInt8](unsafeUninitializedCapacity: values.count * size) { buffer, count in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            for index in values.indices {
                raw.storeBytes(of: convert(values[index]).littleEndian, toByteOffset: index * size, as: Raw.self)
            }
            count = values.count * size
        }
    }

    static func append(_ length: UInt32, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: length.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Where the content of each `BYTES` element lies, without its length.
    ///
    /// - Throws: ``TensorError`` unless `count` elements fill the bytes exactly.
    func byteElements(count: Int) throws(TensorError) -> [Range<Int>] {
        // Each element has at least its length, so a huge count fails here and not in an allocation.
        guard count <= bytes.count / 4 else { throw TensorError(.brokenElement(index: bytes.count / 4), name: name) }
        var elements: [Range<Int>] = []
        elements.reserveCapacity(count)
        var place = 0
        for index in 0..<count {
            guard bytes.count - place >= 4 else { throw TensorError(.brokenElement(index: index), name: name) }
            var length = 0
            for offset in 0..<4 { length |= Int(bytes[place + offset]) << (8 * offset) }
            place += 4
            guard bytes.count - place >= length else { throw TensorError(.brokenElement(index: index), name: name) }
            elements.append(place..<place + length)
            place += length
        }
        guard place == bytes.count else { throw TensorError(.brokenElement(index: count), name: name) }
        return elements
    }
}
