#define _GNU_SOURCE
#include "include/CLinux.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

// No kernel has more; cap_last_cap is 40 in Linux 6.18, and /proc may be absent where this runs.
#define LW_CAPABILITIES 64

static int result(long value) { return value < 0 ? -errno : (int)value; }

static int set_capabilities(uint32_t low, uint32_t high, bool effective_only) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    memset(data, 0, sizeof data);
    if (effective_only) {
        if (syscall(SYS_capget, &header, data) < 0) return -errno;
        data[0].effective = data[0].permitted & low;
        data[1].effective = data[1].permitted & high;
    }
    return result(syscall(SYS_capset, &header, data));
}

int lw_become(uid_t uid, gid_t gid) {
    // Supplementary groups first: afterwards there is no right to drop them, and root's groups open host files.
    if (setgroups(0, NULL) < 0) return -errno;
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0) return -errno;
    if (setresgid(gid, gid, gid) < 0) return -errno;
    if (setresuid(uid, uid, uid) < 0) return -errno;
    // setresuid empties the effective set; the namespaces that follow may need CAP_SYS_ADMIN on hosts that
    // restrict user namespaces to those who hold it.
    return set_capabilities(UINT32_MAX, UINT32_MAX, true);
}

int lw_take_ids(uid_t uid, gid_t gid) {
    if (setresgid(gid, gid, gid) < 0) return -errno;
    if (setresuid(uid, uid, uid) < 0) return -errno;
    return 0;
}

int lw_drop_capabilities(void) {
    for (int capability = 0; capability < LW_CAPABILITIES; capability++) {
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) {
            if (errno == EINVAL && capability > 0) break;
            return -errno;
        }
    }
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0) return -errno;
    if (prctl(PR_SET_SECUREBITS,
              SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED |
                  SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED,
              0, 0, 0) < 0)
        return -errno;
    return set_capabilities(0, 0, false);
}

int lw_remaining_capability(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    memset(data, 0, sizeof data);
    if (syscall(SYS_capget, &header, data) < 0) return LW_CAPABILITIES + 1;
    for (int half = 0; half < 2; half++) {
        uint32_t any = data[half].effective | data[half].permitted | data[half].inheritable;
        if (any) return half * 32 + __builtin_ctz(any) + 1;
    }
    for (int capability = 0; capability < LW_CAPABILITIES; capability++) {
        int held = prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
        if (held < 0) break;
        if (held == 1) return capability + 1;
    }
    return 0;
}

int lw_set_no_new_privileges(void) { return result(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); }

int lw_has_no_new_privileges(void) { return result(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)); }

int lw_set_dumpable(bool dumpable) { return result(prctl(PR_SET_DUMPABLE, dumpable ? 1 : 0, 0, 0, 0)); }

int lw_die_with_parent(void) { return result(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)); }

int lw_set_limit(int resource, uint64_t value) {
    // Never above the hard limit in force: raising it takes a capability that root in a container may lack.
    struct rlimit limit;
    if (getrlimit((__rlimit_resource_t)resource, &limit) < 0) return -errno;
    rlim_t wanted = value > limit.rlim_max ? limit.rlim_max : value;
    limit.rlim_cur = wanted;
    limit.rlim_max = wanted;
    return result(setrlimit((__rlimit_resource_t)resource, &limit));
}
