/* Writing where nothing may be written, and changing what is mounted. */
#include "probe.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

static long writes(const char *path) {
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) { return lw_result(-1); }
    close(file);
    unlink(path);
    return 0;
}

#define WRITE(function, path) LW_ATTEMPT(function, (errno = (int)-writes(path), errno == 0 ? 0L : -1L))
WRITE(to_root, "/lw-probe-wrote")
WRITE(to_usr, "/usr/lw-probe-wrote")
WRITE(to_lw, "/lw/lw-probe-wrote")
WRITE(to_dev, "/dev/lw-probe-wrote")
WRITE(to_here, "lw-probe-wrote")

/* Attempts on a mounted file: `argument` is its path. */
#define CHANGE(function, expression)                                                                                   \
    static long function(const char *argument, struct lw_note *note) {                                                 \
        (void)note;                                                                                                    \
        return lw_result(expression);                                                                                  \
    }
CHANGE(open_for_writing, open(argument, O_WRONLY | O_CLOEXEC))
CHANGE(open_for_both, open(argument, O_RDWR | O_CLOEXEC))
CHANGE(open_truncating, open(argument, O_RDONLY | O_TRUNC | O_CLOEXEC))
CHANGE(change_mode, syscall(SYS_chmod, argument, 0777))
CHANGE(change_mode_at, syscall(SYS_fchmodat, AT_FDCWD, argument, 04777))
CHANGE(change_mode_newest, syscall(452 /* fchmodat2 */, AT_FDCWD, argument, 0777, 0))
CHANGE(change_owner, syscall(SYS_chown, argument, 0, 0))
CHANGE(change_times, syscall(SYS_utimensat, AT_FDCWD, argument, NULL, 0))
CHANGE(change_times_old, syscall(SYS_utime, argument, NULL))
CHANGE(shorten, syscall(SYS_truncate, argument, 0L))
CHANGE(shorten_open, syscall(SYS_ftruncate, open(argument, O_RDONLY | O_CLOEXEC), 0L))
CHANGE(remove_name, syscall(SYS_unlink, argument))
CHANGE(second_name, syscall(SYS_link, argument, "/lw-probe-linked"))
CHANGE(attribute, syscall(SYS_setxattr, argument, "user.lw", "x", 1UL, 0))
CHANGE(make_link, syscall(SYS_symlink, argument, "/lw-probe-link"))
/* Within one mount: from one to another is refused whatever may be written. */
LW_ATTEMPT(rename_away, syscall(SYS_rename, "/usr/bin", "/usr/lw-probe-moved"))
LW_ATTEMPT(rename_over, syscall(SYS_renameat2, AT_FDCWD, "/usr/lib", AT_FDCWD, "/usr/bin", 2 /* RENAME_EXCHANGE */))
LW_ATTEMPT(make_folder, syscall(SYS_mkdir, "/lw-probe-folder", 0777))
LW_ATTEMPT(remove_folder, syscall(SYS_rmdir, "/usr"))
LW_ATTEMPT(make_device, syscall(SYS_mknod, "/lw-probe-device", S_IFCHR | 0666, makedev(1, 1)))
LW_ATTEMPT(make_device_at, syscall(SYS_mknodat, AT_FDCWD, "/dev/lw-probe-device", S_IFBLK | 0666, makedev(8, 0)))
LW_ATTEMPT(copy_range, syscall(SYS_copy_file_range, 0, NULL, 1, NULL, 1UL, 0))
LW_ATTEMPT(write_all_disks, syscall(SYS_sync))

const struct lw_attempt lw_file_attempts[] = {
    {"write-root", "Makes a file in /.", to_root},
    {"write-usr", "Makes a file in /usr.", to_usr},
    {"write-lw", "Makes a file in /lw, where packages lie.", to_lw},
    {"write-dev", "Makes a file in /dev.", to_dev},
    {"write-folder", "Makes a file in its working folder.", to_here},
    {"open-writing", "Opens a mounted file to write to it.", open_for_writing},
    {"open-both", "Opens a mounted file to read and write it.", open_for_both},
    {"open-truncating", "Empties a mounted file by opening it.", open_truncating},
    {"chmod", "Changes the mode of a mounted file.", change_mode},
    {"fchmodat", "Makes a mounted file set-user-id.", change_mode_at},
    {"fchmodat2", "Changes the mode of a mounted file, by the newest call.", change_mode_newest},
    {"chown", "Gives a mounted file to root.", change_owner},
    {"utimensat", "Changes the times of a mounted file.", change_times},
    {"utime", "Changes the times of a mounted file, by the older call.", change_times_old},
    {"truncate", "Empties a mounted file.", shorten},
    {"ftruncate", "Empties a mounted file that it has open.", shorten_open},
    {"unlink", "Removes a mounted file.", remove_name},
    {"rename", "Moves a mounted folder away.", rename_away},
    {"renameat2", "Exchanges two mounted folders.", rename_over},
    {"link", "Gives a mounted file another name.", second_name},
    {"symlink", "Makes a link for somebody to follow.", make_link},
    {"setxattr", "Sets an attribute of a mounted file.", attribute},
    {"mkdir", "Makes a folder.", make_folder},
    {"rmdir", "Removes a folder.", remove_folder},
    {"mknod", "Makes the device of the machine's memory.", make_device},
    {"mknodat", "Makes the device of the first disk.", make_device_at},
    {"copy-file-range", "Copies from file to file within the kernel.", copy_range},
    {"sync", "Has every disk of the host written.", write_all_disks},
    {NULL, NULL, NULL},
};
