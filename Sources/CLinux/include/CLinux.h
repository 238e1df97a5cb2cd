#pragma once
// The calls that Swift cannot make: hidden behind _GNU_SOURCE, variadic, without a wrapper in glibc, or unsafe to
// make from Swift after fork. Each returns the call's result, or -errno; none keeps state.

#include <poll.h>
#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

// Namespaces and mounts -------------------------------------------------------------------------------------------

// Bits of unshare(2), by name, because the Glibc module hides them.
enum {
    LW_NEW_USER = 0x10000000,
    LW_NEW_MOUNT = 0x00020000,
    LW_NEW_PID = 0x20000000,
    LW_NEW_NET = 0x40000000,
    LW_NEW_IPC = 0x08000000,
    LW_NEW_UTS = 0x04000000,
    LW_NEW_CGROUP = 0x02000000,
};

int lw_unshare(int flags);
int lw_pivot_root(const char *new_root, const char *put_old);
int lw_sethostname(const char *name, size_t length);

// open_tree(2) with OPEN_TREE_CLONE | AT_RECURSIVE: a detached copy of the mount at an opened path.
int lw_clone_tree(int path_descriptor);
// O_PATH of `path`, following links but no magic links of /proc.
int lw_open_path(const char *path);
// A file below an opened folder, to be read; EXDEV when a link leads out of it. Never waits for a pipe's other end.
int lw_open_beneath(int folder, const char *path);
// move_mount(2) of a detached tree onto `path`.
int lw_attach_tree(int tree, const char *path);
// mount_setattr(2) over the whole detached tree, or over `path` alone when tree < 0.
int lw_tree_attributes(int tree, const char *path, uint64_t set);
enum {
    LW_MOUNT_READ_ONLY = 0x1,
    LW_MOUNT_NO_SUID = 0x2,
    LW_MOUNT_NO_DEVICES = 0x4,
    LW_MOUNT_NO_EXECUTE = 0x8,
};
int lw_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data);
// Makes every mount of this namespace private, so that nothing is seen outside.
int lw_mounts_private(void);
int lw_detach(const char *path);
bool lw_is_directory(int descriptor);
bool lw_is_character_device(int descriptor);

// Identity and privileges -----------------------------------------------------------------------------------------

// Drops supplementary groups and takes `uid` and `gid`, keeping capabilities for the namespaces that follow.
int lw_become(uid_t uid, gid_t gid);
// setresuid and setresgid to one id, when that id is mapped already.
int lw_take_ids(uid_t uid, gid_t gid);
// Empties the bounding and ambient sets, locks the securebits, empties the other sets. Returns 0 or -errno.
int lw_drop_capabilities(void);
// 0 when every capability set is empty, else the number of the first capability that is still there, plus 1.
int lw_remaining_capability(void);
int lw_set_no_new_privileges(void);
int lw_has_no_new_privileges(void);
int lw_set_dumpable(bool dumpable);
int lw_die_with_parent(void);
int lw_set_limit(int resource, uint64_t value);
enum { LW_LIMIT_CPU = 0, LW_LIMIT_FSIZE = 1, LW_LIMIT_DATA = 2, LW_LIMIT_STACK = 3, LW_LIMIT_CORE = 4,
       LW_LIMIT_NPROC = 6, LW_LIMIT_NOFILE = 7, LW_LIMIT_MEMLOCK = 8, LW_LIMIT_AS = 9 };

// seccomp(2), SECCOMP_SET_MODE_FILTER, from `length` instructions of eight bytes each.
int lw_install_filter(const void *instructions, uint16_t length);
// The same with a listener for what the filter does not decide: its descriptor, or -errno.
int lw_install_listening_filter(const void *instructions, uint16_t length);

// A call that waits for the supervisor's answer.
struct lw_notification {
    uint64_t id;
    uint32_t pid;
    uint32_t number;
    uint32_t architecture;
    uint64_t arguments[6];
};
int lw_next_notification(int listener, struct lw_notification *notification);
// Answers a call with an error; there is no way to let one through.
int lw_deny(int listener, uint64_t id, int error);
bool lw_notification_waits(int listener, uint64_t id);
// Up to `size` bytes of a text in another process, to its first zero byte; the length, or -errno.
int lw_read_text(pid_t pid, uint64_t address, char *buffer, size_t size);

// Landlock --------------------------------------------------------------------------------------------------------

// Rights on files, by name, because older headers lack some.
enum {
    LW_FILE_EXECUTE = 1 << 0,
    LW_FILE_WRITE = 1 << 1,
    LW_FILE_READ = 1 << 2,
    LW_FOLDER_READ = 1 << 3,
    LW_FILE_REFER = 1 << 13,
    LW_FILE_TRUNCATE = 1 << 14,
};
// The kernel's version of Landlock, or -errno.
int lw_landlock_version(void);
// A ruleset that handles every right that this version knows, TCP and scopes included.
int lw_landlock_ruleset(int version);
// Grants `rights` under an opened path; what this version, or a file that is no folder, does not know is left out.
int lw_landlock_allow(int ruleset, int version, int path_descriptor, uint64_t rights);
int lw_landlock_restrict(int ruleset);

// Processes and descriptors ---------------------------------------------------------------------------------------

// fork(2) into new namespaces (LW_NEW_… bits, or 0) and, unless `group` is below 0, into a control group of version 2,
// with a descriptor of the child.
pid_t lw_fork_into(int namespaces, int group, int *process_descriptor);
// A child that runs `body` on a stack of its own in this memory and with these descriptors, while this process waits
// until the child has become another program or has ended: what vfork(2) does, without a function that returns twice.
// `body` must not return.
pid_t lw_fork_and_wait_for_exec(int (*body)(void *), void *context);
int lw_execve(const char *path, char *const *arguments, char *const *environment);
void lw_exit(int status) __attribute__((noreturn));
int lw_mark_close_on_exec_from(int first);
// Closes every descriptor above 2 but these, of which those below 3 stand for none.
int lw_close_all_but(const int *kept, int count);
// Opens /dev/null as each of 0, 1 and 2 that is closed, so that nothing of ours becomes one of them.
int lw_fill_standard_streams(void);
// Children are to be waited for, whatever whoever started us does about theirs.
int lw_expect_children(void);
int lw_signal_descriptor_for_children(void);
// SIGINT, SIGTERM and SIGHUP, but for those that whoever started us had ignored (nohup, background jobs).
int lw_signal_descriptor_for_ends(void);
int lw_unblock_signals(void);
int lw_pidfd_open(pid_t pid);
int lw_kill(int process_descriptor);
// waitpid(2). Fills exit code or signal; returns the pid, 0 when nothing has ended and `wait` is false, or -errno.
int lw_terminate(pid_t pid);
pid_t lw_reap(pid_t pid, bool wait, int *exit_code, int *signal);
// Waits for a child; the largest resident size of it and of what it waited for, in bytes, or -errno.
int64_t lw_reap_peak(pid_t pid);
// A sealed memory file that holds these bytes, positioned at its start, close-on-exec.
int lw_sealed_file(const char *name, const void *bytes, size_t length);
// A memory file of this length, of which no more than the bytes can be changed, close-on-exec.
int lw_shared_file(const char *name, size_t length);
// The same file again, for reading only.
int lw_reopen_read_only(int descriptor);
// Asks for huge pages under memory that is about to be filled, where there is much of it: a fault for every 4 KiB takes
// longer than the copy.
void lw_advise_huge_pages(void *memory, size_t length);
// Undoes close-on-exec.
int lw_keep_on_exec(int descriptor);
int64_t lw_monotonic_microseconds(void);
int lw_ignore_terminal_signals(void);

// posix_spawn(3) of `path`: descriptors[i] becomes i in the child (-1: closed), all others are closed.
int lw_spawn(const char *path, char *const *arguments, char *const *environment, const int *descriptors, int count,
             pid_t *pid);
// renameat2(2) with RENAME_NOREPLACE.
int lw_rename_exclusive(int from_folder, const char *from, int to_folder, const char *to);
int lw_set_pipe_size(int descriptor, int size);
int lw_pipe(int ends[2]);
int lw_socket_pair(int ends[2]);
// One byte, with a descriptor behind it unless that is below 0.
int lw_send(int socket, uint8_t byte, int descriptor);
// One byte; `descriptor` is -1 when none came with it. 1, 0 at the end, or -errno.
int lw_receive(int socket, uint8_t *byte, int *descriptor);
int lw_set_nonblocking(int descriptor);
int lw_lock_exclusive(int descriptor, bool wait);
int lw_lock_shared(int descriptor, bool wait);
// syncfs(2): all that was written to the descriptor's file system is on its disk.
int lw_sync_file_system(int descriptor);
// write(2) that answers -EPIPE without the signal, whatever the process does about SIGPIPE.
ssize_t lw_write_quietly(int descriptor, const void *bytes, size_t length);
// The same as writev(2) of several pieces.
ssize_t lw_write_pieces_quietly(int descriptor, const struct iovec *pieces, int count);
