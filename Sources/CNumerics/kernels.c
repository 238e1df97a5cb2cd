#include "exponential.h"
#include "lw_numerics.h"

// Four vectors at a time: one alone waits for each step of its own polynomial.
#define LW_INTERLEAVED _Pragma("clang loop interleave_count(4)")

LW_INLINE void lw_exp_of(double *restrict values, size_t count) {
    LW_INTERLEAVED
    for (size_t i = 0; i < count; i++) { values[i] = lw_exp_value(values[i]); }
}

LW_CLONES void lw_exp(double *values, size_t count) { lw_exp_of(values, count); }

// |x|² + |y|² − 2 x·y has an error of some roundings of |x|² + |y|². Where the result is below this part of them, the
// error is more than 1e-10 of it, and the differences are summed instead.
static const double lw_cancelled = 1e-6;

static double lw_distance_of_pair(const double *x, const double *y, size_t dimension) {
    double sum = 0;
    for (size_t k = 0; k < dimension; k++) { sum += (x[k] - y[k]) * (x[k] - y[k]); }
    return sum;
}

static void lw_repair_row(const struct lw_pairs *pairs, size_t i, double *row) {
    for (size_t j = 0; j < pairs->columns; j++) {
        if (row[j] < lw_cancelled * (pairs->x_squares[i] + pairs->y_squares[j])) {
            row[j] = lw_distance_of_pair(
                pairs->x + i * pairs->dimension, pairs->y + j * pairs->dimension, pairs->dimension
            );
        }
    }
}

LW_INLINE void lw_distances_of_row(const struct lw_pairs *pairs, size_t i) {
    double *restrict row = pairs->block + i * pairs->stride;
    const double *restrict y_squares = pairs->y_squares;
    const double x_square = pairs->x_squares[i];
    const size_t columns = pairs->columns;
    int64_t cancelled = 0;
    for (size_t j = 0; j < columns; j++) {
        const double squares = x_square + y_squares[j];
        const double distance = squares - 2.0 * row[j];
        // NaN and infinities compare false, and stay what they are.
        cancelled |= distance < lw_cancelled * squares;
        row[j] = distance < 0.0 ? 0.0 : distance;
    }
    if (cancelled) { lw_repair_row(pairs, i, row); }
}

LW_CLONES void lw_squared_distances(const struct lw_pairs *pairs) {
    for (size_t i = 0; i < pairs->rows; i++) { lw_distances_of_row(pairs, i); }
}

// Below this, an error of some roundings of gamma (|x|² + |y|²) in the exponent is less than 1e-13 of the result, and
// whether the distance itself has lost its digits does not matter.
static const double lw_small_exponent = 50.0;

LW_INLINE void lw_exponents_of_row(const struct lw_pairs *pairs, size_t i, double gamma, double largest) {
    double *restrict row = pairs->block + i * pairs->stride;
    const size_t columns = pairs->columns;
    if (gamma * (pairs->x_squares[i] + largest) < lw_small_exponent) {
        const double *restrict y_squares = pairs->y_squares;
        const double x_square = pairs->x_squares[i];
        for (size_t j = 0; j < columns; j++) {
            const double exponent = gamma * (2.0 * row[j] - x_square - y_squares[j]);
            row[j] = exponent > 0.0 ? 0.0 : exponent;
        }
    } else {
        lw_distances_of_row(pairs, i);
        for (size_t j = 0; j < columns; j++) { row[j] *= -gamma; }
    }
}

LW_CLONES void lw_gaussian(const struct lw_pairs *pairs, double gamma) {
    double largest = 0;
    for (size_t j = 0; j < pairs->columns; j++) {
        // Not a number is not small.
        largest = pairs->y_squares[j] < largest ? largest : pairs->y_squares[j];
    }
    for (size_t i = 0; i < pairs->rows; i++) { lw_exponents_of_row(pairs, i, gamma, largest); }
    if (pairs->stride == pairs->columns) {
        lw_exp_of(pairs->block, pairs->rows * pairs->columns);
    } else {
        for (size_t i = 0; i < pairs->rows; i++) { lw_exp_of(pairs->block + i * pairs->stride, pairs->columns); }
    }
}

LW_INLINE double lw_dot(const double *restrict left, const double *restrict right, size_t count) {
    // In any order: a sum from left to right is a chain that no vector can hold.
#pragma clang fp reassociate(on)
    double sum = 0;
    LW_INTERLEAVED
    for (size_t j = 0; j < count; j++) { sum += left[j] * right[j]; }
    return sum;
}

LW_CLONES double lw_weighted_sum(
    const double *block, size_t rows, size_t columns, const double *row_weights, const double *column_weights
) {
    double sum = 0;
    for (size_t i = 0; i < rows; i++) { sum += row_weights[i] * lw_dot(block + i * columns, column_weights, columns); }
    return sum;
}

LW_CLONES void lw_row_sums(
    const double *block, size_t rows, size_t columns, const double *column_weights, double *sums
) {
    for (size_t i = 0; i < rows; i++) { sums[i] = lw_dot(block + i * columns, column_weights, columns); }
}

LW_CLONES void lw_add_columns(const double *block, size_t rows, size_t columns, size_t stride, double *sums) {
    for (size_t i = 0; i < rows; i++) {
        const double *restrict row = block + i * stride;
        double *restrict target = sums;
        for (size_t j = 0; j < columns; j++) { target[j] += row[j]; }
    }
}

LW_CLONES void lw_row_minima(
    const double *block, size_t rows, size_t columns, size_t stride, size_t *places, double *values
) {
    for (size_t i = 0; i < rows; i++) {
        const double *restrict row = block + i * stride;
        double parts[8];
        for (size_t lane = 0; lane < 8; lane++) { parts[lane] = __builtin_inf(); }
        size_t j = 0;
        for (; j + 8 <= columns; j += 8) {
            for (size_t lane = 0; lane < 8; lane++) {
                parts[lane] = row[j + lane] < parts[lane] ? row[j + lane] : parts[lane];
            }
        }
        double least = __builtin_inf();
        for (; j < columns; j++) { least = row[j] < least ? row[j] : least; }
        for (size_t lane = 0; lane < 8; lane++) { least = parts[lane] < least ? parts[lane] : least; }
        size_t place = 0;
        while (place < columns && !(row[place] <= least)) { place++; }
        places[i] = place < columns ? place : 0;
        values[i] = least;
    }
}
