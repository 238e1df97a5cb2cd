#define _GNU_SOURCE
#include <sched.h>
#include <unistd.h>

#include "lw_numerics.h"

// A container or taskset allows fewer processors than the machine has.
long lw_core_count(void) {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) { return CPU_COUNT(&allowed); }
    return sysconf(_SC_NPROCESSORS_ONLN);
}
