#include "clones.h"
#include "lw_image_kernel.h"

#define REAL double
#define NAME(f) f##_f64

// Minimax for errors of 7.38e-18 and 1.97e-16 (Chebyshev, by mpmath at 40 digits).
static const REAL REACH[] = {
    0.942809041582063362, 0.0471404520791057746, 0.00757614408386195459, 0.00175373706836867007,
    0.000488256075393192801, 0.000152114199372216387, 0.0000510942545148346732, 0.0000183491268408970555,
    5.83672864724229027e-6, 5.46578806810183679e-6, -6.11286061738224118e-6, 0.0000135345338816749082,
    -0.0000179489152436826612, 0.0000185191488354136408, -0.0000134781210293057572, 6.76505315467904492e-6,
    -2.07641508550871648e-6, 3.06589867858277339e-7,
};
static const REAL ANGLE[] = {
    1.41421356237309494, 0.117851130197825321, 0.0265165042872652167, 0.0078918170607558019,
    0.00268540304058572982, 0.000988811304250282246, 0.000382624308065520744, 0.000159377432921009992,
    0.0000411261508605129455, 0.000101531745088449621, -0.000171366102092346491, 0.000341818862286027,
    -0.000461324342202706407, 0.000471863950655661155, -0.000343042773668645911, 0.000171130113809307455,
    -0.0000522504288556841837, 7.60961425201944396e-6,
};

#include "image_kernel.h"

LW_CLONES void lw_image_norms_f64(int channels, const REAL *image, REAL *norms, REAL *inverses) {
    image_norms_f64(channels, image, norms, inverses);
}

LW_CLONES void lw_image_kernel_f64(
    int channels, const REAL *image, const REAL *norms, const REAL *inverses, const REAL *block,
    const REAL *block_norms, const REAL *block_inverses, REAL *values, REAL *scratch) {
    forward_f64(
        channels, image, norms, inverses, (const V *)block, (const V *)block_norms, (const V *)block_inverses,
        (V *)values, (V *)scratch, 0, 0);
}

LW_CLONES void lw_image_gradient_f64(
    int channels, const REAL *image, const REAL *norms, const REAL *inverses, const REAL *block,
    const REAL *block_norms, const REAL *block_inverses, REAL weight, REAL *values, REAL *gradient,
    REAL *norm_gradient, REAL *scratch) {
    image_gradient_f64(
        channels, image, norms, inverses, (const V *)block, (const V *)block_norms, (const V *)block_inverses, weight,
        (V *)values, (V *)gradient, (V *)norm_gradient, (V *)scratch);
}

LW_CLONES void lw_image_gradient_finish_f64(
    int channels, const REAL *block, const REAL *block_inverses, REAL *gradient, REAL *norm_gradient, REAL *scratch) {
    image_gradient_finish_f64(
        channels, (const V *)block, (const V *)block_inverses, (V *)gradient, (V *)norm_gradient, (V *)scratch);
}
