/// Why a filter is not the one that its rules ask for.
package struct FilterProofError: Error, Equatable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// What a filter answered to one call.
package struct FilterAnswer: Equatable, Sendable {
    /// The value that the filter returned.
    package var value: UInt32
    /// The instruction that first looked at an argument; nil when the answer is the same whatever the arguments.
    package var firstArgumentLoad: Int?
}

/// Runs a filter the way the kernel does.
///
/// It knows every instruction that the kernel lets a seccomp filter have (`seccomp_check_filter` and
/// `bpf_check_classic`), not only those that our compiler writes, so that filters of other makers can be judged.
package enum FilterEvaluator {
    private enum Class {
        static let load: UInt16 = 0
        static let loadIndex: UInt16 = 1
        static let store: UInt16 = 2
        static let storeIndex: UInt16 = 3
        static let arithmetic: UInt16 = 4
        static let jump: UInt16 = 5
        static let finish: UInt16 = 6
        static let miscellaneous: UInt16 = 7
    }

    private struct Machine {
        var accumulator: UInt32 = 0
        var index: UInt32 = 0
        var memory: [UInt32?] = Array(repeating: nil, count: 16)
    }

    /// The size of `struct seccomp_data`.
    private static let dataSize: UInt32 = 64

    /// - Throws: ``FilterProofError`` for what the kernel's own checker would refuse: a jump out of the program, an
    ///   unknown instruction, a load outside `struct seccomp_data`, a division by 0, no return at the end.
    package static func check(_ program: [FilterInstruction]) throws(FilterProofError) {
        guard !program.isEmpty, program.count <= FilterCompiler.mostInstructions else {
            throw FilterProofError("the filter has \(program.count) instructions")
        }
        for (place, instruction) in program.enumerated() {
            guard isKnown(instruction) else {
                throw FilterProofError("instruction \(place) is none that the kernel takes")
            }
            guard instruction.code & 7 == Class.jump else { continue }
            let reach =
                instruction.code == FilterInstruction.Code.jump
                ? Int(instruction.operand) : Int(max(instruction.jumpTrue, instruction.jumpFalse))
            guard place + 1 + reach < program.count else {
                throw FilterProofError("instruction \(place) jumps out of the filter")
            }
        }
        guard let last = program.last, last.code & 7 == Class.finish else {
            throw FilterProofError("the filter can run past its end")
        }
    }

    private static func isKnown(_ instruction: FilterInstruction) -> Bool {
        switch instruction.code {
        case 0x20: instruction.operand < dataSize && instruction.operand % 4 == 0
        case 0x00, 0x01, 0x80, 0x81, 0x06, 0x16, 0x07, 0x87, 0x05, 0x84: true
        case 0x60, 0x61, 0x02, 0x03: instruction.operand < 16
        // Addition, subtraction, multiplication, or, and, exclusive or; with a number or with the index.
        case 0x04, 0x14, 0x24, 0x44, 0x54, 0xA4, 0x0C, 0x1C, 0x2C, 0x4C, 0x5C, 0xAC: true
        case 0x34: instruction.operand != 0
        case 0x64, 0x74: instruction.operand < 32
        case 0x3C, 0x6C, 0x7C: true
        case 0x15, 0x25, 0x35, 0x45, 0x1D, 0x2D, 0x3D, 0x4D: true
        default: false
        }
    }

    /// The answer to one call, for a program that ``check(_:)`` let pass.
    package static func run(
        _ program: [FilterInstruction],
        architecture: UInt32,
        number: UInt32,
        arguments: [UInt64]
    ) throws(FilterProofError) -> FilterAnswer {
        var machine = Machine()
        var firstArgumentLoad: Int?
        var place = 0
        while place < program.count {
            let instruction = program[place]
            place += 1
            let operand = instruction.code & 8 == 0 ? instruction.operand : machine.index
            switch instruction.code & 7 {
            case Class.load, Class.loadIndex:
                if instruction.code == FilterInstruction.Code.load {
                    if instruction.operand >= 16, firstArgumentLoad == nil { firstArgumentLoad = place - 1 }
                    machine.accumulator = load(instruction.operand, architecture, number, arguments)
                } else {
                    try loadOther(instruction, &machine, at: place - 1)
                }
            case Class.store: machine.memory[Int(instruction.operand)] = machine.accumulator
            case Class.storeIndex: machine.memory[Int(instruction.operand)] = machine.index
            case Class.arithmetic:
                guard let result = calculate(instruction.code & 0xF0, machine.accumulator, operand) else {
                    // The kernel ends a filter that divides by 0 with the answer 0, which ends the thread.
                    return FilterAnswer(value: 0, firstArgumentLoad: firstArgumentLoad)
                }
                machine.accumulator = result
            case Class.jump:
                if instruction.code == FilterInstruction.Code.jump {
                    place += Int(instruction.operand)
                } else {
                    let holds = compare(instruction.code & 0xF0, machine.accumulator, operand)
                    place += Int(holds ? instruction.jumpTrue : instruction.jumpFalse)
                }
            case Class.finish:
                let value = instruction.code == 0x16 ? machine.accumulator : instruction.operand
                return FilterAnswer(value: value, firstArgumentLoad: firstArgumentLoad)
            default:
                if instruction.code == 0x07 {
                    machine.index = machine.accumulator
                } else {
                    machine.accumulator = machine.index
                }
            }
        }
        throw FilterProofError("the filter can run past its end")
    }

    private static func load(
        _ offset: UInt32,
        _ architecture: UInt32,
        _ number: UInt32,
        _ arguments: [UInt64]
    ) -> UInt32 {
        switch offset {
        case FilterCompiler.Offset.number: return number
        case FilterCompiler.Offset.architecture: return architecture
        case 16..<dataSize:
            let argument = arguments[Int(offset - 16) / 8]
            return UInt32(truncatingIfNeeded: offset % 8 == 0 ? argument : argument >> 32)
        // The instruction pointer is whatever the caller likes; nothing may depend on it.
        default: return 0
        }
    }

    /// Constants, the size of the data, and the sixteen words of memory.
    private static func loadOther(
        _ instruction: FilterInstruction,
        _ machine: inout Machine,
        at place: Int
    ) throws(FilterProofError) {
        let value: UInt32
        switch instruction.code & 0xE0 {
        case 0x00: value = instruction.operand
        case 0x80: value = dataSize
        default:
            guard let stored = machine.memory[Int(instruction.operand)] else {
                throw FilterProofError("instruction \(place) reads memory that nothing wrote")
            }
            value = stored
        }
        if instruction.code & 7 == Class.load { machine.accumulator = value } else { machine.index = value }
    }

    private static func calculate(_ operation: UInt16, _ left: UInt32, _ right: UInt32) -> UInt32? {
        switch operation {
        case 0x00: left &+ right
        case 0x10: left &- right
        case 0x20: left &* right
        case 0x30: right == 0 ? nil : left / right
        case 0x40: left | right
        case 0x50: left & right
        case 0x60: left << (right & 31)
        case 0x70: left >> (right & 31)
        case 0x80: 0 &- left
        default: left ^ right
        }
    }

    private static func compare(_ operation: UInt16, _ left: UInt32, _ right: UInt32) -> Bool {
        switch operation {
        case 0x10: left == right
        case 0x20: left > right
        case 0x30: left >= right
        default: left & right != 0
        }
    }
}
