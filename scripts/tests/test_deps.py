"""`scripts/deps` says what it installs and why, asks sudo only when it must, and is silent when nothing is missing."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent.parent / "deps"


class Deps(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.log = self.folder / "log"
        self.log.touch()
        self.stub("swift", "")
        self.stub("pkg-config", "")
        self.stub("cc", "")
        # `dpkg-query --show --showformat F PACKAGE`
        self.stub("dpkg-query", 'case " $MISSING " in *" $4 "*) exit 1 ;; *) echo installed ;; esac')
        self.stub("apt-get", 'echo "apt-get frontend=$DEBIAN_FRONTEND $*" >> "$LOG"')

    def stub(self, name, body):
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)

    def run_script(self, *groups, missing="", user=0, script=SCRIPT):
        self.stub("id", f"echo {user}")
        # The system's folders come last, and sudo must not be found there.
        for name in ("sh", "env", "dirname", "grep", "mkdir"):
            if not (self.folder / name).exists():
                (self.folder / name).symlink_to(f"/bin/{name}" if os.path.exists(f"/bin/{name}") else f"/usr/bin/{name}")
        environment = {"PATH": str(self.folder), "MISSING": missing, "LOG": str(self.log)}
        result = subprocess.run([script, *groups], capture_output=True, text=True, env=environment, timeout=60)
        return result, self.log.read_text(encoding="utf-8").splitlines()

    def test_silent_when_nothing_is_missing(self):
        result, calls = self.run_script("build")
        self.assertEqual((result.returncode, result.stdout, result.stderr, calls), (0, "", "", []))

    def test_root_installs_what_is_missing_and_nothing_else(self):
        result, calls = self.run_script("build", missing="libseccomp-dev")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(
            result.stdout, "Installing Debian packages: libseccomp-dev (knows the kernel's calls by name)\n"
        )
        self.assertEqual(len(calls), 2)
        self.assertTrue(calls[0].startswith("apt-get frontend=noninteractive ") and calls[0].endswith(" update"), calls)
        self.assertTrue(calls[1].endswith(" --no-install-recommends libseccomp-dev"), calls)

    def test_others_go_through_sudo(self):
        self.stub("sudo", 'echo "sudo $*" >> "$LOG"; exec "$@"')
        result, calls = self.run_script("build", missing="libseccomp-dev zlib1g-dev", user=1000)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual([call.split()[0] for call in calls], ["sudo", "apt-get", "sudo", "apt-get"])
        self.assertTrue(calls[3].endswith("libseccomp-dev zlib1g-dev"), calls)

    def test_without_sudo_it_says_what_to_do(self):
        result, calls = self.run_script("build", missing="zlib1g-dev", user=1000)
        self.assertEqual((result.returncode, calls), (1, []))
        self.assertIn("as root, apt-get install zlib1g-dev", result.stderr)

    def test_archive_tools_are_named_with_their_reasons(self):
        for tool in ("zip", "unzip", "7z"):
            self.stub(tool, "")
        result, calls = self.run_script("archives", missing="libarchive-tools zip")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(
            result.stdout, "Installing Debian packages: libarchive-tools (makes zips that must be accepted)\n"
        )
        self.assertTrue(calls[1].endswith(" --no-install-recommends libarchive-tools"), calls)
        self.stub("bsdtar", "")
        result, calls = self.run_script("archives")
        self.assertEqual((result.returncode, result.stdout, len(calls)), (0, "", 2))

    def test_the_virtual_machine_is_fetched_once_and_not_installed(self):
        # A script reads and writes its own checkout: this one has a checkout of its own.
        script = self.folder / "checkout/scripts/deps"
        script.parent.mkdir(parents=True)
        shutil.copy(SCRIPT, script)
        self.stub("apt-cache", 'echo "linux-image-cloud-amd64"; echo "  Depends: linux-image-6.1.0-0-cloud-amd64"')
        self.stub("apt-get", 'echo "apt-get $*" >> "$LOG"; : > one.deb')
        self.stub("dpkg", 'echo "dpkg $*" >> "$LOG"; mkdir -p "$3"')
        for name in ("sed", "rm", "cat", "touch"):
            (self.folder / name).symlink_to(shutil.which(name))
        result, calls = self.run_script("vm", script=script)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(result.stdout.startswith("Fetching Debian packages into .build/vm, installing none: linux-image-"))
        self.assertEqual(calls[0], "apt-get -qq download linux-image-6.1.0-0-cloud-amd64 busybox-static")
        self.assertIn(" --download-only ", calls[1])
        self.assertTrue(calls[1].endswith(" install qemu-system-x86"), calls)
        self.assertEqual(calls[2:], ["dpkg -x .build/vm/packages/one.deb .build/vm/root"])
        again, all_calls = self.run_script("vm", script=script)
        self.assertEqual((again.returncode, again.stdout, all_calls), (0, "", calls))

    def test_without_swift_it_says_where_to_get_it(self):
        (self.folder / "swift").unlink()
        result, _ = self.run_script("build")
        self.assertEqual(result.returncode, 1)
        self.assertIn("no swift on PATH", result.stderr)


if __name__ == "__main__":
    unittest.main()
