#pragma once

// A loop marked so is compiled three times, and the loader takes the one that the processor has: 512-bit registers,
// 256-bit ones with fused multiply-add, or what every x86-64 has.
#if defined(__x86_64__) && defined(__linux__)
#define LW_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LW_CLONES
#endif

#define LW_INLINE static inline __attribute__((always_inline))
