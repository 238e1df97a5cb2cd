/* Taking what the host has. These do not return by themselves: the supervisor ends them. */
#include "probe.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Says what came of it while the process goes on. */
static void report(const char *name, long outcome, long count) {
    struct lw_note note = {{0}};
    lw_note_append(&note, "%ld", count);
    lw_print_outcome(name, outcome, &note);
}

static void wait_for_ever(void) {
    for (;;) { poll(NULL, 0, -1); }
}

static long fork_bomb(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    int is_told = 0;
    for (long made = 0;; made++) {
        long process = syscall(SYS_fork);
        if (process < 0 && !is_told) {
            report("fork-bomb", lw_result(process), made);
            is_told = 1;
        }
    }
    return 0;
}

static void *make_threads(void *unused) {
    (void)unused;
    static int is_told = 0;
    static long made = 0;
    for (;;) {
        pthread_attr_t attributes;
        pthread_attr_init(&attributes);
        pthread_attr_setstacksize(&attributes, 65536);
        pthread_t thread;
        int refusal = pthread_create(&thread, &attributes, make_threads, NULL);
        pthread_attr_destroy(&attributes);
        if (refusal == 0) {
            __sync_fetch_and_add(&made, 1);
        } else if (__sync_bool_compare_and_swap(&is_told, 0, 1)) {
            report("thread-bomb", -refusal, made);
        }
    }
    return NULL;
}

static long thread_bomb(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    make_threads(NULL);
    return 0;
}

/* The bytes of a command line's number, or 2 GiB when there is none. */
static unsigned long wanted(const char *argument) {
    unsigned long bytes = strtoul(argument, NULL, 10);
    return bytes > 0 ? bytes : 2UL << 30;
}

static void eat(const char *name, unsigned long bytes, int sharing) {
    const unsigned long block = 16UL << 20;
    unsigned long taken = 0;
    for (; taken < bytes; taken += block) {
        char *memory = mmap(NULL, block, PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            report(name, lw_result(-1), (long)(taken >> 20));
            wait_for_ever();
        }
        for (unsigned long at = 0; at < block; at += 4096) { memory[at] = 1; }
    }
    report(name, 0, (long)(taken >> 20));
    wait_for_ever();
}

static long eat_memory(const char *argument, struct lw_note *note) {
    (void)note;
    eat("eat-memory", wanted(argument), MAP_PRIVATE);
    return 0;
}

static long eat_shared_memory(const char *argument, struct lw_note *note) {
    (void)note;
    eat("eat-shared-memory", wanted(argument), MAP_SHARED);
    return 0;
}

/* Bytes first, then names: a file system in memory is bounded in both. */
static long fill(const char *argument, struct lw_note *note) {
    (void)note;
    static char block[1 << 16];
    char path[512];
    snprintf(path, sizeof path, "%s/bytes", argument);
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) { return lw_result(-1); }
    long written = 0;
    long size = write(file, block, sizeof block);
    for (; size > 0; size = write(file, block, sizeof block)) { written += size; }
    report("fill-tmpfs", lw_result(size), written);
    long names = 0;
    for (;; names++) {
        snprintf(path, sizeof path, "%s/name-%ld", argument, names);
        int made = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (made < 0) { break; }
        close(made);
    }
    report("fill-tmpfs", lw_result(-1), names);
    wait_for_ever();
    return 0;
}

static void pour(const char *bytes, size_t size, unsigned long total) {
    for (unsigned long poured = 0; poured < total;) {
        long written = write(1, bytes, size);
        if (written < 0) { _exit(1); }
        poured += (unsigned long)written;
    }
}

static char lines[1 << 16];

static long gigabyte(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    for (size_t at = 0; at < sizeof lines; at++) { lines[at] = at % 64 == 63 ? '\n' : 'x'; }
    pour(lines, sizeof lines, 1UL << 30);
    return 0;
}

static long no_newline(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    memset(lines, 'x', sizeof lines);
    pour(lines, sizeof lines, ~0UL);
    return 0;
}

static long ignore_input(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    wait_for_ever();
    return 0;
}

static long stop_itself(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    report("stop-itself", lw_result(kill(getpid(), SIGSTOP)), 0);
    wait_for_ever();
    return 0;
}

static long orphan(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    long process = syscall(SYS_fork);
    if (process == 0) {
        if (syscall(SYS_fork) == 0) {
            for (int descriptor = 0; descriptor < 1024; descriptor++) { close(descriptor); }
            wait_for_ever();
        }
        _exit(0);
    }
    return lw_result(process);
}

static long close_output(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    for (int descriptor = 0; descriptor < 3; descriptor++) { close(descriptor); }
    wait_for_ever();
    return 0;
}

static long spin(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    for (volatile unsigned long turns = 0;; turns++) {}
    return 0;
}

static long flood_of_denials(const char *argument, struct lw_note *note) {
    (void)argument;
    (void)note;
    for (;;) { syscall(SYS_socket, 2, 1, 0); }
    return 0;
}

const struct lw_attempt lw_resource_attempts[] = {
    {"fork-bomb", "Makes processes that make processes.", fork_bomb},
    {"thread-bomb", "Makes threads that make threads.", thread_bomb},
    {"eat-memory", "Takes 2 GiB of memory, or as many bytes as are named.", eat_memory},
    {"eat-shared-memory", "Takes as much memory that could be shared.", eat_shared_memory},
    {"fill-tmpfs", "Fills the folder that is named with bytes, then with names.", fill},
    {"gigabyte-of-output", "Prints a gigabyte.", gigabyte},
    {"no-newline", "Prints without ever ending the line.", no_newline},
    {"ignore-stdin", "Never reads what it is sent.", ignore_input},
    {"stop-itself", "Stops itself, and waits.", stop_itself},
    {"double-fork-orphan", "Leaves a process behind that holds nothing.", orphan},
    {"close-output-and-run", "Closes its standard streams and goes on.", close_output},
    {"spin", "Computes for ever.", spin},
    {"denial-flood", "Makes a denied call again and again.", flood_of_denials},
    {NULL, NULL, NULL},
};
