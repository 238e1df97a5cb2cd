#pragma once
#include <stddef.h>

// How many processors this process may run on.
long lw_core_count(void);

// values[i] = exp(values[i]).
void lw_exp(double *values, size_t count);

// A block of scalar products between rows of two matrices, and what is known of those rows.
struct lw_pairs {
    // rows × columns, `stride` from one row to the next: x_i·y_j, and afterwards what was asked for.
    double *block;
    size_t rows, columns, stride;
    // The rows themselves, `dimension` numbers each, for pairs whose distance the products cannot tell.
    const double *x, *y;
    size_t dimension;
    // x_i·x_i and y_j·y_j.
    const double *x_squares, *y_squares;
};

// block[i][j] = ‖x_i − y_j‖².
void lw_squared_distances(const struct lw_pairs *pairs);

// block[i][j] = exp(−gamma ‖x_i − y_j‖²).
void lw_gaussian(const struct lw_pairs *pairs, double gamma);

// The sum over i, j of row_weights[i] column_weights[j] block[i][j].
double lw_weighted_sum(
    const double *block, size_t rows, size_t columns, const double *row_weights, const double *column_weights
);

// sums[i] = the sum over j of column_weights[j] block[i][j].
void lw_row_sums(const double *block, size_t rows, size_t columns, const double *column_weights, double *sums);

// sums[j] += block[0][j] + block[1][j] + …
void lw_add_columns(const double *block, size_t rows, size_t columns, size_t stride, double *sums);

// For each row: the column with the least value, the first of them in a tie, and that value.
void lw_row_minima(
    const double *block, size_t rows, size_t columns, size_t stride, size_t *places, double *values
);

// Zeros become infinite, so that equal rows are nobody's neighbours.
void lw_skip_zeros(double *values, size_t count);

// nearest[i] = min(nearest[i], ‖x_i − centre‖²), with the x_i in the columns of `turned`, (dimension × count).
void lw_take_nearer(
    const double *turned, size_t dimension, size_t count, const double *centre, double *nearest, double *scratch
);

// target[i] = source[i] − origin, for rows of `dimension` numbers, and squares[i] = target[i]·target[i].
void lw_center_rows(
    const double *source, size_t rows, size_t dimension, const double *origin, double *target, double *squares
);

// best[j] = min(best[j], block[0][j], block[1][j], …), and places[j] = first + the row that gave it.
void lw_column_minima(
    const double *block, size_t rows, size_t columns, size_t first, double *best, size_t *places
);

// The natural logarithm.
double lw_log(double value);

// cosines[j] += weights[i] cos(2π turns[i][j]), and sines[j] with the sine, for all i; within 1e-6 of each weight.
void lw_add_waves(
    const double *turns, size_t rows, size_t count, const double *weights, float *cosines, float *sines
);

// distances[i] = ‖row i − vector‖².
void lw_row_distances(const float *rows, size_t count, size_t width, const float *vector, float *distances);
