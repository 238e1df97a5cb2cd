package import LaunchPlan

extension SyscallTable {
    /// The names of all calls of this machine, by number.
    package static let byNumber: [UInt32: String] = {
        var names: [UInt32: String] = [:]
        for number in 0..<UInt32(1024) {
            if let name = name(of: number) { names[number] = name }
        }
        return names
    }()

    /// One line a call, its number and its name: what the launcher, which has no library for it, names calls by.
    package static var text: String {
        byNumber.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
    }

    /// The name of a denied call, with its machine's where that is another.
    package static func name(_ call: DeniedCall) -> String {
        CallText.name(call, names: byNumber)
    }

    /// A denied call with what tells most of its arguments, printable.
    package static func describe(_ call: DeniedCall) -> String {
        CallText.describe(call, names: byNumber)
    }
}
