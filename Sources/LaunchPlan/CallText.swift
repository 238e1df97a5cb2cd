/// A denied call in a person's words.
package enum CallText {
    /// The call's name; its number, with the machine it belongs to, where it has none here.
    package static func name(_ call: DeniedCall, names: [UInt32: String]) -> String {
        switch call.architecture {
        case 0x4000_0003: "i386 call \(call.number)"
        case 0x4000_0028: "ARM call \(call.number)"
        default:
            if call.number >= 0x8000_0000 {
                "call \(Int32(bitPattern: call.number))"
            } else if call.number >= 0x4000_0000 {
                "x32 call \(call.number - 0x4000_0000)"
            } else {
                names[call.number] ?? "call \(call.number)"
            }
        }
    }

    /// The call with what tells most of its arguments.
    ///
    /// - Parameters:
    ///   - call: the call.
    ///   - names: the calls of this machine.
    ///   - shown: what stands for a text that the call pointed to; it is quoted and made printable when left out.
    /// - Returns: our own words and printable characters.
    package static func describe(
        _ call: DeniedCall,
        names: [UInt32: String],
        showing shown: (String) -> String = quoted
    ) -> String {
        let name = name(call, names: names)
        if let text = call.text { return "\(name)(\(shown(text.value)))" }
        guard let words = words(of: name, call.arguments) else { return name }
        return "\(name)(\(words))"
    }

    /// A text in quotes, of ASCII alone.
    package static func quoted(_ text: String) -> String { "\"\(printable(text))\"" }

    private static func words(of name: String, _ arguments: [UInt64]) -> String? {
        // The kernel takes these as 32-bit numbers.
        let first = UInt32(truncatingIfNeeded: arguments[0])
        let second = UInt32(truncatingIfNeeded: arguments[1])
        switch name {
        case "socket", "socketpair": return families[first] ?? "family \(first)"
        case "clone", "unshare", "setns": return flags(name == "setns" ? second : first)
        case "kill", "tkill", "pidfd_send_signal": return "\(Int32(bitPattern: first)), signal \(second)"
        case "tgkill": return "signal \(UInt32(truncatingIfNeeded: arguments[2]))"
        case "ptrace": return requests[first] ?? "request \(first)"
        case "prctl", "arch_prctl": return "option \(first)"
        case "ioctl": return "request 0x\(String(second, radix: 16))"
        case "fcntl": return "command \(second)"
        case "flock": return "operation \(second)"
        case "futex": return "operation 0x\(String(second, radix: 16))"
        case "personality": return "0x\(String(first, radix: 16))"
        default: return nil
        }
    }

    private static let families: [UInt32: String] = [
        0: "AF_UNSPEC", 1: "AF_UNIX", 2: "AF_INET", 10: "AF_INET6", 15: "AF_KEY", 16: "AF_NETLINK", 17: "AF_PACKET",
        29: "AF_CAN", 31: "AF_BLUETOOTH", 33: "AF_RXRPC", 38: "AF_ALG", 40: "AF_VSOCK", 44: "AF_XDP",
    ]

    private static let requests: [UInt32: String] = [
        0: "PTRACE_TRACEME", 1: "PTRACE_PEEKTEXT", 2: "PTRACE_PEEKDATA", 4: "PTRACE_POKETEXT", 16: "PTRACE_ATTACH",
        0x4206: "PTRACE_SEIZE",
    ]

    private static let namespaces: [(UInt32, String)] = [
        (0x1000_0000, "NEWUSER"), (0x0002_0000, "NEWNS"), (0x2000_0000, "NEWPID"), (0x4000_0000, "NEWNET"),
        (0x0800_0000, "NEWIPC"), (0x0400_0000, "NEWUTS"), (0x0200_0000, "NEWCGROUP"), (0x80, "NEWTIME"),
    ]

    private static func flags(_ value: UInt32) -> String {
        let named = namespaces.filter { value & $0.0 != 0 }.map { "CLONE_" + $0.1 }
        return named.isEmpty ? "flags 0x\(String(value, radix: 16))" : named.joined(separator: " | ")
    }

    private static func printable(_ text: String) -> String {
        var visible = ""
        for scalar in text.unicodeScalars.prefix(160) {
            if scalar.value >= 0x20, scalar.value < 0x7F, scalar != "\"", scalar != "\\" {
                visible.unicodeScalars.append(scalar)
            } else {
                visible += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return visible
    }
}
