#define _GNU_SOURCE
#include "include/CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int result(long value) { return value < 0 ? -errno : (int)value; }

// clone3(2) of Linux 5.7, which older headers do not have.
#define LW_SYS_CLONE3 435
#define LW_CLONE_PIDFD 0x1000ULL
#define LW_CLONE_INTO_CGROUP 0x200000000ULL

struct lw_clone_args {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

pid_t lw_fork_into(int namespaces, int group, int *process_descriptor) {
    // The raw call, because fork(2) knows neither; nothing here uses what glibc would do beside it.
    *process_descriptor = -1;
    if (group < 0)
        return result(syscall(SYS_clone, (unsigned long)(unsigned)namespaces | LW_CLONE_PIDFD | SIGCHLD, NULL,
                              process_descriptor, NULL, NULL));
    struct lw_clone_args arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.flags = (uint64_t)(unsigned)namespaces | LW_CLONE_PIDFD | LW_CLONE_INTO_CGROUP;
    arguments.pidfd = (uint64_t)(uintptr_t)process_descriptor;
    arguments.exit_signal = SIGCHLD;
    arguments.cgroup = (uint64_t)group;
    return result(syscall(LW_SYS_CLONE3, &arguments, sizeof arguments));
}

pid_t lw_fork_and_wait_for_exec(int (*body)(void *), void *context) {
    // No page table is copied and no page is written twice: a third of the cost of a launch.
    const size_t size = 256 << 10;
    char *stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) return -errno;
    pid_t child = clone(body, stack + size, CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, context);
    int code = errno;
    munmap(stack, size);
    return child < 0 ? -code : child;
}

int lw_execve(const char *path, char *const *arguments, char *const *environment) {
    execve(path, arguments, environment);
    return -errno;
}

void lw_exit(int status) { _exit(status); }

int lw_mark_close_on_exec_from(int first) {
    return result(syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC));
}

int lw_close_all_but(const int *kept, int count) {
    for (int first = 3;;) {
        // The next one to keep, and all between.
        int next = -1;
        for (int index = 0; index < count; index++)
            if (kept[index] >= first && (next < 0 || kept[index] < next)) next = kept[index];
        unsigned last = next < 0 ? ~0U : (unsigned)next - 1;
        if ((unsigned)first <= last && syscall(SYS_close_range, first, last, 0) < 0) return -errno;
        if (next < 0) return 0;
        first = next + 1;
    }
}

int lw_fill_standard_streams(void) {
    for (int stream = 0; stream <= 2; stream++) {
        if (fcntl(stream, F_GETFD) >= 0) continue;
        // The lowest free number is this one, because those below it are open.
        int opened = open("/dev/null", O_RDWR);
        if (opened != stream) return opened < 0 ? -errno : -EBADF;
    }
    return 0;
}

int lw_expect_children(void) { return signal(SIGCHLD, SIG_DFL) == SIG_ERR ? -errno : 0; }

int lw_signal_descriptor_for_children(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) return -errno;
    return result(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

int lw_signal_descriptor_for_ends(void) {
    sigset_t set;
    sigemptyset(&set);
    const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t index = 0; index < sizeof numbers / sizeof *numbers; index++) {
        struct sigaction action;
        if (sigaction(numbers[index], NULL, &action) < 0) return -errno;
        // A blocked signal arrives even where it was to be ignored.
        if (action.sa_handler != SIG_IGN) sigaddset(&set, numbers[index]);
    }
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) return -errno;
    return result(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

int lw_unblock_signals(void) {
    // What the payload inherits must not depend on who started us: nothing blocked, nothing ignored.
    sigset_t set;
    sigemptyset(&set);
    for (int number = 1; number < 32; number++) {
        if (number != SIGKILL && number != SIGSTOP) signal(number, SIG_DFL);
    }
    return result(sigprocmask(SIG_SETMASK, &set, NULL));
}

int lw_pidfd_open(pid_t pid) { return result(syscall(SYS_pidfd_open, pid, 0)); }

int lw_kill(int process_descriptor) {
    return result(syscall(SYS_pidfd_send_signal, process_descriptor, SIGKILL, NULL, 0));
}

int lw_terminate(pid_t pid) { return result(kill(pid, SIGTERM)); }

pid_t lw_reap(pid_t pid, bool wait, int *exit_code, int *signal) {
    int status = 0;
    pid_t ended;
    do {
        ended = waitpid(pid, &status, wait ? 0 : WNOHANG);
    } while (ended < 0 && errno == EINTR);
    if (ended < 0) return -errno;
    if (ended > 0) {
        *exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        *signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    }
    return ended;
}

int64_t lw_reap_peak(pid_t pid) {
    struct rusage usage;
    pid_t ended;
    do {
        ended = wait4(pid, NULL, 0, &usage);
    } while (ended < 0 && errno == EINTR);
    return ended < 0 ? -errno : (int64_t)usage.ru_maxrss * 1024;
}

int lw_sealed_file(const char *name, const void *bytes, size_t length) {
    int file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0) return -errno;
    size_t written = 0;
    while (written < length) {
        ssize_t count = write(file, (const char *)bytes + written, length - written);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) goto failed;
        written += (size_t)count;
    }
    if (lseek(file, 0, SEEK_SET) < 0) goto failed;
    if (fcntl(file, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0) goto failed;
    return file;
failed:;
    int code = errno;
    close(file);
    return -code;
}

int lw_shared_file(const char *name, size_t length) {
    // Nothing in it shall ever be executed as a program; kernels before 6.3 do not know how to say so.
    int file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | 0x0008U /* MFD_NOEXEC_SEAL */);
    if (file < 0 && errno == EINVAL) file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0) return -errno;
    if (ftruncate(file, (off_t)length) == 0 &&
        fcntl(file, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW) == 0)
        return file;
    int code = errno;
    close(file);
    return -code;
}

int lw_reopen_read_only(int descriptor) {
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    return result(open(path, O_RDONLY | O_CLOEXEC));
}

void lw_advise_huge_pages(void *memory, size_t length) {
    const uintptr_t page = 2 << 20;
    if (length < 2 * page) return;
    uintptr_t begin = ((uintptr_t)memory + page - 1) & ~(page - 1);
    uintptr_t end = ((uintptr_t)memory + length) & ~(page - 1);
    // Advice that is not taken costs time and nothing else.
    madvise((void *)begin, end - begin, MADV_HUGEPAGE);
}

int lw_keep_on_exec(int descriptor) {
    return result(fcntl(descriptor, F_SETFD, 0));
}

int64_t lw_monotonic_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int lw_ignore_terminal_signals(void) {
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    return 0;
}

int lw_spawn(const char *path, char *const *arguments, char *const *environment, const int *descriptors, int count,
             pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int code = posix_spawn_file_actions_init(&actions);
    if (code) return -code;
    code = posix_spawnattr_init(&attributes);
    if (code) {
        posix_spawn_file_actions_destroy(&actions);
        return -code;
    }
    // First out of the way of 0…count-1, so that no dup2 overwrites a source that is still to come.
    int high[16];
    int opened = 0;
    if (count > 16) code = EINVAL;
    for (; !code && opened < count; opened++) {
        high[opened] = -1;
        if (descriptors[opened] < 0) continue;
        high[opened] = fcntl(descriptors[opened], F_DUPFD_CLOEXEC, 64);
        if (high[opened] < 0) code = errno;
    }
    for (int index = 0; !code && index < count; index++) {
        code = high[index] < 0 ? posix_spawn_file_actions_addclose(&actions, index)
                               : posix_spawn_file_actions_adddup2(&actions, high[index], index);
    }
    if (!code) code = posix_spawn_file_actions_addclosefrom_np(&actions, count);
    // A new session: the terminal's signals are for the host, which ends its sandboxes in its own order.
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    if (!code) code = posix_spawnattr_setsigmask(&attributes, &none);
    if (!code) code = posix_spawnattr_setsigdefault(&attributes, &all);
    if (!code)
        code = posix_spawnattr_setflags(&attributes,
                                        POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (!code) code = posix_spawn(pid, path, &actions, &attributes, arguments, environment);
    for (int index = 0; index < opened; index++) {
        if (high[index] >= 0) close(high[index]);
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return -code;
}

int lw_rename_exclusive(int from_folder, const char *from, int to_folder, const char *to) {
    return result(renameat2(from_folder, from, to_folder, to, RENAME_NOREPLACE));
}

int lw_set_pipe_size(int descriptor, int size) { return result(fcntl(descriptor, F_SETPIPE_SZ, size)); }

int lw_pipe(int ends[2]) { return result(pipe2(ends, O_CLOEXEC)); }

int lw_socket_pair(int ends[2]) { return result(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)); }

int lw_send(int socket, uint8_t byte, int descriptor) {
    struct iovec part = {&byte, 1};
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (descriptor >= 0) {
        message.msg_control = &control;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
    }
    ssize_t sent;
    do {
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return result(sent);
}

int lw_receive(int socket, uint8_t *byte, int *descriptor) {
    struct iovec part = {byte, 1};
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = &control;
    message.msg_controllen = sizeof control.bytes;
    *descriptor = -1;
    ssize_t count;
    do {
        count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (count < 0 && errno == EINTR);
    if (count <= 0) return result(count);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
        header->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(descriptor, CMSG_DATA(header), sizeof(int));
    return 1;
}

int lw_set_nonblocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    return flags < 0 ? -errno : result(fcntl(descriptor, F_SETFL, flags | O_NONBLOCK));
}

int lw_lock_exclusive(int descriptor, bool wait) {
    return result(flock(descriptor, LOCK_EX | (wait ? 0 : LOCK_NB)));
}

int lw_lock_shared(int descriptor, bool wait) {
    return result(flock(descriptor, LOCK_SH | (wait ? 0 : LOCK_NB)));
}

int lw_sync_file_system(int descriptor) {
    return result(syncfs(descriptor));
}

ssize_t lw_write_quietly(int descriptor, const void *bytes, size_t length) {
    struct iovec piece = {(void *)bytes, length};
    return lw_write_pieces_quietly(descriptor, &piece, 1);
}

ssize_t lw_write_pieces_quietly(int descriptor, const struct iovec *pieces, int count_of_pieces) {
    // Per thread, so that a library never changes how its host treats the signal.
    sigset_t pipe_signal, before, pending;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    sigpending(&pending);
    bool was_pending = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    ssize_t count = writev(descriptor, pieces, count_of_pieces);
    int code = errno;
    if (count < 0 && code == EPIPE && !was_pending) {
        struct timespec none = {0, 0};
        while (sigtimedwait(&pipe_signal, NULL, &none) < 0 && errno == EINTR) {
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return count < 0 ? -code : count;
}
