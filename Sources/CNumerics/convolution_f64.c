#include "clones.h"
#include "lw_convolution.h"

#define REAL double
#define NAME(f) f##_f64

#include "convolution.h"

LW_CLONES void lw_neighbourhoods_f64(int side, int channels, const double *image, double *rows) {
    neighbourhoods_f64(side, channels, image, rows);
}

LW_CLONES void lw_sum_neighbourhoods_f64(int side, int channels, const double *rows, double *image) {
    sum_neighbourhoods_f64(side, channels, rows, image);
}

LW_CLONES void lw_rectify_f64(
    int side, int width, const double *values, const double *bias, double *pooled, uint8_t *signs) {
    rectify_f64(side, width, values, bias, pooled, signs);
}

LW_CLONES void lw_unrectify_f64(int side, int width, const double *pooled, const uint8_t *signs, double *values) {
    unrectify_f64(side, width, pooled, signs, values);
}

LW_CLONES void lw_winograd_weights_f64(const double *kernel, double *values) {
    winograd_weights_f64(kernel, values);
}

LW_CLONES void lw_winograd_tiles_f64(int side, int width, const double *image, double *tiles, long plane) {
    winograd_tiles_f64(side, width, image, tiles, plane);
}

LW_CLONES void lw_winograd_untile_f64(int side, int width, const double *tiles, long plane, double *image) {
    winograd_untile_f64(side, width, tiles, plane, image);
}

LW_CLONES void lw_winograd_rectify_f64(
    int side, int width, const double *tiles, long plane, const double *bias, double *pooled, uint8_t *signs) {
    winograd_rectify_f64(side, width, tiles, plane, bias, pooled, signs);
}

LW_CLONES void lw_winograd_unrectify_f64(
    int side, int width, const double *pooled, const uint8_t *signs, double *tiles, long plane) {
    winograd_unrectify_f64(side, width, pooled, signs, tiles, plane);
}
