/// One instruction of classic BPF, as the kernel reads it.
package struct FilterInstruction: Hashable, Sendable {
    package var code: UInt16
    package var jumpTrue: UInt8
    package var jumpFalse: UInt8
    package var operand: UInt32

    /// The codes that our own compiler writes.
    enum Code {
        static let load: UInt16 = 0x20  // BPF_LD | BPF_W | BPF_ABS
        static let and: UInt16 = 0x54  // BPF_ALU | BPF_AND | BPF_K
        static let jump: UInt16 = 0x05  // BPF_JMP | BPF_JA
        static let jumpEqual: UInt16 = 0x15  // BPF_JMP | BPF_JEQ | BPF_K
        static let jumpAtLeast: UInt16 = 0x35  // BPF_JMP | BPF_JGE | BPF_K
        static let finish: UInt16 = 0x06  // BPF_RET | BPF_K
    }

    init(_ code: UInt16, _ operand: UInt32, jumpTrue: UInt8 = 0, jumpFalse: UInt8 = 0) {
        self.code = code
        self.operand = operand
        self.jumpTrue = jumpTrue
        self.jumpFalse = jumpFalse
    }

    /// The eight bytes of `struct sock_filter` on a little-endian machine.
    package var bytes: [UInt8] {
        [UInt8(code & 0xFF), UInt8(code >> 8), jumpTrue, jumpFalse]
            + (0..<4).map { UInt8(truncatingIfNeeded: operand >> (8 * $0)) }
    }

    /// The program that lies in these bytes; nil when they are no whole number of instructions.
    package static func program(_ bytes: [UInt8]) -> [FilterInstruction]? {
        guard bytes.count % 8 == 0 else { return nil }
        return stride(from: 0, to: bytes.count, by: 8).map { start in
            var operand: UInt32 = 0
            for index in 0..<4 { operand |= UInt32(bytes[start + 4 + index]) << (8 * UInt32(index)) }
            return FilterInstruction(
                UInt16(bytes[start]) | UInt16(bytes[start + 1]) << 8,
                operand,
                jumpTrue: bytes[start + 2],
                jumpFalse: bytes[start + 3]
            )
        }
    }
}
