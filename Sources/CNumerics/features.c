#include "clones.h"
#include "lw_numerics.h"

// sin(2πx) for |x| ≤ ¼ by its Taylor polynomial of degree 13, which is 7e-10 off at the ends.
LW_INLINE float lw_sine_of_turn(float x) {
    const float square = x * x;
    float p = 3.8199526f;
    p = p * square - 15.0946426f;
    p = p * square + 42.0586940f;
    p = p * square - 76.7058597f;
    p = p * square + 81.6052493f;
    p = p * square - 41.3417022f;
    p = p * square + 6.2831853f;
    return p * x;
}

LW_CLONES void lw_add_waves(
    const double *turns, size_t rows, size_t count, const double *weights, float *cosines, float *sines
) {
    // Adding it leaves a number's nearest integer in the low bits.
    const double rounder = 0x1.8p+52;
    for (size_t i = 0; i < rows; i++) {
        const double *restrict row = turns + i * count;
        float *restrict cosine = cosines;
        float *restrict sine = sines;
        const float weight = (float)weights[i];
        for (size_t j = 0; j < count; j++) {
            const float part = (float)(row[j] - ((row[j] + rounder) - rounder));
            const float size = part < 0 ? -part : part;
            const float folded = size > 0.25f ? 0.5f - size : size;
            const float height = lw_sine_of_turn(folded);
            cosine[j] += weight * lw_sine_of_turn(0.25f - size);
            sine[j] += weight * (part < 0 ? -height : height);
        }
    }
}

LW_INLINE float lw_distance_of_floats(const float *restrict left, const float *restrict right, size_t count) {
    // In any order: a sum from left to right is a chain that no vector can hold.
#pragma clang fp reassociate(on)
    float sum = 0;
    for (size_t k = 0; k < count; k++) { sum += (left[k] - right[k]) * (left[k] - right[k]); }
    return sum;
}

LW_CLONES void lw_row_distances(
    const float *rows, size_t count, size_t width, const float *vector, float *distances
) {
    for (size_t i = 0; i < count; i++) { distances[i] = lw_distance_of_floats(rows + i * width, vector, width); }
}
