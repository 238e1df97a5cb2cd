/* Changing what is mounted where. */
#include "probe.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

LW_ATTEMPT(mount_memory, syscall(SYS_mount, "none", "/usr", "tmpfs", 0UL, NULL))
LW_ATTEMPT(remount_writable, syscall(SYS_mount, NULL, "/", NULL, 32UL /* MS_REMOUNT */, NULL))
LW_ATTEMPT(unmount, syscall(SYS_umount2, "/usr", 2 /* MNT_DETACH */))
LW_ATTEMPT(pivot, syscall(SYS_pivot_root, ".", "."))
LW_ATTEMPT(change_root, chroot("/usr"))
LW_ATTEMPT(open_system, syscall(SYS_fsopen, "tmpfs", 0))
LW_ATTEMPT(configure_system, syscall(SYS_fsconfig, syscall(SYS_fsopen, "tmpfs", 0), 6, NULL, NULL, 0))
LW_ATTEMPT(mount_system, syscall(SYS_fsmount, syscall(SYS_fsopen, "tmpfs", 0), 0, 0))
LW_ATTEMPT(pick_system, syscall(SYS_fspick, AT_FDCWD, "/", 0))
LW_ATTEMPT(copy_tree, syscall(SYS_open_tree, AT_FDCWD, "/", 1 /* OPEN_TREE_CLONE */))
LW_ATTEMPT(move_tree, syscall(SYS_move_mount, AT_FDCWD, "/usr", AT_FDCWD, "/dev", 0))

static long make_writable(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    struct mount_attr change;
    memset(&change, 0, sizeof change);
    change.attr_clr = MOUNT_ATTR_RDONLY;
    return lw_result(syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, &change, sizeof change));
}

const struct lw_attempt lw_mount_attempts[] = {
    {"mount", "Mounts a file system in memory over /usr.", mount_memory},
    {"mount-remount", "Makes the root writable by mounting it anew.", remount_writable},
    {"umount2", "Unmounts /usr, to see what lies below.", unmount},
    {"pivot-root", "Changes the root of everybody in here.", pivot},
    {"chroot", "Changes its own root, the classic way out of one.", change_root},
    {"fsopen", "Prepares a file system.", open_system},
    {"fsconfig", "Configures a file system (CVE-2022-0185).", configure_system},
    {"fsmount", "Makes a mount of a file system.", mount_system},
    {"fspick", "Picks the root's file system to configure it.", pick_system},
    {"open-tree", "Copies the tree of mounts.", copy_tree},
    {"move-mount", "Moves a mount elsewhere.", move_tree},
    {"mount-setattr", "Makes the root writable by its attributes.", make_writable},
    {NULL, NULL, NULL},
};
