import Foundation

/// A system-call filter around a tool, as an older kernel or another sandbox would answer it.
struct OuterFilter {
    /// One call, and the error number that it gets; with a mask, only when that argument has these bits.
    struct Rule: Encodable {
        var call: Int
        var argument: Int?
        var mask: Int?
        var value: Int?
        var error: Int32
    }

    var rules: [Rule]
    /// Whether the filter has a listener, of which the kernel allows one.
    var listens = false

    /// Landlock's three calls are unknown.
    static let withoutLandlock = OuterFilter(rules: [444, 445, 446].map { Rule(call: $0, error: ENOSYS) })
    /// SECCOMP_FILTER_FLAG_NEW_LISTENER is unknown.
    static let withoutListener = OuterFilter(rules: [
        Rule(call: 317, argument: 1, mask: 8, value: 8, error: EINVAL)
    ])
    static let listening = OuterFilter(rules: [], listens: true)
    /// CLONE_NEWUSER is refused, as Docker does.
    static let withoutUserNamespaces = OuterFilter(
        rules: [Rule(call: 435, error: ENOSYS)]
            + [56, 272].map { Rule(call: $0, argument: 0, mask: 0x1000_0000, value: 0x1000_0000, error: EPERM) }
    )
    static let withoutMount = OuterFilter(rules: [Rule(call: 165, error: EPERM)])

    /// The command that runs another one behind this filter.
    func command(_ words: [String]) throws -> [String] {
        let json = String(decoding: try JSONEncoder().encode(rules), as: UTF8.self)
        return ["/usr/bin/python3", "-I", "-c", Self.script, json, listens ? "listens" : ""] + words
    }

    private static let script = """
        import ctypes, json, os, struct, sys
        rules, listens, command = json.loads(sys.argv[1]), sys.argv[2] == 'listens', sys.argv[3:]
        def one(code, true, false, value): return struct.pack('HBBI', code, true, false, value)
        def load(offset): return one(0x20, 0, 0, offset)
        code = b''
        for rule in rules:
            answer = one(0x06, 0, 0, 0x50000 | rule['error'])
            if 'mask' in rule:
                test = load(16 + 8 * rule['argument']) + one(0x54, 0, 0, rule['mask'])
                code += load(0) + one(0x15, 0, 4, rule['call']) + test + one(0x15, 0, 1, rule['value']) + answer
            else:
                code += load(0) + one(0x15, 0, 1, rule['call']) + answer
        # A call that nobody makes, so that there is something to listen to.
        code += load(0) + one(0x15, 0, 1, 9999) + one(0x06, 0, 0, 0x7fc00000) + one(0x06, 0, 0, 0x7fff0000)
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(38, 1, 0, 0, 0)
        buffer = ctypes.create_string_buffer(code)
        class Program(ctypes.Structure):
            _fields_ = [('length', ctypes.c_ushort), ('filter', ctypes.c_void_p)]
        program = Program(len(code) // 8, ctypes.addressof(buffer))
        if libc.syscall(317, 1, 8 if listens else 0, ctypes.byref(program)) < 0:
            raise OSError(ctypes.get_errno(), 'seccomp')
        if listens:
            # The listener is in force while somebody holds it.
            child = os.fork()
            if child: sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        os.execvp(command[0], command)
        """
}
