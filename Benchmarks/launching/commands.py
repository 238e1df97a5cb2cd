"""How each launcher is told to run `/bin/true` in the sandbox nearest to ours."""

import base64
import json
import os
import shutil
from pathlib import Path

from .measuring import FILTER_DESCRIPTOR

ROOT = Path(__file__).resolve().parent.parent.parent
PAYLOAD = ["/bin/true"]
OURS = "lw-sandbox"
SYSTEM = ("bin", "lib", "lib32", "lib64", "libx32")
LINKS = [(name, os.readlink(f"/{name}")) for name in SYSTEM if os.path.islink(f"/{name}")]


class Stage:
    """Copies of what is measured, which other users may read: a checkout often lies where they may not."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.chmod(0o755)
        self.launcher = self.folder / OURS
        self.plans = self.folder / "plans"
        self.filter = self.plans / "strict.bpf"
        shutil.copy(ROOT / ".build/release" / OURS, self.launcher)
        shutil.copytree(ROOT / ".build/plans", self.plans)
        for path in (self.launcher, self.plans, *self.plans.iterdir()):
            # Whatever the umask: others must read it, and the launcher reads no plan that others may write.
            path.chmod(0o755 if path in (self.launcher, self.plans) else 0o644)


def ours(stage, *options, payload=PAYLOAD):
    return [str(stage.launcher), "--plans", str(stage.plans), "--profile", "strict", *options, "--", *payload]


def bubblewrap(stage):
    """Equal: root, namespaces, no capabilities, a session of its own, the same filter.

    Lacks: a listener (it reports no denial), Landlock, a control group, limits, checks of what it did.
    """
    words = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"]
    words += ["--ro-bind", "/usr", "/usr"]
    for name, target in LINKS:
        words += ["--symlink", target, f"/{name}"]
    words += ["--dev-bind", "/dev/null", "/dev/null", "--dev-bind", "/dev/urandom", "/dev/urandom"]
    return [*words, "--remount-ro", "/", "--seccomp", str(FILTER_DESCRIPTOR), "--", *PAYLOAD]


def firejail(stage):
    """Equal: pid, mount, net, ipc and uts namespaces, no capabilities, no new privileges.

    Lacks: a root of its own (it covers parts of the host's, whose names stay visible), for root the user namespace,
    the cgroup namespace, an allow-list (`--seccomp` is a list of what is forbidden), Landlock, a control group.
    """
    words = ["firejail", "--quiet", "--noprofile", "--net=none", "--caps.drop=all", "--nonewprivs", "--seccomp"]
    words += ["--private", "--private-dev", "--private-tmp", "--private-cwd", "--ipc-namespace", "--noroot"]
    words += ["--hostname=learnware", "--read-only=/", "--rlimit-nofile=256"]
    return [*words, "--", *PAYLOAD]


def crun(stage):
    """Equal: root, namespaces, no capabilities, no new privileges, the same filter; for root a control group too.

    Lacks: a listener, Landlock, checks of what it did. Keeps an account of its containers in files.
    """
    bundle = stage.folder / f"bundle-{os.geteuid()}"
    if not (bundle / "config.json").exists():
        write_bundle(bundle, stage.filter)
    words = ["crun", "--root", str(bundle / "state")]
    # An ordinary user seldom has a group to make others in.
    words += ["--cgroup-manager", "cgroupfs" if os.geteuid() == 0 else "disabled"]
    return [*words, "run", "--bundle", str(bundle), f"lw-bench-{os.getpid()}"]


def write_bundle(bundle, filter_file):
    root = bundle / "rootfs"
    for folder in (bundle / "state", root / "usr", root / "dev"):
        folder.mkdir(parents=True)
    for name, target in LINKS:
        (root / name).symlink_to(target)
    kinds = [("/usr", "/usr", "bind", ["rbind", "ro", "nosuid", "nodev"]),
             ("/dev", "tmpfs", "tmpfs", ["nosuid", "mode=755", "size=64k"])]  # fmt: skip
    mounts = [dict(zip(("destination", "source", "type", "options"), kind)) for kind in kinds]
    # Inside it must be 0, or crun itself has no right to make the mounts; outside it is nobody of the host's.
    is_root = os.geteuid() == 0
    user, group = (1_900_000_000, 1_900_000_000) if is_root else (os.getuid(), os.getgid())
    if is_root:
        bundle.chmod(0o755)
    limits = [("CORE", 1), ("AS", 6 << 30), ("NOFILE", 256), ("STACK", 8 << 20)]
    description = {
        "ociVersion": "1.0.0",
        "process": {
            "terminal": False, "user": {"uid": 0, "gid": 0}, "args": PAYLOAD, "cwd": "/", "env": ["PATH=/usr/bin:/bin"],
            "capabilities": {}, "noNewPrivileges": True,
            "rlimits": [{"type": f"RLIMIT_{name}", "hard": value, "soft": value} for name, value in limits],
        },
        "root": {"path": "rootfs", "readonly": True},
        "hostname": "learnware",
        "mounts": mounts,
        # The program itself instead of rules that crun would compile for every run.
        "annotations": {"run.oci.seccomp_bpf_data": base64.b64encode(filter_file.read_bytes()).decode()},
        "linux": {
            "namespaces": [{"type": kind} for kind in ("user", "mount", "pid", "network", "ipc", "uts", "cgroup")],
            "uidMappings": [{"containerID": 0, "hostID": user, "size": 1}],
            "gidMappings": [{"containerID": 0, "hostID": group, "size": 1}],
            "resources": {"memory": {"limit": 4 << 30}, "pids": {"limit": 129}} if is_root else {},
        },
    }  # fmt: skip
    (bundle / "config.json").write_text(json.dumps(description, indent=1), encoding="utf-8")


def launchers(stage):
    """Name -> command for who runs this; None for a program that is not installed."""
    found = {OURS: ours(stage)}
    for name, make in (("bwrap", bubblewrap), ("firejail", firejail), ("crun", crun)):
        program = shutil.which(name)
        found[name] = [program, *make(stage)[1:]] if program else None
    found["bare spawn"] = PAYLOAD
    return found
