#define _GNU_SOURCE
#include "include/CPosix.h"

#include <sys/random.h>

static int argument_count;
static char **arguments;

// glibc hands the command line to what runs before main.
__attribute__((constructor)) static void keep_arguments(int count, char **words) {
    argument_count = count;
    arguments = words;
}

int lw_argument_count(void) { return argument_count; }

const char *lw_argument(int place) { return place < argument_count ? arguments[place] : ""; }

int lw_errno(void) { return errno; }

void lw_set_errno(int code) { errno = code; }

int lw_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }

int lw_openat(int folder, const char *path, int flags, mode_t mode) { return openat(folder, path, flags, mode); }

int lw_status_flags(int descriptor) { return fcntl(descriptor, F_GETFL); }

int lw_set_status_flags(int descriptor, int flags) { return fcntl(descriptor, F_SETFL, flags); }

bool lw_is_regular_or_missing(const char *path) {
    struct stat status;
    return lstat(path, &status) != 0 || S_ISREG(status.st_mode);
}

uint32_t lw_random(void) {
    uint32_t number = 0;
    // Without it, a name that is taken is tried again under another process id.
    if (getrandom(&number, sizeof number, GRND_NONBLOCK) < 0) return (uint32_t)getpid();
    return number;
}
