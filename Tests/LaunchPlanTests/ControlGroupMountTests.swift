import LaunchPlan
import Testing

/// The texts are of `/proc/self/mountinfo` and `/proc/self/cgroup`, shortened to what matters.
@Suite("Where a run's control group could be made")
struct ControlGroupMountTests {
    private func found(_ mounts: String, _ own: String, controllers: [String: String] = [:]) -> [ControlGroupMount] {
        ControlGroupMount.all(mounts: mounts, own: own) { controllers[$0] }
    }

    private func unified(_ controllers: [String], _ folders: [String]) -> (Bool, [String], [String]) {
        (true, controllers, folders)
    }

    private func expect(
        _ found: [ControlGroupMount],
        _ wanted: [(Bool, [String], [String])],
        _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(found.map(\.isUnified) == wanted.map(\.0), sourceLocation: location)
        #expect(found.map(\.controllers) == wanted.map(\.1), sourceLocation: location)
        #expect(found.map(\.folders) == wanted.map(\.2), sourceLocation: location)
    }

    private static let desktop = """
        25 30 0:23 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
        31 25 0:27 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
        30 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw
        """
    private static let desktopControllers = [
        "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory hugetlb pids rdma misc\n"
    ]
    private static let all = ["cpuset", "cpu", "io", "memory", "hugetlb", "pids", "rdma", "misc"]

    @Test("version 1 beside an empty version 2: each hierarchy at the process's own group, version 2 first")
    func hybrid() {
        let mounts = """
            31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
            35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
            39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
            40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
            """
        let own = "9:name=systemd:/\n8:pids:/\n4:memory:/service/4711\n1:cpu:/\n0::/\n"
        expect(
            found(mounts, own, controllers: ["/sys/fs/cgroup/unified/cgroup.controllers": "\n"]),
            [
                (true, [], ["/sys/fs/cgroup/unified"]),
                (false, ["rw", "cpu"], ["/sys/fs/cgroup/cpu"]),
                (false, ["rw", "memory"], ["/sys/fs/cgroup/memory/service/4711"]),
                (false, ["rw", "pids"], ["/sys/fs/cgroup/pids"]),
                (false, ["rw", "name=systemd"], ["/sys/fs/cgroup/systemd"]),
            ]
        )
    }

    @Test("two controllers of version 1 on one hierarchy are one mount")
    func joined() {
        let mounts = "34 25 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:11 - cgroup cgroup rw,cpu,cpuacct\n"
        expect(
            found(mounts, "5:cpu,cpuacct:/user.slice\n"),
            [(false, ["rw", "cpu", "cpuacct"], ["/sys/fs/cgroup/cpu,cpuacct/user.slice"])]
        )
    }

    @Test("a terminal of a desktop: beside it in the user's own slice, then below it, then one up")
    func terminal() {
        let user = "/user.slice/user-1000.slice/user@1000.service"
        let scope = "\(user)/app.slice/app-org.gnome.Terminal.slice/vte-spawn-1.scope"
        expect(
            found(Self.desktop, "0::\(scope)\n", controllers: Self.desktopControllers),
            [
                unified(
                    Self.all,
                    [
                        "/sys/fs/cgroup\(user)/app.slice/app-org.gnome.Terminal.slice", "/sys/fs/cgroup\(scope)",
                        "/sys/fs/cgroup\(user)/app.slice",
                    ]
                )
            ]
        )
    }

    @Test("a service of the machine never gets the whole hierarchy offered beyond the folder it lies in")
    func service() {
        expect(
            found(Self.desktop, "0::/system.slice/cron.service\n", controllers: Self.desktopControllers),
            [unified(Self.all, ["/sys/fs/cgroup/system.slice", "/sys/fs/cgroup/system.slice/cron.service"])]
        )
    }

    @Test("a container with a namespace of its own sees its group as the top")
    func dockerWithNamespace() {
        let mounts = """
            1521 1510 0:76 / / rw,relatime master:410 - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A
            1529 1525 0:27 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate
            """
        expect(
            found(mounts, "0::/\n", controllers: ["/sys/fs/cgroup/cgroup.controllers": "cpu memory pids\n"]),
            [unified(["cpu", "memory", "pids"], ["/sys/fs/cgroup"])]
        )
    }

    @Test("a container of version 1: its part of each hierarchy is mounted where the whole would be")
    func dockerOfVersionOne() {
        let id = "/docker/0123456789abcdef"
        let mounts = """
            842 840 0:33 \(id) /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime master:18 - cgroup cgroup rw,memory
            843 840 0:34 \(id) /sys/fs/cgroup/pids ro,nosuid,nodev,noexec,relatime master:19 - cgroup cgroup rw,pids
            """
        expect(
            found(mounts, "7:pids:\(id)\n4:memory:\(id)/child\n"),
            [
                (false, ["rw", "memory"], ["/sys/fs/cgroup/memory/child"]),
                (false, ["rw", "pids"], ["/sys/fs/cgroup/pids"]),
            ]
        )
    }

    private static let pod = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1\\x2d2.slice"

    @Test("a pod in the machine's namespace: the mount shows a part of the tree, its name written in octal")
    func pod() {
        let container = "\(Self.pod)/cri-containerd-abc.scope"
        let written = container.replacing("\\", with: "\\134")
        let mounts = "1100 1099 0:27 \(written) /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw\n"
        let controllers = ["/sys/fs/cgroup/cgroup.controllers": "cpu memory pids\n"]
        expect(
            found(mounts, "0::\(container)/inner\n", controllers: controllers),
            [unified(["cpu", "memory", "pids"], ["/sys/fs/cgroup", "/sys/fs/cgroup/inner"])]
        )
        expect(
            found(mounts, "0::\(container)\n", controllers: controllers),
            [unified(["cpu", "memory", "pids"], ["/sys/fs/cgroup"])]
        )
    }

    @Test(
        "a mount that does not show the process's group is no place for a run",
        arguments: [
            ("/kubepods.slice/one", "/kubepods.slice/other"), ("/kubepods.slice/one", "/kubepods.slice/one-more"),
            ("/../..", "/"), ("/..", "/inner"), ("/", "/../sibling"), ("/kubepods.slice/one", "/"),
        ]
    )
    func elsewhere(root: String, path: String) {
        let two = "1100 1099 0:27 \(root) /sys/fs/cgroup rw,relatime - cgroup2 cgroup rw\n"
        expect(found(two, "0::\(path)\n", controllers: Self.desktopControllers), [])
        let one = "1100 1099 0:27 \(root) /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
        expect(found(one, "4:memory:\(path)\n"), [])
    }

    @Test("Windows' Linux, with the service manager and without")
    func windows() {
        let mounts = """
            64 59 0:25 / /sys rw,nosuid,nodev,noexec,noatime - sysfs sysfs rw
            75 64 0:33 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate
            85 59 0:43 / /mnt/c rw,noatime - 9p C:\\134 rw,aname=drvfs;path=C:\\;uid=1000
            """
        expect(
            found(mounts, "0::/init.scope\n", controllers: Self.desktopControllers),
            [unified(Self.all, ["/sys/fs/cgroup", "/sys/fs/cgroup/init.scope"])]
        )
        let older = """
            72 64 0:32 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw,mode=755
            73 72 0:33 / /sys/fs/cgroup/unified rw,nosuid,nodev,noexec,relatime - cgroup2 cgroup2 rw,nsdelegate
            78 72 0:38 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime - cgroup cgroup rw,memory
            """
        expect(
            found(older, "4:memory:/\n0::/\n"),
            [(true, [], ["/sys/fs/cgroup/unified"]), (false, ["rw", "memory"], ["/sys/fs/cgroup/memory"])]
        )
    }

    @Test("a mount point with a space in its name")
    func space() {
        let mounts = "31 25 0:27 / /my\\040groups rw,relatime - cgroup2 cgroup2 rw\n"
        expect(
            found(mounts, "0::/\n", controllers: ["/my groups/cgroup.controllers": "memory\n"]),
            [unified(["memory"], ["/my groups"])]
        )
    }

    @Test(
        "nothing is found where nothing is mounted, or where a line is no line",
        arguments: [
            ("25 30 0:23 / /sys rw - sysfs sysfs rw\n", "0::/\n"), ("", ""),
            ("31 25 0:27 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw\n", ""),
            ("31 25 0:27 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw\n", "4:memory:/\n"),
            ("31 25 0:27 / /sys/fs/cgroup rw,relatime - cgroup2\n", "0::/\n"), ("- - -\n", "0:\n:::\n"),
        ]
    )
    func nothing(mounts: String, own: String) {
        expect(found(mounts, own, controllers: Self.desktopControllers), [])
    }
}
