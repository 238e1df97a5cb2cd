/* New namespaces, in which capabilities would come back, and those of others. */
#include "probe.h"

#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static long clone_into(unsigned long flags) {
    long process = syscall(SYS_clone, flags | SIGCHLD, 0L, 0L, 0L, 0L);
    if (process == 0) { _exit(0); }
    if (process > 0) { waitpid((pid_t)process, NULL, 0); }
    return process;
}

#define EACH_NAMESPACE(define)                                                                                         \
    define(user, CLONE_NEWUSER) define(mount, CLONE_NEWNS) define(pid, CLONE_NEWPID) define(net, CLONE_NEWNET)         \
        define(ipc, CLONE_NEWIPC) define(uts, CLONE_NEWUTS) define(cgroup, CLONE_NEWCGROUP)                            \
            define(time, CLONE_NEWTIME)

/* A new one together with a user namespace is what somebody without capabilities would ask for. */
#define DEFINE(kind, flag)                                                                                             \
    LW_ATTEMPT(unshare_##kind, unshare((flag) | CLONE_NEWUSER))                                                        \
    LW_ATTEMPT(setns_##kind, setns(0, flag))
EACH_NAMESPACE(DEFINE)

/* No time namespace here: its flag means something else to `clone`. */
LW_ATTEMPT(clone_user, clone_into(CLONE_NEWUSER))
LW_ATTEMPT(clone_mount, clone_into(CLONE_NEWUSER | CLONE_NEWNS))
LW_ATTEMPT(clone_pid, clone_into(CLONE_NEWUSER | CLONE_NEWPID))
LW_ATTEMPT(clone_net, clone_into(CLONE_NEWUSER | CLONE_NEWNET))
LW_ATTEMPT(clone_ipc, clone_into(CLONE_NEWUSER | CLONE_NEWIPC))
LW_ATTEMPT(clone_uts, clone_into(CLONE_NEWUSER | CLONE_NEWUTS))
LW_ATTEMPT(clone_cgroup, clone_into(CLONE_NEWUSER | CLONE_NEWCGROUP))

#define ENTRIES(kind, flag)                                                                                            \
    {"unshare-" #kind, "Makes a " #kind " namespace for itself.", unshare_##kind},                                     \
        {"setns-" #kind, "Joins a " #kind " namespace by a descriptor that it was given.", setns_##kind},

const struct lw_attempt lw_namespace_attempts[] = {
    EACH_NAMESPACE(ENTRIES)
    {"clone-user", "Makes a process in a user namespace of its own.", clone_user},
    {"clone-mount", "Makes a process with mounts of its own.", clone_mount},
    {"clone-pid", "Makes a process in a pid namespace of its own.", clone_pid},
    {"clone-net", "Makes a process with a network of its own.", clone_net},
    {"clone-ipc", "Makes a process with message queues of its own.", clone_ipc},
    {"clone-uts", "Makes a process with a host name of its own.", clone_uts},
    {"clone-cgroup", "Makes a process with a view of control groups of its own.", clone_cgroup},
    {NULL, NULL, NULL},
};
