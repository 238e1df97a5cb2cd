#define _GNU_SOURCE
#include "include/CLinux.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Numbers and structures of Landlock's version 6, which the headers of Debian 12 do not have.
#define LW_SYS_CREATE_RULESET 444
#define LW_SYS_ADD_RULE 445
#define LW_SYS_RESTRICT_SELF 446
#define LW_CREATE_RULESET_VERSION 1U
#define LW_RULE_PATH_BENEATH 1

struct lw_ruleset_attr {
    uint64_t handled_access_fs;
    uint64_t handled_access_net;
    uint64_t scoped;
};

struct lw_path_beneath_attr {
    uint64_t allowed_access;
    int32_t parent_fd;
} __attribute__((packed));

static int result(long value) { return value < 0 ? -errno : (int)value; }

static uint64_t handled(int version) {
    uint64_t all = (1ULL << 13) - 1;
    if (version >= 2) all |= 1ULL << 13;  // REFER
    if (version >= 3) all |= 1ULL << 14;  // TRUNCATE
    if (version >= 5) all |= 1ULL << 15;  // IOCTL_DEV
    return all;
}

int lw_landlock_version(void) {
    return result(syscall(LW_SYS_CREATE_RULESET, NULL, 0, LW_CREATE_RULESET_VERSION));
}

int lw_landlock_ruleset(int version) {
    struct lw_ruleset_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.handled_access_fs = handled(version);
    size_t size = sizeof attributes.handled_access_fs;
    if (version >= 4) {
        attributes.handled_access_net = 3;  // BIND_TCP, CONNECT_TCP
        size += sizeof attributes.handled_access_net;
    }
    if (version >= 6) {
        attributes.scoped = 3;  // ABSTRACT_UNIX_SOCKET, SIGNAL
        size += sizeof attributes.scoped;
    }
    return result(syscall(LW_SYS_CREATE_RULESET, &attributes, size, 0));
}

int lw_landlock_allow(int ruleset, int version, int path_descriptor, uint64_t rights) {
    struct stat status;
    if (fstat(path_descriptor, &status) < 0) return -errno;
    uint64_t known = handled(version);
    // Rights of folders on a file are an error of the caller to the kernel.
    if (!S_ISDIR(status.st_mode))
        known &= LW_FILE_EXECUTE | LW_FILE_WRITE | LW_FILE_READ | LW_FILE_TRUNCATE | 1ULL << 15;
    struct lw_path_beneath_attr rule = {rights & known, path_descriptor};
    return result(syscall(LW_SYS_ADD_RULE, ruleset, LW_RULE_PATH_BENEATH, &rule, 0));
}

int lw_landlock_restrict(int ruleset) { return result(syscall(LW_SYS_RESTRICT_SELF, ruleset, 0)); }
