/* Becoming somebody else, or getting privileges. */
#include "probe.h"

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

LW_ATTEMPT(become_root, syscall(SYS_setuid, 0))
LW_ATTEMPT(become_root_group, syscall(SYS_setgid, 0))
LW_ATTEMPT(set_all_users, syscall(SYS_setresuid, 0, 0, 0))

static long take_groups(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    gid_t group = 0;
    return lw_result(syscall(SYS_setgroups, 1UL, &group));
}

static long take_capabilities(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2] = {{~0U, ~0U, ~0U}, {~0U, ~0U, ~0U}};
    return lw_result(syscall(SYS_capset, &header, sets));
}

/* It never fails: what it returns is who it was before. */
static long set_file_user(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    if (syscall(SYS_setfsuid, 0) < 0) { return lw_result(-1); }
    return syscall(SYS_setfsuid, -1) == 0 ? 0 : -EPERM;
}

/* Nothing is asked for: what it already is counts. */
static long is_somebody(const char *argument, struct lw_note *note) {
    (void)argument;
    gid_t groups[64];
    int count = getgroups(64, groups);
    lw_note_append(note, "uid %d euid %d gid %d egid %d groups", getuid(), geteuid(), getgid(), getegid());
    int more = 0;
    for (int index = 0; index < count; index++) {
        lw_note_append(note, " %d", groups[index]);
        /* 65534 is how a group of the host looks that has no number in here. */
        more |= groups[index] != getgid();
    }
    return getuid() == 0 || geteuid() != getuid() || getegid() != getgid() || getgid() == 0 || more ? 0 : -EPERM;
}

static long keeps_capabilities(const char *argument, struct lw_note *note) {
    (void)argument;
    long kept = 0;
    for (int capability = 0; capability < 64; capability++) {
        int answer = prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
        if (answer < 0 && errno != EINVAL) { return lw_result(-1); }
        if (answer == 1) { lw_note_append(note, "%d ", capability), kept++; }
    }
    return kept > 0 ? kept : -EPERM;
}

static long may_gain(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    long answer = lw_result(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    return answer == 1 ? -EPERM : answer;
}

LW_ATTEMPT(allow_gain, prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0))
LW_ATTEMPT(become_readable, prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))
LW_ATTEMPT(move_heap, prctl(PR_SET_MM, PR_SET_MM_START_BRK, 0x10000, 0, 0))
LW_ATTEMPT(any_tracer, prctl(PR_SET_PTRACER, -1L, 0, 0, 0))
LW_ATTEMPT(ambient, prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0))
LW_ATTEMPT(secure_bits, prctl(PR_SET_SECUREBITS, 0, 0, 0, 0))
LW_ATTEMPT(keep_capabilities, prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
LW_ATTEMPT(reaper, prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
LW_ATTEMPT(dispatch, prctl(PR_SET_SYSCALL_USER_DISPATCH, 0, 0, 0, 0))
LW_ATTEMPT(share_core, prctl(62 /* PR_SCHED_CORE */, 1, 0, 0, 0))

const struct lw_attempt lw_identity_attempts[] = {
    {"setuid", "Becomes root.", become_root},
    {"setgid", "Becomes a member of root's group.", become_root_group},
    {"setresuid", "Becomes root in all three ways.", set_all_users},
    {"setfsuid", "Becomes root for files.", set_file_user},
    {"setgroups", "Takes root's group besides.", take_groups},
    {"capset", "Takes every capability.", take_capabilities},
    {"identity", "Is root, or of a group of the host's, already.", is_somebody},
    {"bounding-set", "Could gain a capability by executing something.", keeps_capabilities},
    {"may-gain-privileges", "Could gain privileges by executing something.", may_gain},
    {"prctl-allow-gain", "Lets itself gain privileges again.", allow_gain},
    {"prctl-dumpable", "Lets other processes of its user read it.", become_readable},
    {"prctl-set-mm", "Moves the borders of its memory.", move_heap},
    {"prctl-ptracer", "Lets anybody trace it.", any_tracer},
    {"prctl-ambient", "Raises an ambient capability.", ambient},
    {"prctl-securebits", "Gives root its powers back.", secure_bits},
    {"prctl-keepcaps", "Keeps capabilities over a change of user.", keep_capabilities},
    {"prctl-subreaper", "Adopts orphans in init's place.", reaper},
    {"prctl-user-dispatch", "Changes how its own system calls are made.", dispatch},
    {"prctl-sched-core", "Shares a core's schedule with somebody.", share_core},
    {NULL, NULL, NULL},
};
