#pragma once
#include <stdint.h>
#include <string.h>

#include "clones.h"

// exp(x) within 1 unit in the last place; 0 where it is below 3.2e-308, next to the smallest normal number.
//
// x = n ln 2 + r with |r| ≤ ½ ln 2 (Cody and Waite 1980); 2 exp(r) by the polynomial that meets (exp(r) − 1 − r) / r² at
// ten Chebyshev points, at most 1.3e-17 off; 2^(n−1) by its bits. No branch and no table, so that compilers make vectors
// of a loop over it.
LW_INLINE double lw_exp_value(double x) {
    const double log2_e = 0x1.71547652b82fep+0;
    // ln 2 in two parts; n times the first is exact.
    const double ln2_high = 0x1.62e42fefa3800p-1, ln2_low = 0x1.ef35793c76730p-45;
    // Adding it leaves n + 1022 in the low bits: the exponent of 2^(n−1) as a number holds it.
    const double rounder = 0x1.8p+52 + 1022.0;

    // Past these the result is infinite or 0. Both comparisons are false for NaN, which goes through.
    double bounded = x > 710.0 ? 710.0 : x;
    bounded = bounded < -708.7 ? -708.7 : bounded;

    const double shifted = bounded * log2_e + rounder;
    const double n = shifted - rounder;
    double r = bounded - n * ln2_high;
    r = r - n * ln2_low;

    double p = 0x1.af38a9b0ec855p-25;
    p = p * r + 0x1.289185613a3d6p-21;
    p = p * r + 0x1.71de0dae63bb3p-18;
    p = p * r + 0x1.a019b90d2ae7ap-15;
    p = p * r + 0x1.a01a01a7c41d5p-12;
    p = p * r + 0x1.6c16c1788bd90p-9;
    p = p * r + 0x1.11111111109b3p-6;
    p = p * r + 0x1.5555555553d63p-4;
    p = p * r + 0x1.5555555555556p-2;
    p = p * r + 1.0;
    p = p * r + 2.0;
    p = p * r + 2.0;

    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits <<= 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return p * power;
}
