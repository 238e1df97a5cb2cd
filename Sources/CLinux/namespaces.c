#define _GNU_SOURCE
#include "include/CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// glibc's <sys/mount.h> of Debian 12 clashes with <linux/mount.h>; these four are all that is needed of it.
extern int mount(const char *, const char *, const char *, unsigned long, const void *);
extern int umount2(const char *, int);
#define LW_MS_PRIVATE (1UL << 18)
#define LW_MS_REC 16384UL
#define LW_MNT_DETACH 2

#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

static int result(long value) { return value < 0 ? -errno : (int)value; }

int lw_unshare(int flags) { return result(unshare(flags)); }

int lw_pivot_root(const char *new_root, const char *put_old) {
    return result(syscall(SYS_pivot_root, new_root, put_old));
}

int lw_sethostname(const char *name, size_t length) { return result(sethostname(name, length)); }

int lw_open_path(const char *path) {
    struct open_how how;
    memset(&how, 0, sizeof how);
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_NO_MAGICLINKS;
    return result(syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how));
}

int lw_open_beneath(int folder, const char *path) {
    struct open_how how;
    memset(&how, 0, sizeof how);
    how.flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    return result(syscall(SYS_openat2, folder, path, &how, sizeof how));
}

int lw_clone_tree(int path_descriptor) {
    // Recursive, because a mount with locked children (any mount, seen from a user namespace) cannot be cloned alone.
    return result(syscall(SYS_open_tree, path_descriptor, "",
                          OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE));
}

int lw_attach_tree(int tree, const char *path) {
    return result(syscall(SYS_move_mount, tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH));
}

int lw_tree_attributes(int tree, const char *path, uint64_t set) {
    struct mount_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.attr_set = set;
    if (tree >= 0) {
        // A clone stays a peer of the host's mount: what is mounted there later would appear inside, with devices.
        attributes.propagation = LW_MS_PRIVATE;
        return result(syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes,
                              sizeof attributes));
    }
    return result(syscall(SYS_mount_setattr, AT_FDCWD, path, 0, &attributes, sizeof attributes));
}

int lw_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data) {
    return result(mount(source, target, type, flags, data));
}

int lw_mounts_private(void) { return result(mount("none", "/", NULL, LW_MS_REC | LW_MS_PRIVATE, NULL)); }

int lw_detach(const char *path) { return result(umount2(path, LW_MNT_DETACH)); }

bool lw_is_directory(int descriptor) {
    struct stat status;
    return fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode);
}

bool lw_is_character_device(int descriptor) {
    struct stat status;
    return fstat(descriptor, &status) == 0 && S_ISCHR(status.st_mode);
}
