#include <math.h>

#include "clones.h"
#include "lw_numerics.h"

LW_CLONES void lw_skip_zeros(double *values, size_t count) {
    for (size_t i = 0; i < count; i++) { values[i] = values[i] == 0.0 ? __builtin_inf() : values[i]; }
}

LW_CLONES void lw_take_nearer(
    const double *turned, size_t dimension, size_t count, const double *centre, double *nearest, double *scratch
) {
    double *restrict sums = scratch;
    for (size_t i = 0; i < count; i++) { sums[i] = 0; }
    for (size_t k = 0; k < dimension; k++) {
        const double *restrict column = turned + k * count;
        const double value = centre[k];
        for (size_t i = 0; i < count; i++) { sums[i] += (column[i] - value) * (column[i] - value); }
    }
    for (size_t i = 0; i < count; i++) { nearest[i] = sums[i] < nearest[i] ? sums[i] : nearest[i]; }
}

LW_INLINE double lw_center_row(
    const double *restrict source, size_t dimension, const double *restrict origin, double *restrict target
) {
    // In any order: a sum from left to right is a chain that no vector can hold.
#pragma clang fp reassociate(on)
    double square = 0;
    for (size_t k = 0; k < dimension; k++) {
        target[k] = source[k] - origin[k];
        square += target[k] * target[k];
    }
    return square;
}

LW_CLONES void lw_center_rows(
    const double *source, size_t rows, size_t dimension, const double *origin, double *target, double *squares
) {
    for (size_t i = 0; i < rows; i++) {
        squares[i] = lw_center_row(source + i * dimension, dimension, origin, target + i * dimension);
    }
}

LW_CLONES void lw_column_minima(
    const double *block, size_t rows, size_t columns, size_t first, double *best, size_t *places
) {
    double *restrict least = best;
    size_t *restrict found = places;
    for (size_t i = 0; i < rows; i++) {
        const double *restrict row = block + i * columns;
        const size_t place = first + i;
        for (size_t j = 0; j < columns; j++) {
            const int is_nearer = row[j] < least[j];
            least[j] = is_nearer ? row[j] : least[j];
            found[j] = is_nearer ? place : found[j];
        }
    }
}

double lw_log(double value) { return log(value); }
