/* Limits, priorities, and places in the schedule. */
#include "probe.h"

#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static long raise_by(int resource, pid_t process) {
    struct rlimit limit;
    memset(&limit, 0, sizeof limit);
    getrlimit(resource, &limit);
    /* Lowering is no use to an attacker, and raising the soft limit to the hard one changes nothing. */
    if (limit.rlim_max != RLIM_INFINITY) { limit.rlim_max++; }
    limit.rlim_cur = limit.rlim_max;
    return syscall(SYS_prlimit64, process, resource, &limit, NULL);
}

static long raise_by_old_call(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    struct rlimit limit = {1 << 20, 1 << 20};
    return lw_result(syscall(SYS_setrlimit, RLIMIT_NOFILE, &limit));
}

static long real_time(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    struct sched_param parameters = {.sched_priority = 1};
    return lw_result(syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &parameters));
}

static long every_processor(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    unsigned long mask[16];
    memset(mask, 0xff, sizeof mask);
    return lw_result(syscall(SYS_sched_setaffinity, 1, sizeof mask, mask));
}

static long attributes(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    unsigned char room[48] = {48};
    return lw_result(syscall(SYS_sched_setattr, 0, room, 0));
}

LW_ATTEMPT(more_files, raise_by(RLIMIT_NOFILE, 0))
LW_ATTEMPT(more_memory, raise_by(RLIMIT_DATA, 0))
LW_ATTEMPT(limits_of_init, raise_by(RLIMIT_NOFILE, 1))
LW_ATTEMPT(priority, syscall(SYS_setpriority, PRIO_PROCESS, 0, -20))
LW_ATTEMPT(disk_priority, syscall(SYS_ioprio_set, 1, 0, 1 << 13))
LW_ATTEMPT(lock_all, syscall(SYS_mlockall, 3))

const struct lw_attempt lw_limit_attempts[] = {
    {"prlimit-files", "Raises its limit of open files.", more_files},
    {"prlimit-memory", "Raises its limit of memory.", more_memory},
    {"prlimit-init", "Changes the limits of process 1.", limits_of_init},
    {"setrlimit", "Raises a limit by the older call.", raise_by_old_call},
    {"sched-setscheduler", "Runs before everybody else, in real time.", real_time},
    {"sched-setaffinity", "Moves process 1 to other processors.", every_processor},
    {"sched-setattr", "Changes its place in the schedule.", attributes},
    {"setpriority", "Takes the highest priority.", priority},
    {"ioprio-set", "Takes the highest priority at the disk.", disk_priority},
    {"mlockall", "Keeps all its memory from being swapped.", lock_all},
    {NULL, NULL, NULL},
};
