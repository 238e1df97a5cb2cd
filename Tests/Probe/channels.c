/* Ways to signal another run, or to leave something for the next. */
#include "probe.h"

#include <fcntl.h>
#include <mqueue.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int shared_file(const char *path) { return open(path, O_RDONLY | O_CLOEXEC); }

static long record_lock(const char *path, int command) {
    struct flock lock;
    memset(&lock, 0, sizeof lock);
    lock.l_type = F_RDLCK;
    return lw_result(fcntl(shared_file(path), command, &lock));
}

static long lock_whole(const char *argument, struct lw_note *note) {
    (void)note;
    return lw_result(flock(shared_file(argument), LOCK_SH | LOCK_NB));
}

static long lock_record(const char *argument, struct lw_note *note) {
    (void)note;
    return record_lock(argument, F_SETLK);
}

static long lock_open_file(const char *argument, struct lw_note *note) {
    (void)note;
    return record_lock(argument, F_OFD_SETLK);
}

static long ask_lock(const char *argument, struct lw_note *note) {
    (void)note;
    return record_lock(argument, F_GETLK);
}

static long lease(const char *argument, struct lw_note *note) {
    (void)note;
    return lw_result(fcntl(shared_file(argument), F_SETLEASE, F_RDLCK));
}

static long watch_folder(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    return lw_result(fcntl(shared_file("/usr"), F_NOTIFY, DN_ACCESS));
}

static long wake_others(const char *argument, struct lw_note *note) {
    (void)note;
    void *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, shared_file(argument), 0);
    return lw_result(syscall(SYS_futex, page, 1 /* FUTEX_WAKE, not private */, 1, NULL, NULL, 0));
}

static long write_shared_page(const char *argument, struct lw_note *note) {
    (void)note;
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, shared_file(argument), 0);
    return page == MAP_FAILED ? lw_result(-1) : 0;
}

/* The calls that put a file's own pages into a pipe: where "dirty pipe" and its kin begin. */
static long move_pages(long number, const char *path) {
    int in[2];
    int out[2];
    if (pipe(in) != 0 || pipe(out) != 0 || write(in[1], "x", 1) != 1) { return lw_result(-1); }
    char byte = 'x';
    struct iovec block = {&byte, 1};
    switch (number) {
    case SYS_splice: return lw_result(syscall(number, shared_file(path), NULL, out[1], NULL, 1UL, 0));
    case SYS_tee: return lw_result(syscall(number, in[0], out[1], 1UL, 0));
    case SYS_vmsplice: return lw_result(syscall(number, out[1], &block, 1UL, 0));
    case SYS_sendfile: return lw_result(syscall(number, out[1], shared_file(path), NULL, 1UL));
    default: return -EINVAL;
    }
}

static long splice_pages(const char *argument, struct lw_note *note) {
    (void)note;
    return move_pages(SYS_splice, argument);
}

static long tee_pages(const char *argument, struct lw_note *note) {
    (void)note;
    return move_pages(SYS_tee, argument);
}

static long give_pages(const char *argument, struct lw_note *note) {
    (void)note;
    return move_pages(SYS_vmsplice, argument);
}

static long send_pages(const char *argument, struct lw_note *note) {
    (void)note;
    return move_pages(SYS_sendfile, argument);
}

LW_ATTEMPT(shared_memory, shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600))
LW_ATTEMPT(semaphores, semget(IPC_PRIVATE, 1, IPC_CREAT | 0600))
LW_ATTEMPT(messages, msgget(IPC_PRIVATE, IPC_CREAT | 0600))
LW_ATTEMPT(queue, syscall(SYS_mq_open, "lw-probe", O_CREAT | O_RDWR, 0600, NULL))
LW_ATTEMPT(watch_files, syscall(SYS_inotify_init1, 0))
LW_ATTEMPT(own_signals, fcntl(0, F_SETOWN, 1))

const struct lw_attempt lw_channel_attempts[] = {
    {"shmget", "Makes a segment of shared memory.", shared_memory},
    {"semget", "Makes semaphores.", semaphores},
    {"msgget", "Makes a queue of messages.", messages},
    {"mq-open", "Makes a queue with a name.", queue},
    {"inotify", "Watches files that others use.", watch_files},
    {"fcntl-notify", "Watches a folder that others use, by the older call.", watch_folder},
    {"fcntl-setown", "Has process 1 signalled when input arrives.", own_signals},
    {"flock", "Locks a file that other runs see.", lock_whole},
    {"fcntl-setlk", "Locks a record of a file that other runs see.", lock_record},
    {"fcntl-getlk", "Asks who locks a file that other runs see.", ask_lock},
    {"fcntl-ofd-setlk", "Locks an open file that other runs see.", lock_open_file},
    {"fcntl-setlease", "Takes a lease on a file that other runs see.", lease},
    {"futex-shared", "Wakes whoever waits at the same page of a file.", wake_others},
    {"map-shared-writable", "Maps a mounted file to write to it.", write_shared_page},
    {"splice", "Puts a file's own pages into a pipe.", splice_pages},
    {"tee", "Copies pages from pipe to pipe.", tee_pages},
    {"vmsplice", "Puts its own pages into a pipe.", give_pages},
    {"sendfile", "Sends a file's own pages.", send_pages},
    {NULL, NULL, NULL},
};
