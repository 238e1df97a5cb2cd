#pragma once
#include <stdint.h>

// The steps of a random convolutional network around its matrix products. Images lie pixel by pixel, the channels of a
// pixel side by side, and their number is a multiple of 16; sides are multiples of 4.
//
// A layer is a 3 x 3 convolution with zeros outside, ReLU, and the mean of 2 x 2. `signs` keeps, for each pooled value,
// which of its four were positive: all that the way back needs.

// The neighbourhoods of an image's pixels, a row for each: 9 x channels values. The image lies plane by plane.
void lw_neighbourhoods_f32(int side, int channels, const float *image, float *rows);
void lw_neighbourhoods_f64(int side, int channels, const double *image, double *rows);
// The transpose: sums the rows into planes.
void lw_sum_neighbourhoods_f32(int side, int channels, const float *rows, float *image);
void lw_sum_neighbourhoods_f64(int side, int channels, const double *rows, double *image);

// Adds the bias to what a convolution gave, then ReLU and mean. `signs` may be null.
void lw_rectify_f32(int side, int width, const float *values, const float *bias, float *pooled, uint8_t *signs);
void lw_rectify_f64(int side, int width, const double *values, const double *bias, double *pooled, uint8_t *signs);
// The transpose.
void lw_unrectify_f32(int side, int width, const float *pooled, const uint8_t *signs, float *values);
void lw_unrectify_f64(int side, int width, const double *pooled, const uint8_t *signs, double *values);

// Winograd's convolution of 4 x 4 tiles (Lavin and Gray 2015, F(4 x 4, 3 x 3)): 36 products of matrices in place of 144.
// Tiles lie in 36 planes, `plane` values apart, a row of `width` values for each tile.

// One kernel, 3 x 3, to its 36 values.
void lw_winograd_weights_f32(const float *kernel, float *values);
void lw_winograd_weights_f64(const double *kernel, double *values);
// An image to its tiles; and the transpose, which adds to the image.
void lw_winograd_tiles_f32(int side, int width, const float *image, float *tiles, long plane);
void lw_winograd_tiles_f64(int side, int width, const double *image, double *tiles, long plane);
void lw_winograd_untile_f32(int side, int width, const float *tiles, long plane, float *image);
void lw_winograd_untile_f64(int side, int width, const double *tiles, long plane, double *image);
// Multiplied tiles to what the layer gives; and the transpose.
void lw_winograd_rectify_f32(
    int side, int width, const float *tiles, long plane, const float *bias, float *pooled, uint8_t *signs);
void lw_winograd_rectify_f64(
    int side, int width, const double *tiles, long plane, const double *bias, double *pooled, uint8_t *signs);
void lw_winograd_unrectify_f32(
    int side, int width, const float *pooled, const uint8_t *signs, float *tiles, long plane);
void lw_winograd_unrectify_f64(
    int side, int width, const double *pooled, const uint8_t *signs, double *tiles, long plane);
