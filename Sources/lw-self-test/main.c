// What `lw-run doctor` runs inside the sandbox, so that a person can see what a stranger's program meets there.
//
//     lw-self-test                attempts, one line each: its name, and "ok" or what came instead
//     lw-self-test memory BYTES   uses this much memory of a kind that no limit of a single process counts
//     lw-self-test threads COUNT  starts threads until one is refused
//
// One static file, because the root that it runs in holds no libraries.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void expect(const char *name, long result, int code) {
    int found = errno;
    if (result < 0 && found == code) printf("%s ok\n", name);
    else printf("%s %s\n", name, result < 0 ? strerror(found) : "it worked");
}

static void attempts(void) {
    expect("host-files", open("/etc/passwd", O_RDONLY), ENOENT);
    expect("proc", open("/proc/self/status", O_RDONLY), ENOENT);
    expect("write-root", open("/written", O_WRONLY | O_CREAT | O_EXCL, 0600), EROFS);
    expect("network", socket(AF_INET, SOCK_STREAM, 0), EPERM);
    expect("signal-pid-1", kill(1, SIGKILL), EPERM);
    expect("become-root", setuid(0), EPERM);
    int user = (int)getuid();
    if (user == 1000) printf("identity ok\n");
    else printf("identity user %d\n", user);
    int open_descriptor = -1;
    for (int descriptor = 3; descriptor < 1024 && open_descriptor < 0; descriptor++)
        if (fcntl(descriptor, F_GETFD) >= 0) open_descriptor = descriptor;
    if (open_descriptor < 0) printf("descriptors ok\n");
    else printf("descriptors %d is open\n", open_descriptor);
}

static void use_memory(size_t bytes) {
    char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        printf("memory %s\n", strerror(errno));
        return;
    }
    for (size_t place = 0; place < bytes; place += 4096) ((volatile char *)memory)[place] = 1;
    // Long enough for a supervisor that looks now and then.
    sleep(2);
    printf("memory all of it was had\n");
}

static void *wait_for_ever(void *unused) {
    (void)unused;
    for (;;) sleep(1000);
}

static void start_threads(int count) {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return;
    pthread_attr_setstacksize(&attributes, 64 << 10);
    int started = 0;
    pthread_t thread;
    while (started < count && pthread_create(&thread, &attributes, wait_for_ever, NULL) == 0) started++;
    printf("threads %d\n", started);
}

int main(int count, char **words) {
    // What it tries would work outside.
    if (getpid() > 9 || getuid() == 0) {
        fprintf(stderr, "error: this is for the inside of a sandbox; run 'lw-run doctor'\n");
        return 2;
    }
    if (count == 1) attempts();
    else if (count == 3 && strcmp(words[1], "memory") == 0) use_memory((size_t)strtoull(words[2], NULL, 10));
    else if (count == 3 && strcmp(words[1], "threads") == 0) start_threads(atoi(words[2]));
    else return 2;
    fflush(stdout);
    _exit(0);
}
