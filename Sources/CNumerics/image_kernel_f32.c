#include "clones.h"
#include "lw_image_kernel.h"

#define REAL float
#define NAME(f) f##_f32

// Minimax for errors of 2.3e-9 and 2.9e-8 (Chebyshev, by mpmath at 40 digits).
static const REAL REACH[] = {
    0.942809040237702926f, 0.0471406236170516128f, 0.00757259936615029272f, 0.00178122237741171526f,
    0.000385718174238658445f, 0.000353275495504809833f, -0.000154666286112020971f, 0.000112184752373781865f,
};
static const REAL ANGLE[] = {
    1.41421354640831566f, 0.117853166700237747f, 0.0264744825005674328f, 0.00821673096263843983f,
    0.00147885982319314523f, 0.00333841701105337116f, -0.00199064296023841278f, 0.00121173776981076509f,
};

#include "image_kernel.h"

LW_CLONES void lw_image_norms_f32(int channels, const REAL *image, REAL *norms, REAL *inverses) {
    image_norms_f32(channels, image, norms, inverses);
}

LW_CLONES void lw_image_kernel_f32(
    int channels, const REAL *image, const REAL *norms, const REAL *inverses, const REAL *block,
    const REAL *block_norms, const REAL *block_inverses, REAL *values, REAL *scratch) {
    forward_f32(
        channels, image, norms, inverses, (const V *)block, (const V *)block_norms, (const V *)block_inverses,
        (V *)values, (V *)scratch, 0, 0);
}

LW_CLONES void lw_image_gradient_f32(
    int channels, const REAL *image, const REAL *norms, const REAL *inverses, const REAL *block,
    const REAL *block_norms, const REAL *block_inverses, REAL weight, REAL *values, REAL *gradient,
    REAL *norm_gradient, REAL *scratch) {
    image_gradient_f32(
        channels, image, norms, inverses, (const V *)block, (const V *)block_norms, (const V *)block_inverses, weight,
        (V *)values, (V *)gradient, (V *)norm_gradient, (V *)scratch);
}

LW_CLONES void lw_image_gradient_finish_f32(
    int channels, const REAL *block, const REAL *block_inverses, REAL *gradient, REAL *norm_gradient, REAL *scratch) {
    image_gradient_finish_f32(
        channels, (const V *)block, (const V *)block_inverses, (V *)gradient, (V *)norm_gradient, (V *)scratch);
}
