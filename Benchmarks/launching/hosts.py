"""Processes that launch for this one: as another user, or with much memory of their own."""

import json
import mmap
import os
import pwd
import sys
import traceback

from .measuring import Refused, adopt_orphans, stop

PAGE = 4096


def ordinary_user():
    """Whose account to be when root measures: who called sudo, else the first person of the host, else nobody."""
    sudo = os.environ.get("SUDO_UID")
    if sudo and int(sudo) != 0:
        return pwd.getpwuid(int(sudo))
    people = [entry for entry in pwd.getpwall() if 1000 <= entry.pw_uid < 60000]
    return min(people, key=lambda entry: entry.pw_uid) if people else pwd.getpwnam("nobody")


def in_child(function):
    """What a function gives, as JSON carries it, when it is called in a process of its own."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(read)
            adopt_orphans()
            with os.fdopen(write, "w") as file:
                json.dump(function(), file)
            status = 0
        except Refused as refusal:
            sys.stderr.write(f"{refusal}\n")
        except SystemExit as end:
            sys.stderr.write(f"{end}\n")
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read) as file:
        text = file.read()
    if os.waitpid(child, 0)[1] != 0:
        stop("a part of the measurement failed")
    return json.loads(text)


def as_user(user, function):
    """The same as another user: no group of root's, no way back."""

    def become_and_call():
        os.setgroups([])
        os.setresgid(user.pw_gid, user.pw_gid, user.pw_gid)
        os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)
        os.environ.update(HOME=user.pw_dir, USER=user.pw_name, LOGNAME=user.pw_name)
        os.chdir("/")
        return function()

    return in_child(become_and_call)


def fork(command, _):
    """Starts a command as our library does not: page tables are copied first."""
    child = os.fork()
    if child == 0:
        try:
            os.execv(command[0], command)
        finally:
            os._exit(127)
    return child


class Host:
    """A process that holds memory, and launches when it is told to."""

    def __init__(self, held, measures):
        self.names = list(measures)
        here, there = os.pipe(), os.pipe()
        self.process = os.fork()
        if self.process == 0:
            try:
                os.close(here[1])
                os.close(there[0])
                self.serve(here[0], there[1], held, measures)
            finally:
                os._exit(1)
        os.close(here[0])
        os.close(there[1])
        self.orders = os.fdopen(here[1], "w", buffering=1)
        self.answers = os.fdopen(there[0])
        # Its first answer: the memory is there.
        self.answers.readline()

    @staticmethod
    def serve(orders, answers, held, measures):
        adopt_orphans()
        memory = mmap.mmap(-1, max(held, PAGE), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        # Pages of 4 KiB: as many entries in its page tables as there can be.
        memory.madvise(mmap.MADV_NOHUGEPAGE)
        for offset in range(0, held, PAGE):
            memory[offset] = 1
        os.write(answers, b"ready\n")
        names = list(measures)
        with os.fdopen(orders) as lines:
            for line in lines:
                try:
                    figure = measures[names[int(line)]]()
                except Refused as refusal:
                    figure = str(refusal)
                os.write(answers, json.dumps(figure).encode() + b"\n")
        os._exit(0)

    def measure(self, name):
        self.orders.write(f"{self.names.index(name)}\n")
        figure = json.loads(self.answers.readline())
        if isinstance(figure, str):
            raise Refused(figure)
        return figure

    def end(self):
        self.orders.close()
        self.answers.close()
        os.waitpid(self.process, 0)
