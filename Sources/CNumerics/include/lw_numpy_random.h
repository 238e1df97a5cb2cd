#pragma once
#include <stdint.h>

// numpy.random.RandomState: the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998) and the normal numbers that
// numpy's older interface makes of it, which numpy promises never to change.
struct lw_numpy_random {
    uint32_t key[624];
    int position;
    // The polar method makes two numbers at a time.
    int has_spare;
    double spare;
};

void lw_numpy_seed(struct lw_numpy_random *state, uint32_t seed);
// RandomState.random_sample: 53 bits in [0, 1).
double lw_numpy_uniform(struct lw_numpy_random *state);
// RandomState.normal(mean, deviation, count).
void lw_numpy_normal(struct lw_numpy_random *state, double mean, double deviation, double *values, long count);
