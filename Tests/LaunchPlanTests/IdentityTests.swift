import LaunchPlan
import Testing

@Suite("Root of a user namespace")
struct IdentityTests {
    @Test(
        "is an ordinary user where 0 is another's id outside and no other id can be had",
        arguments: [
            ("         0          0 4294967295\n", false), ("         0       1000          1\n", true),
            ("         0     100000      65536\n", true), ("         0          0          1\n", false),
            ("         0 1000 1\n         1 100000 65536\n", true), ("      1000       1000          1\n", false),
            ("0 100000 2000000000\n", false), ("", false), ("garbage\n", false),
        ]
    )
    func isOrdinary(map: String, expected: Bool) {
        #expect(Identity.isOrdinaryRoot(map: map) == expected)
    }
}
