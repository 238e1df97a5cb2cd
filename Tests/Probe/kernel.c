/* Interfaces of the kernel that no model needs: large, and where its bugs are found. */
#include "probe.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static long load_map(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.map_type = BPF_MAP_TYPE_ARRAY;
    attributes.key_size = 4;
    attributes.value_size = 4;
    attributes.max_entries = 1;
    return lw_result(syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes));
}

static long count_events(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    struct perf_event_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.type = PERF_TYPE_SOFTWARE;
    attributes.size = sizeof attributes;
    attributes.config = PERF_COUNT_SW_CPU_CLOCK;
    return lw_result(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0UL));
}

static long set_up_ring(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    char parameters[256] = {0};
    return lw_result(syscall(SYS_io_uring_setup, 8, parameters));
}

static long handle_of_root(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    union {
        struct file_handle head;
        char room[sizeof(struct file_handle) + 128];
    } handle;
    int mount = 0;
    handle.head.handle_bytes = 128;
    return lw_result(name_to_handle_at(AT_FDCWD, "/usr", &handle.head, &mount, 0));
}

/* The handle that inode 2, the root of an ext4 file system, has: the way out of early Docker. */
static long root_by_handle(const char *argument, struct lw_note *note) {
    (void)note;
    union {
        struct file_handle head;
        char room[sizeof(struct file_handle) + 8];
    } handle;
    static const unsigned char inode[8] = {2};
    handle.head.handle_bytes = sizeof inode;
    handle.head.handle_type = 1;
    memcpy(handle.head.f_handle, inode, sizeof inode);
    int mount = open(argument, O_RDONLY | O_CLOEXEC);
    return lw_result(open_by_handle_at(mount, &handle.head, O_RDONLY));
}

static long memory_file(const char *argument, struct lw_note *note) {
    (void)note;
    int file = memfd_create("lw", 0);
    if (file < 0) { return lw_result(-1); }
    char block[65536];
    int source = open(argument, O_RDONLY | O_CLOEXEC);
    for (long size = read(source, block, sizeof block); size > 0; size = read(source, block, sizeof block)) {
        if (write(file, block, (size_t)size) != size) { return lw_result(-1); }
    }
    char *const words[] = {"lw-probe", "was-executed", "memfd-execveat", NULL};
    return lw_result(syscall(SYS_execveat, file, "", words, NULL, AT_EMPTY_PATH));
}

static long execute_at(const char *argument, struct lw_note *note) {
    (void)note;
    char *const words[] = {"lw-probe", "was-executed", "execveat", NULL};
    return lw_result(syscall(SYS_execveat, AT_FDCWD, argument, words, NULL, 0));
}

/* A filter that lets everything through: what matters is the listener, or that it is there at all. */
static struct sock_filter everything[] = {{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
static struct sock_fprog filter = {1, everything};

LW_ATTEMPT(listener, syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter))
LW_ATTEMPT(own_filter, prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0))

enum { session_keyring = -3 };

LW_ATTEMPT(user_faults, syscall(SYS_userfaultfd, 1 /* UFFD_USER_MODE_ONLY */))
LW_ATTEMPT(enter_ring, syscall(SYS_io_uring_enter, 0, 1, 0, 0, NULL, 0UL))
LW_ATTEMPT(register_ring, syscall(SYS_io_uring_register, 0, 0, NULL, 0))
LW_ATTEMPT(add_key, syscall(SYS_add_key, "user", "lw", "x", 1UL, session_keyring))
LW_ATTEMPT(request_key, syscall(SYS_request_key, "user", "lw", NULL, session_keyring))
LW_ATTEMPT(control_keys, syscall(SYS_keyctl, 0, session_keyring, 1, 0, 0))
LW_ATTEMPT(watch_all_files, syscall(SYS_fanotify_init, 0, 0))
LW_ATTEMPT(mark_all_files, syscall(SYS_fanotify_mark, syscall(SYS_fanotify_init, 0, 0), 1, 1UL, AT_FDCWD, "/usr"))
LW_ATTEMPT(create_memory_file, memfd_create("lw", 0))
LW_ATTEMPT(secret_memory, syscall(SYS_memfd_secret, 0))

const struct lw_attempt lw_kernel_attempts[] = {
    {"bpf", "Makes a BPF map.", load_map},
    {"perf-event-open", "Counts events of the processor.", count_events},
    {"userfaultfd", "Handles its own page faults, which holds the kernel up where an exploit wants it.", user_faults},
    {"io-uring-setup", "Makes a ring, whose operations no filter sees.", set_up_ring},
    {"io-uring-enter", "Enters a ring.", enter_ring},
    {"io-uring-register", "Registers with a ring.", register_ring},
    {"add-key", "Puts a key into a keyring, which outlives the run.", add_key},
    {"request-key", "Asks for a key, which runs a program of the host's.", request_key},
    {"keyctl", "Finds its session keyring.", control_keys},
    {"fanotify-init", "Watches the whole file system.", watch_all_files},
    {"fanotify-mark", "Marks what it watches of the file system.", mark_all_files},
    {"name-to-handle-at", "Takes a handle of /usr.", handle_of_root},
    {"open-by-handle-at", "Opens the host's root by a forged handle.", root_by_handle},
    {"memfd-create", "Makes a file that is nowhere.", create_memory_file},
    {"memfd-secret", "Makes memory that the kernel itself cannot see.", secret_memory},
    {"memfd-execveat", "Executes a program that is nowhere.", memory_file},
    {"execveat", "Executes a program by descriptor.", execute_at},
    {"seccomp-listener", "Puts a filter of its own above ours, with a listener.", listener},
    {"prctl-seccomp", "Puts a filter of its own above ours, by the older call.", own_filter},
    {NULL, NULL, NULL},
};
