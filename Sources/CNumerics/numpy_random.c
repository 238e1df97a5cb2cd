#include <math.h>

#include "lw_numpy_random.h"

enum { words = 624, shift = 397 };

void lw_numpy_seed(struct lw_numpy_random *state, uint32_t seed) {
    for (int i = 0; i < words; i++) {
        state->key[i] = seed;
        seed = UINT32_C(1812433253) * (seed ^ (seed >> 30)) + (uint32_t)i + 1;
    }
    state->position = words;
    state->has_spare = 0;
    state->spare = 0;
}

static uint32_t twist(uint32_t high, uint32_t low) {
    uint32_t joined = (high & UINT32_C(0x80000000)) | (low & UINT32_C(0x7fffffff));
    return (joined >> 1) ^ (low & 1 ? UINT32_C(0x9908b0df) : 0);
}

static void renew(struct lw_numpy_random *state) {
    uint32_t *key = state->key;
    for (int i = 0; i < words - shift; i++) key[i] = key[i + shift] ^ twist(key[i], key[i + 1]);
    for (int i = words - shift; i < words - 1; i++) key[i] = key[i + shift - words] ^ twist(key[i], key[i + 1]);
    key[words - 1] = key[shift - 1] ^ twist(key[words - 1], key[0]);
    state->position = 0;
}

static uint32_t next(struct lw_numpy_random *state) {
    if (state->position == words) renew(state);
    uint32_t word = state->key[state->position++];
    word ^= word >> 11;
    word ^= (word << 7) & UINT32_C(0x9d2c5680);
    word ^= (word << 15) & UINT32_C(0xefc60000);
    return word ^ (word >> 18);
}

double lw_numpy_uniform(struct lw_numpy_random *state) {
    uint32_t high = next(state) >> 5, low = next(state) >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
}

// Marsaglia's polar method; the second number of a pair is kept for the next call, also of another shape.
static double gauss(struct lw_numpy_random *state) {
    if (state->has_spare) {
        state->has_spare = 0;
        return state->spare;
    }
    double x, y, square;
    do {
        x = 2.0 * lw_numpy_uniform(state) - 1.0;
        y = 2.0 * lw_numpy_uniform(state) - 1.0;
        square = x * x + y * y;
    } while (square >= 1.0 || square == 0.0);
    double factor = sqrt(-2.0 * log(square) / square);
    state->spare = factor * x;
    state->has_spare = 1;
    return factor * y;
}

void lw_numpy_normal(struct lw_numpy_random *state, double mean, double deviation, double *values, long count) {
    for (long i = 0; i < count; i++) values[i] = mean + deviation * gauss(state);
}
