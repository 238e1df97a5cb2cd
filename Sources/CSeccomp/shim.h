#pragma once
#include <seccomp.h>
#include <stdint.h>

// Function-like macros are invisible to Swift.
static inline uint32_t lw_scmp_act_errno(uint16_t code) { return SCMP_ACT_ERRNO(code); }

// seccomp_rule_add is variadic; the array form is not, and takes what the macros build.
static inline struct scmp_arg_cmp lw_scmp_masked_equal(unsigned int argument, uint64_t mask, uint64_t value) {
    struct scmp_arg_cmp comparison = {argument, SCMP_CMP_MASKED_EQ, mask, value};
    return comparison;
}
