#pragma once
// The calls that Swift cannot make: hidden behind _GNU_SOURCE, variadic, without a wrapper in glibc, or unsafe to
// make from Swift after fork. Every function returns the call's result, or -errno; none keeps state.

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

int lw_placeholder(void);
