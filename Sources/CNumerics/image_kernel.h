// The functions of lw_image_kernel.h for one type. The file that includes this defines REAL, NAME(f), REACH (the
// series of the arc-cosine map) and ANGLE (that of the angle).
//
// With c the cosine between two preactivations and u = 1 - |c|, the ReLU's map (Cho and Saul 2009, equation 6 for n = 1)
//     J(c) = (sqrt(1 - c^2) + (pi - acos c) c) / (2 pi) = (u^1.5 R(u) + pi max(c, 0)) / (2 pi)
// and acos |c| = sqrt(u) Q(u), with R and Q smooth on [0, 1]: one square root, two short polynomials, no branch, and no
// cancellation where images are nearly equal, which is where distances are decided.

typedef REAL NAME(vector) __attribute__((vector_size(64)));
#define V NAME(vector)

// The reference's own constant: sqrt(2) / 9 rounded to single precision, also where the rest is double.
static const REAL NAME(weight) = (REAL)0x1.41cfeap-3f;
static const REAL NAME(bias) = (REAL)0.1;
static const REAL NAME(half_pi) = (REAL)1.57079632679489661923;
static const REAL NAME(inverse_two_pi) = (REAL)0.159154943091895335769;

LW_INLINE void NAME(evaluate)(const REAL *coefficients, int count, const V *u, V *result) {
    V sum = *u * 0 + coefficients[count - 1];
    for (int i = count - 2; i >= 0; i--) sum = sum * *u + coefficients[i];
    *result = sum;
}

// Sums over 3 x 3 neighbours, zeros outside, times the weights' variance over 9. Its own transpose, and may be
// done in place.
LW_INLINE void NAME(box)(int side, const V *map, V *result) {
    V sums[3][LW_IMAGE_SIDE];
    const V zero = {0};
    for (int row = 0; row <= side; row++) {
        V *sum = sums[row % 3];
        for (int column = 0; column < side; column++) {
            if (row == side) {
                sum[column] = zero;
                continue;
            }
            const V *pixel = map + row * side + column;
            V left = column > 0 ? pixel[-1] : zero;
            V right = column + 1 < side ? pixel[1] : zero;
            sum[column] = left + pixel[0] + right;
        }
        if (row == 0) continue;
        const V *above = sums[(row + 1) % 3], *here = sums[(row + 2) % 3];
        V *out = result + (row - 1) * side;
        for (int column = 0; column < side; column++) {
            V total = here[column] + sum[column];
            if (row > 1) total += above[column];
            out[column] = total * NAME(weight);
        }
    }
}

// One layer: box sum, ReLU map, mean of 2 x 2. Where `slope` is asked for, also the map's derivative by the covariance,
// and what is left of the value after it, which is 2 k(z, z) times the derivative by the block's variance.
LW_INLINE void NAME(layer)(
    int side, V *map, const REAL *norms, const REAL *inverses, const V *block_norms, const V *block_inverses, V *pooled,
    V *slope, V *rest) {
    NAME(box)(side, map, map);
    const V zero = {0};
    int half = side / 2;
    for (int row = 0; row < side; row++) {
        V *out = pooled + (row / 2) * half;
        for (int column = 0; column < side; column++) {
            int index = row * side + column;
            V covariance = map[index] + NAME(bias);
            V cosine = covariance * block_inverses[index] * inverses[index];
            cosine = __builtin_elementwise_min(__builtin_elementwise_max(cosine, zero - (REAL)1), zero + (REAL)1);
            V u = (REAL)1 - __builtin_elementwise_abs(cosine);
            V root = __builtin_elementwise_sqrt(u);
            V series;
            NAME(evaluate)(REACH, sizeof REACH / sizeof(REAL), &u, &series);
            V reach = u * root * series + 2 * NAME(half_pi) * __builtin_elementwise_max(cosine, zero);
            V value = reach * block_norms[index] * (norms[index] * NAME(inverse_two_pi));
            if (slope) {
                NAME(evaluate)(ANGLE, sizeof ANGLE / sizeof(REAL), &u, &series);
                V angle = __builtin_elementwise_copysign(NAME(half_pi) - root * series, cosine) + NAME(half_pi);
                slope[index] = angle * NAME(inverse_two_pi);
                rest[index] = value - slope[index] * covariance;
            }
            V quarter = value * (REAL)0.25;
            if ((row | column) & 1) out[column / 2] += quarter;
            else out[column / 2] = quarter;
        }
    }
}

LW_INLINE void NAME(products)(int channels, const REAL *image, const V *block, V *map) {
    REAL scale = (REAL)1 / channels;
    for (int pixel = 0; pixel < LW_IMAGE_PIXELS; pixel++) {
        V sum = block[pixel] * image[pixel];
        for (int channel = 1; channel < channels; channel++) {
            int index = channel * LW_IMAGE_PIXELS + pixel;
            sum += block[index] * image[index];
        }
        map[pixel] = sum * scale;
    }
}

// The values of a block's pairs. `slopes` and `rests` (1344 vectors each) are for the gradient, or null.
LW_INLINE void NAME(forward)(
    int channels, const REAL *image, const REAL *norms, const REAL *inverses, const V *block, const V *block_norms,
    const V *block_inverses, V *values, V *map, V *slopes, V *rests) {
    NAME(products)(channels, image, block, map);
    int offset = 0;
    for (int side = LW_IMAGE_SIDE; side > 4; side /= 2) {
        V *pooled = map + side * side;
        NAME(layer)(
            side, map, norms + offset, inverses + offset, block_norms + offset, block_inverses + offset, pooled,
            slopes ? slopes + offset : 0, rests ? rests + offset : 0);
        offset += side * side;
        map = pooled;
    }
    V sum = map[0];
    for (int pixel = 1; pixel < 16; pixel++) sum += map[pixel];
    *values = sum * (REAL)(1.0 / 16);
}

// The transpose of a layer's mean of 2 x 2.
LW_INLINE void NAME(unpool)(int side, const V *pooled, V *map, REAL share) {
    for (int row = 0; row < side; row++)
        for (int column = 0; column < side; column++)
            map[row * side + column] = pooled[(row / 2) * (side / 2) + column / 2] * share;
}

LW_INLINE void NAME(image_norms)(int channels, const REAL *image, REAL *norms, REAL *inverses) {
    // One image has no lanes to fill; it is done once for each image, not for each pair.
    V map[LW_IMAGE_PIXELS];
    for (int pixel = 0; pixel < LW_IMAGE_PIXELS; pixel++) {
        V sum = {0};
        for (int channel = 0; channel < channels; channel++) {
            REAL value = image[channel * LW_IMAGE_PIXELS + pixel];
            sum += value * value;
        }
        map[pixel] = sum / (REAL)channels;
    }
    for (int side = LW_IMAGE_SIDE; side > 4; side /= 2) {
        NAME(box)(side, map, map);
        for (int index = 0; index < side * side; index++) {
            map[index] += NAME(bias);
            V norm = __builtin_elementwise_sqrt(map[index]);
            *norms++ = norm[0];
            *inverses++ = 1 / norm[0];
        }
        int half = side / 2;
        for (int row = 0; row < half; row++)
            for (int column = 0; column < half; column++) {
                const V *corner = map + 2 * row * side + 2 * column;
                map[row * half + column] = (corner[0] + corner[1] + corner[side] + corner[side + 1]) * (REAL)0.125;
            }
    }
}

LW_INLINE void NAME(image_gradient)(
    int channels, const REAL *image, const REAL *norms, const REAL *inverses, const V *block, const V *block_norms,
    const V *block_inverses, REAL weight, V *values, V *gradient, V *norm_gradient, V *scratch) {
    V *slopes = scratch, *rests = scratch + LW_IMAGE_NORMS, *map = scratch + 2 * LW_IMAGE_NORMS;
    NAME(forward)(
        channels, image, norms, inverses, block, block_norms, block_inverses, values, map, slopes, rests);
    // The mean of the last 4 x 4 is the same share for each.
    const V zero = {0};
    for (int pixel = 0; pixel < 64; pixel++) map[pixel] = zero + weight / 64;
    int offset = LW_IMAGE_NORMS;
    for (int side = 8; side <= LW_IMAGE_SIDE; side *= 2) {
        offset -= side * side;
        if (side > 8) {
            V *above = map;
            map = map == scratch + 2 * LW_IMAGE_NORMS ? map + LW_IMAGE_PIXELS : scratch + 2 * LW_IMAGE_NORMS;
            NAME(unpool)(side, above, map, (REAL)0.25);
        }
        for (int index = 0; index < side * side; index++) {
            norm_gradient[offset + index] += map[index] * rests[offset + index];
            map[index] *= slopes[offset + index];
        }
        NAME(box)(side, map, map);
    }
    REAL scale = (REAL)1 / channels;
    for (int channel = 0; channel < channels; channel++)
        for (int pixel = 0; pixel < LW_IMAGE_PIXELS; pixel++) {
            int index = channel * LW_IMAGE_PIXELS + pixel;
            gradient[index] += map[pixel] * (image[index] * scale);
        }
}

// From the norms back to the images: their chain of box sums, halves and means is linear.
LW_INLINE void NAME(image_gradient_finish)(
    int channels, const V *block, const V *block_inverses, V *gradient, V *norm_gradient, V *scratch) {
    for (int index = 0; index < LW_IMAGE_NORMS; index++)
        norm_gradient[index] *= block_inverses[index] * block_inverses[index] * (REAL)0.5;
    V *map = norm_gradient + LW_IMAGE_PIXELS + 256;
    for (int side = 8; side <= LW_IMAGE_SIDE; side *= 2) {
        NAME(box)(side, map, map);
        if (side == LW_IMAGE_SIDE) break;
        int next = 2 * side;
        V *below = map - next * next;
        NAME(unpool)(next, map, scratch, (REAL)0.125);
        for (int index = 0; index < next * next; index++) below[index] += scratch[index];
        map = below;
    }
    REAL scale = (REAL)2 / channels;
    for (int channel = 0; channel < channels; channel++)
        for (int pixel = 0; pixel < LW_IMAGE_PIXELS; pixel++) {
            int index = channel * LW_IMAGE_PIXELS + pixel;
            gradient[index] += map[pixel] * block[index] * scale;
        }
}
