/* Reading what is not ours: ways out of the root, and files of the host. */
#include "probe.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static long reads(const char *path) {
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) { return lw_result(-1); }
    close(file);
    return 0;
}

/* Up and up from a folder that might lie outside the root (CVE-2024-21626), then down to where the host's files are. */
static long climb(int folder, struct lw_note *note) {
    for (int level = 0; level < 64; level++) {
        int next = openat(folder, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (next < 0) { return lw_result(-1); }
        if (folder != AT_FDCWD) { close(folder); }
        folder = next;
    }
    struct stat there;
    struct stat here;
    if (fstat(folder, &there) != 0 || stat("/", &here) != 0) { return lw_result(-1); }
    if (there.st_dev != here.st_dev || there.st_ino != here.st_ino) {
        lw_note_append(note, "another root");
        return 0;
    }
    int found = openat(folder, "etc/passwd", O_RDONLY | O_CLOEXEC);
    return lw_result(found);
}

static long climb_from_here(const char *argument, struct lw_note *note) {
    (void)argument;
    return climb(AT_FDCWD, note);
}

static long climb_from_mount(const char *argument, struct lw_note *note) {
    (void)argument;
    int folder = open("/usr/lib", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return folder < 0 ? lw_result(-1) : climb(folder, note);
}

static long folder_is_reachable(const char *argument, struct lw_note *note) {
    (void)argument;
    char path[4096];
    if (syscall(SYS_getcwd, path, sizeof path) < 0) { return lw_result(-1); }
    lw_note_append(note, "%s", path);
    /* The kernel writes "(unreachable)" before a folder that lies outside the root. */
    return path[0] == '/' ? -ENOENT : 0;
}

static long inherited(const char *argument, struct lw_note *note) {
    (void)argument;
    long open_ones = 0;
    for (int descriptor = 3; descriptor < 1024; descriptor++) {
        if (fcntl(descriptor, F_GETFD) >= 0) { lw_note_append(note, "%d ", descriptor), open_ones++; }
    }
    return open_ones > 0 ? open_ones : -EBADF;
}

/* Folders of the host's by their names alone, whether or not they can be opened. */
static long lists_root(const char *argument, struct lw_note *note) {
    (void)argument;
    static const char *const hosts[] = {"/etc", "/home", "/root", "/var", "/proc", "/sys", "/run", "/boot", "/opt",
                                        "/mnt", "/srv", NULL};
    long seen = 0;
    for (size_t index = 0; hosts[index] != NULL; index++) {
        struct stat status;
        if (lstat(hosts[index], &status) == 0) { lw_note_append(note, "%s ", hosts[index]), seen++; }
    }
    return seen > 0 ? seen : -ENOENT;
}

/* What others keep in /tmp; the first folder of our own path below it is the mount that we are on. */
static long lists_temporary(const char *argument, struct lw_note *note) {
    DIR *folder = opendir("/tmp");
    if (folder == NULL) { return lw_result(-1); }
    long seen = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] == '.' || strstr(argument, entry->d_name) != NULL) { continue; }
        lw_note_append(note, "%s ", entry->d_name), seen++;
    }
    closedir(folder);
    return seen > 0 ? seen : -ENOENT;
}

static long named(const char *argument, struct lw_note *note) {
    (void)note;
    return reads(argument);
}

#define READ(function, path)                                                                                           \
    static long function(const char *argument, struct lw_note *note) {                                                 \
        (void)argument;                                                                                                \
        (void)note;                                                                                                    \
        return reads(path);                                                                                            \
    }
READ(proc, "/proc/self/status")
READ(proc_of_init, "/proc/1/environ")
READ(proc_root, "/proc/1/root/etc/passwd")
READ(sys, "/sys/kernel/mm")
READ(shared, "/dev/shm")
READ(memory, "/dev/mem")
READ(log_device, "/dev/kmsg")
READ(disk, "/dev/sda")
READ(fuse, "/dev/fuse")
READ(kvm, "/dev/kvm")
READ(shadow, "/etc/shadow")
READ(passwords, "/etc/passwd")
READ(home_of_root, "/root")
READ(above_root, "/../../../../etc/shadow")
READ(docker, "/run/docker.sock")

const struct lw_attempt lw_path_attempts[] = {
    {"descriptors", "Uses a descriptor from 3 to 1023 that somebody left open.", inherited},
    {"climb-from-folder", "Climbs out of its working folder by '..'.", climb_from_here},
    {"climb-from-mount", "Climbs out of a mounted folder by '..'.", climb_from_mount},
    {"climb-from-root", "Opens a file of the host above the root.", above_root},
    {"unreachable-folder", "Works in a folder outside its root.", folder_is_reachable},
    {"list-root", "Sees the host's folders by name.", lists_root},
    {"read-proc", "Reads /proc about itself.", proc},
    {"read-proc-init", "Reads the environment of process 1.", proc_of_init},
    {"read-proc-root", "Reads the host's files through process 1.", proc_root},
    {"read-sys", "Reads /sys.", sys},
    {"read-dev-shm", "Opens the memory that all users share.", shared},
    {"read-dev-mem", "Opens the machine's memory.", memory},
    {"read-dev-kmsg", "Opens the kernel's log.", log_device},
    {"read-dev-sda", "Opens the disk.", disk},
    {"read-dev-fuse", "Opens the device of file systems in programs.", fuse},
    {"read-dev-kvm", "Opens the device of virtual machines.", kvm},
    {"read-shadow", "Reads the host's passwords.", shadow},
    {"read-passwd", "Reads the names of the host's users.", passwords},
    {"read-root-home", "Reads root's folder.", home_of_root},
    {"list-tmp", "Sees what others keep in /tmp.", lists_temporary},
    {"read-docker-socket", "Opens the socket of a container daemon.", docker},
    {"read", "Reads the file that is named.", named},
    {NULL, NULL, NULL},
};
