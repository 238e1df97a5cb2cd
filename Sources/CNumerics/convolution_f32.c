#include "clones.h"
#include "lw_convolution.h"

#define REAL float
#define NAME(f) f##_f32

#include "convolution.h"

LW_CLONES void lw_neighbourhoods_f32(int side, int channels, const float *image, float *rows) {
    neighbourhoods_f32(side, channels, image, rows);
}

LW_CLONES void lw_sum_neighbourhoods_f32(int side, int channels, const float *rows, float *image) {
    sum_neighbourhoods_f32(side, channels, rows, image);
}

LW_CLONES void lw_rectify_f32(
    int side, int width, const float *values, const float *bias, float *pooled, uint8_t *signs) {
    rectify_f32(side, width, values, bias, pooled, signs);
}

LW_CLONES void lw_unrectify_f32(int side, int width, const float *pooled, const uint8_t *signs, float *values) {
    unrectify_f32(side, width, pooled, signs, values);
}

LW_CLONES void lw_winograd_weights_f32(const float *kernel, float *values) {
    winograd_weights_f32(kernel, values);
}

LW_CLONES void lw_winograd_tiles_f32(int side, int width, const float *image, float *tiles, long plane) {
    winograd_tiles_f32(side, width, image, tiles, plane);
}

LW_CLONES void lw_winograd_untile_f32(int side, int width, const float *tiles, long plane, float *image) {
    winograd_untile_f32(side, width, tiles, plane, image);
}

LW_CLONES void lw_winograd_rectify_f32(
    int side, int width, const float *tiles, long plane, const float *bias, float *pooled, uint8_t *signs) {
    winograd_rectify_f32(side, width, tiles, plane, bias, pooled, signs);
}

LW_CLONES void lw_winograd_unrectify_f32(
    int side, int width, const float *pooled, const uint8_t *signs, float *tiles, long plane) {
    winograd_unrectify_f32(side, width, pooled, signs, tiles, plane);
}
