// What the cases run in the sandbox of the virtual machine: one thing for each, by name.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void hold(int count) {
    double end = seconds(CLOCK_MONOTONIC) + count;
    while (seconds(CLOCK_MONOTONIC) < end) usleep(10000);
}

// Touches memory, and keeps it long enough for somebody who only looks now and then.
static int touch(int mebibytes) {
    size_t size = (size_t)mebibytes << 20;
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return errno;
    for (size_t place = 0; place < size; place += 4096) memory[place] = 1;
    printf("touched\n");
    fflush(stdout);
    hold(5);
    return 0;
}

static void *wait_in_thread(void *unused) {
    hold(1);
    return unused;
}

static int start_threads(int count) {
    int started = 0, refusal = 0;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 << 10);
    pthread_t threads[1024];
    for (int index = 0; index < count && index < 1024; index++) {
        int code = pthread_create(&threads[started], &attributes, wait_in_thread, NULL);
        if (code) refusal = code;
        else started++;
    }
    printf("started %d refusal %d\n", started, refusal);
    for (int index = 0; index < started; index++) pthread_join(threads[index], NULL);
    return 0;
}

static int burn(int count) {
    double begin = seconds(CLOCK_MONOTONIC);
    volatile unsigned long spins = 0;
    while (seconds(CLOCK_PROCESS_CPUTIME_ID) < count)
        for (int turn = 0; turn < 100000; turn++) spins++;
    printf("burned %d s in %.2f s\n", count, seconds(CLOCK_MONOTONIC) - begin);
    return 0;
}

// Two kinds of calls that no profile gives: one with a text, thrice, and one without.
static int try_denied(void) {
    for (int time = 0; time < 3; time++) syscall(SYS_unlink, "/no/such/file");
    int code = errno;
    int file = socket(AF_INET, SOCK_STREAM, 0);
    printf("unlink %d socket %d\n", code, file < 0 ? errno : 0);
    return 0;
}

int main(int count, char **words) {
    const char *what = count > 1 ? words[1] : "";
    int number = count > 2 ? atoi(words[2]) : 0;
    if (!strcmp(what, "exit")) return number;
    if (!strcmp(what, "touch")) return touch(number);
    if (!strcmp(what, "threads")) return start_threads(number);
    if (!strcmp(what, "burn")) return burn(number);
    if (!strcmp(what, "hold")) return hold(number), 0;
    if (!strcmp(what, "denied")) return try_denied();
    // ptrace(2) stands on the hard list.
    if (!strcmp(what, "violation")) return syscall(SYS_ptrace, 0, 0, 0, 0) < 0 ? errno : 0;
    fprintf(stderr, "probe: what?\n");
    return 2;
}
