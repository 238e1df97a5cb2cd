#pragma once
// The C library for the launcher, which is Embedded Swift: that has neither the Glibc module nor a command line.

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

int lw_errno(void);
void lw_set_errno(int code);
int lw_open(const char *path, int flags, mode_t mode);
int lw_openat(int folder, const char *path, int flags, mode_t mode);
int lw_status_flags(int descriptor);
int lw_set_status_flags(int descriptor, int flags);
bool lw_is_regular_or_missing(const char *path);
// Of the kernel's, for names that nobody else has.
uint32_t lw_random(void);
// The words of this process's command line; the first is its name.
int lw_argument_count(void);
const char *lw_argument(int place);
