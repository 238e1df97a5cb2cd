#ifndef LW_IMAGE_KERNEL_H
#define LW_IMAGE_KERNEL_H

// The kernel that three convolutions of infinite width define between images of 32 x 32 pixels, many pairs at a time.
// In C for the vector registers: one image against a block of images, one pair a lane.

// Pixels of the three layers' maps, one after the other: 32 x 32, 16 x 16 and 8 x 8.
#define LW_IMAGE_SIDE 32
#define LW_IMAGE_PIXELS 1024
#define LW_IMAGE_NORMS 1344

// Pairs in a block, and values of working memory that each function needs (64-byte aligned, as blocks are).
#define LW_IMAGE_LANES_F32 16
#define LW_IMAGE_LANES_F64 8
#define LW_IMAGE_SCRATCH_F32 (LW_IMAGE_LANES_F32 * 4 * LW_IMAGE_NORMS)
#define LW_IMAGE_SCRATCH_F64 (LW_IMAGE_LANES_F64 * 4 * LW_IMAGE_NORMS)

// The norms of one image (channels x 1024) at each layer, sqrt(k(x, x)) before the ReLU, and their inverses.
void lw_image_norms_f32(int channels, const float *image, float *norms, float *inverses);
void lw_image_norms_f64(int channels, const double *image, double *norms, double *inverses);

// The kernel of one image with each image of a block (channels x 1024 x lanes).
void lw_image_kernel_f32(
    int channels, const float *image, const float *norms, const float *inverses, const float *block,
    const float *block_norms, const float *block_inverses, float *values, float *scratch);
void lw_image_kernel_f64(
    int channels, const double *image, const double *norms, const double *inverses, const double *block,
    const double *block_norms, const double *block_inverses, double *values, double *scratch);

// As above; adds weight times the derivative by the block's images to `gradient` (channels x 1024 x lanes), except for
// what comes by way of the block's norms: `finish` adds that from `norm_gradient` (1344 x lanes), once for all images.
void lw_image_gradient_f32(
    int channels, const float *image, const float *norms, const float *inverses, const float *block,
    const float *block_norms, const float *block_inverses, float weight, float *values, float *gradient,
    float *norm_gradient, float *scratch);
void lw_image_gradient_f64(
    int channels, const double *image, const double *norms, const double *inverses, const double *block,
    const double *block_norms, const double *block_inverses, double weight, double *values, double *gradient,
    double *norm_gradient, double *scratch);
void lw_image_gradient_finish_f32(
    int channels, const float *block, const float *block_inverses, float *gradient, float *norm_gradient,
    float *scratch);
void lw_image_gradient_finish_f64(
    int channels, const double *block, const double *block_inverses, double *gradient, double *norm_gradient,
    double *scratch);

#endif
