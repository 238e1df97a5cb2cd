/* What the host let slip into the process by the way it started it. */
#include "probe.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

extern char **environ;

static long environment(const char *argument, struct lw_note *note) {
    (void)argument;
    static const char *const fixed[] = {
        "HOME",
        "PATH",
        "LANG",
        "MPLBACKEND",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "LOKY_MAX_CPU_COUNT",
        NULL,
    };
    long others = 0;
    for (char **variable = environ; *variable != NULL; variable++) {
        size_t length = strcspn(*variable, "=");
        int is_fixed = 0;
        for (size_t index = 0; fixed[index] != NULL; index++) {
            is_fixed |= strlen(fixed[index]) == length && strncmp(fixed[index], *variable, length) == 0;
        }
        if (!is_fixed) { lw_note_append(note, "%.*s ", (int)length, *variable), others++; }
    }
    return others > 0 ? others : -ENOENT;
}

static long core_dump(const char *argument, struct lw_note *note) {
    (void)argument;
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) != 0) { return lw_result(-1); }
    lw_note_append(note, "%lu", (unsigned long)limit.rlim_max);
    /* 1 is the one value at which the kernel starts no handler of core dumps; 0 does not stop a pipe. */
    return limit.rlim_max == 1 ? -EPERM : 0;
}

static long other_session(const char *argument, struct lw_note *note) {
    (void)argument;
    lw_note_append(note, "process %d session %d", getpid(), getsid(0));
    return getsid(0) == getpid() ? -EPERM : 0;
}

static long host_processes(const char *argument, struct lw_note *note) {
    (void)argument;
    lw_note_append(note, "process %d parent %d", getpid(), getppid());
    return getpid() < 16 && getppid() <= 1 ? -ENOENT : 0;
}

/* A set-user-id program on a mount that honours it. */
static long honoured_modes(const char *argument, struct lw_note *note) {
    struct statfs status;
    if (statfs(argument, &status) != 0) { return lw_result(-1); }
    lw_note_append(note, "flags %lx", (unsigned long)status.f_flags);
    enum { read_only = 1, no_set_user_id = 2, no_devices = 4 };
    return (status.f_flags & (read_only | no_set_user_id | no_devices)) == 7 ? -EPERM : 0;
}

static long executes(const char *argument, struct lw_note *note) {
    (void)note;
    /* A copy that is set-user-id to somebody else says who it became. */
    char *const words[] = {(char *)argument, "identity", NULL};
    return lw_result(execve(argument, words, environ));
}

/* Ignored or blocked signals that a program did not choose make it behave otherwise than at home. */
static long inherited_signals(const char *argument, struct lw_note *note) {
    (void)argument;
    long odd = 0;
    for (int number = 1; number < 32; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL) {
            lw_note_append(note, "ignored %d ", number), odd++;
        }
    }
    sigset_t blocked;
    sigprocmask(SIG_BLOCK, NULL, &blocked);
    for (int number = 1; number < 32; number++) {
        if (sigismember(&blocked, number) == 1) { lw_note_append(note, "blocked %d ", number), odd++; }
    }
    return odd > 0 ? odd : -ENOENT;
}

const struct lw_attempt lw_outlook_attempts[] = {
    {"environment", "Finds a variable that is not one of the fixed few.", environment},
    {"core-dump", "Could have the host handle a core dump of it.", core_dump},
    {"session", "Belongs to the session of whoever started it.", other_session},
    {"host-processes", "Sees process numbers of the host's.", host_processes},
    {"mount-flags", "Finds its own program mounted writable, or with set-user-id or devices honoured.", honoured_modes},
    {"execute-set-user-id", "Executes the set-user-id program that is named.", executes},
    {"inherited-signals", "Finds signals ignored or blocked that it did not choose.", inherited_signals},
    {NULL, NULL, NULL},
};
