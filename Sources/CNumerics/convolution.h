// The functions of lw_convolution.h for one type. The file that includes this defines REAL and NAME(f).

typedef REAL NAME(lane) __attribute__((vector_size(16 * sizeof(REAL)), aligned(sizeof(REAL))));
typedef uint8_t NAME(bits) __attribute__((vector_size(16), aligned(1)));
#define V NAME(lane)
#define BITS NAME(bits)
#define LANES 16

LW_INLINE void NAME(neighbourhoods)(int side, int channels, const REAL *image, REAL *rows) {
    for (int row = 0; row < side; row++)
        for (int column = 0; column < side; column++)
            for (int y = row - 1; y <= row + 1; y++)
                for (int x = column - 1; x <= column + 1; x++) {
                    int inside = y >= 0 && y < side && x >= 0 && x < side;
                    for (int channel = 0; channel < channels; channel++)
                        *rows++ = inside ? image[(channel * side + y) * side + x] : 0;
                }
}

LW_INLINE void NAME(sum_neighbourhoods)(int side, int channels, const REAL *rows, REAL *image) {
    for (int index = 0; index < channels * side * side; index++) image[index] = 0;
    for (int row = 0; row < side; row++)
        for (int column = 0; column < side; column++)
            for (int y = row - 1; y <= row + 1; y++)
                for (int x = column - 1; x <= column + 1; x++) {
                    int inside = y >= 0 && y < side && x >= 0 && x < side;
                    for (int channel = 0; channel < channels; channel++, rows++)
                        if (inside) image[(channel * side + y) * side + x] += *rows;
                }
}

// A value, its share of the mean, and its bit.
LW_INLINE void NAME(take)(const V *value, int bit, V *mean, BITS *signs) {
    V positive = __builtin_elementwise_max(*value, (V){0});
    *mean += positive * (REAL)0.25;
    *signs |= __builtin_convertvector(*value > 0, BITS) & (uint8_t)(1 << bit);
}

// The value's share of the mean's derivative, where its bit is set.
LW_INLINE void NAME(give)(const V *mean, const BITS *signs, int bit, V *value) {
    BITS set = (*signs >> bit) & (uint8_t)1;
    *value = *mean * __builtin_convertvector(set, V);
}

LW_INLINE void NAME(rectify)(
    int side, int width, const REAL *values, const REAL *bias, REAL *pooled, uint8_t *signs) {
    int half = side / 2;
    for (int index = 0; index < half * half; index++) {
        const REAL *corner = values + (long)(2 * (index / half) * side + 2 * (index % half)) * width;
        for (int channel = 0; channel < width; channel += LANES) {
            V mean = {0}, offset = *(const V *)(bias + channel);
            BITS bits = {0};
            for (int place = 0; place < 4; place++) {
                V value = *(const V *)(corner + (long)(place / 2 * side + place % 2) * width + channel) + offset;
                NAME(take)(&value, place, &mean, &bits);
            }
            *(V *)(pooled + (long)index * width + channel) = mean;
            if (signs) *(BITS *)(signs + (long)index * width + channel) = bits;
        }
    }
}

LW_INLINE void NAME(unrectify)(int side, int width, const REAL *pooled, const uint8_t *signs, REAL *values) {
    int half = side / 2;
    for (int index = 0; index < half * half; index++) {
        REAL *corner = values + (long)(2 * (index / half) * side + 2 * (index % half)) * width;
        for (int channel = 0; channel < width; channel += LANES) {
            V mean = *(const V *)(pooled + (long)index * width + channel) * (REAL)0.25;
            BITS bits = *(const BITS *)(signs + (long)index * width + channel);
            for (int place = 0; place < 4; place++) {
                V value;
                NAME(give)(&mean, &bits, place, &value);
                *(V *)(corner + (long)(place / 2 * side + place % 2) * width + channel) = value;
            }
        }
    }
}

// Each of the four transforms along one axis, of values that lie `step` apart.

LW_INLINE void NAME(tile_axis)(const V *d, int step, V *t, int to) {
    V d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step], d5 = d[5 * step];
    V a = d4 - d2 * (REAL)4, b = d3 - d1 * (REAL)4, c = d4 - d2, e = (d3 - d1) * (REAL)2;
    t[0] = d0 * (REAL)4 - d2 * (REAL)5 + d4;
    t[to] = a + b;
    t[2 * to] = a - b;
    t[3 * to] = c + e;
    t[4 * to] = c - e;
    t[5 * to] = d1 * (REAL)4 - d3 * (REAL)5 + d5;
}

LW_INLINE void NAME(untile_axis)(const V *t, int step, V *d, int to) {
    V t0 = t[0], t1 = t[step], t2 = t[2 * step], t3 = t[3 * step], t4 = t[4 * step], t5 = t[5 * step];
    V sum = t1 + t2, difference = t1 - t2, wide = t3 + t4, slope = (t3 - t4) * (REAL)2;
    d[0] = t0 * (REAL)4;
    d[to] = t5 * (REAL)4 - difference * (REAL)4 - slope;
    d[2 * to] = -t0 * (REAL)5 - sum * (REAL)4 - wide;
    d[3 * to] = difference + slope - t5 * (REAL)5;
    d[4 * to] = t0 + sum + wide;
    d[5 * to] = t5;
}

LW_INLINE void NAME(result_axis)(const V *m, int step, V *y, int to) {
    V m0 = m[0], m1 = m[step], m2 = m[2 * step], m3 = m[3 * step], m4 = m[4 * step], m5 = m[5 * step];
    V sum = m1 + m2, difference = m1 - m2, wide = m3 + m4, slope = m3 - m4;
    y[0] = m0 + sum + wide;
    y[to] = difference + slope * (REAL)2;
    y[2 * to] = sum + wide * (REAL)4;
    y[3 * to] = difference + slope * (REAL)8 + m5;
}

LW_INLINE void NAME(unresult_axis)(const V *y, int step, V *m, int to) {
    V y0 = y[0], y1 = y[step], y2 = y[2 * step], y3 = y[3 * step];
    V even = y0 + y2, odd = y1 + y3, far = y0 + y2 * (REAL)4, steep = y1 * (REAL)2 + y3 * (REAL)8;
    m[0] = y0;
    m[to] = even + odd;
    m[2 * to] = even - odd;
    m[3 * to] = far + steep;
    m[4 * to] = far - steep;
    m[5 * to] = y3;
}

LW_INLINE void NAME(winograd_weights)(const REAL *kernel, REAL *values) {
    REAL rows[6][3];
    for (int axis = 0; axis < 2; axis++)
        for (int line = 0; line < (axis ? 6 : 3); line++) {
            REAL g0 = axis ? rows[line][0] : kernel[line], g1 = axis ? rows[line][1] : kernel[3 + line];
            REAL g2 = axis ? rows[line][2] : kernel[6 + line];
            REAL out[6] = {
                g0 / 4, -(g0 + g1 + g2) / 6, -(g0 - g1 + g2) / 6, (g0 + 2 * g1 + 4 * g2) / 24,
                (g0 - 2 * g1 + 4 * g2) / 24, g2};
            for (int place = 0; place < 6; place++)
                if (axis) values[line * 6 + place] = out[place];
                else rows[place][line] = out[place];
        }
}

LW_INLINE void NAME(winograd_tiles)(int side, int width, const REAL *image, REAL *tiles, long plane) {
    int across = side / 4;
    for (int tile = 0; tile < across * across; tile++) {
        int top = tile / across * 4 - 1, left = tile % across * 4 - 1;
        for (int channel = 0; channel < width; channel += LANES) {
            V patch[36], half[36];
            for (int place = 0; place < 36; place++) {
                int y = top + place / 6, x = left + place % 6;
                int inside = y >= 0 && y < side && x >= 0 && x < side;
                patch[place] = inside ? *(const V *)(image + (long)(y * side + x) * width + channel) : (V){0};
            }
            for (int line = 0; line < 6; line++) NAME(tile_axis)(patch + line, 6, half + line, 6);
            for (int line = 0; line < 6; line++) NAME(tile_axis)(half + 6 * line, 1, patch + 6 * line, 1);
            for (int place = 0; place < 36; place++)
                *(V *)(tiles + place * plane + (long)tile * width + channel) = patch[place];
        }
    }
}

LW_INLINE void NAME(winograd_untile)(int side, int width, const REAL *tiles, long plane, REAL *image) {
    int across = side / 4;
    for (int tile = 0; tile < across * across; tile++) {
        int top = tile / across * 4 - 1, left = tile % across * 4 - 1;
        for (int channel = 0; channel < width; channel += LANES) {
            V patch[36], half[36];
            for (int place = 0; place < 36; place++)
                patch[place] = *(const V *)(tiles + place * plane + (long)tile * width + channel);
            for (int line = 0; line < 6; line++) NAME(untile_axis)(patch + line, 6, half + line, 6);
            for (int line = 0; line < 6; line++) NAME(untile_axis)(half + 6 * line, 1, patch + 6 * line, 1);
            for (int place = 0; place < 36; place++) {
                int y = top + place / 6, x = left + place % 6;
                if (y < 0 || y >= side || x < 0 || x >= side) continue;
                *(V *)(image + (long)(y * side + x) * width + channel) += patch[place];
            }
        }
    }
}

LW_INLINE void NAME(winograd_rectify)(
    int side, int width, const REAL *tiles, long plane, const REAL *bias, REAL *pooled, uint8_t *signs) {
    int across = side / 4, half_side = side / 2;
    for (int tile = 0; tile < across * across; tile++) {
        long corner = (tile / across * 2) * half_side + tile % across * 2;
        for (int channel = 0; channel < width; channel += LANES) {
            V product[36], half[24], result[16], offset = *(const V *)(bias + channel);
            for (int place = 0; place < 36; place++)
                product[place] = *(const V *)(tiles + place * plane + (long)tile * width + channel);
            for (int line = 0; line < 6; line++) NAME(result_axis)(product + line, 6, half + line, 6);
            for (int line = 0; line < 4; line++) NAME(result_axis)(half + 6 * line, 1, result + 4 * line, 1);
            for (int pool = 0; pool < 4; pool++) {
                V mean = {0};
                BITS bits = {0};
                for (int place = 0; place < 4; place++) {
                    V value = result[(pool / 2 * 2 + place / 2) * 4 + pool % 2 * 2 + place % 2] + offset;
                    NAME(take)(&value, place, &mean, &bits);
                }
                long index = (corner + pool / 2 * half_side + pool % 2) * width + channel;
                *(V *)(pooled + index) = mean;
                if (signs) *(BITS *)(signs + index) = bits;
            }
        }
    }
}

LW_INLINE void NAME(winograd_unrectify)(
    int side, int width, const REAL *pooled, const uint8_t *signs, REAL *tiles, long plane) {
    int across = side / 4, half_side = side / 2;
    for (int tile = 0; tile < across * across; tile++) {
        long corner = (tile / across * 2) * half_side + tile % across * 2;
        for (int channel = 0; channel < width; channel += LANES) {
            V product[36], half[24], result[16];
            for (int pool = 0; pool < 4; pool++) {
                long index = (corner + pool / 2 * half_side + pool % 2) * width + channel;
                V mean = *(const V *)(pooled + index) * (REAL)0.25;
                BITS bits = *(const BITS *)(signs + index);
                for (int place = 0; place < 4; place++)
                    NAME(give)(
                        &mean, &bits, place, result + (pool / 2 * 2 + place / 2) * 4 + pool % 2 * 2 + place % 2);
            }
            for (int line = 0; line < 4; line++) NAME(unresult_axis)(result + 4 * line, 1, half + 6 * line, 1);
            for (int line = 0; line < 6; line++) NAME(unresult_axis)(half + line, 6, product + line, 6);
            for (int place = 0; place < 36; place++)
                *(V *)(tiles + place * plane + (long)tile * width + channel) = product[place];
        }
    }
}

// What the header declares, compiled for each generation of processors with all of the above in it.
#define EXPORTED(f, parameters, arguments) \
    LW_CLONES void NAME(lw_##f) parameters { NAME(f) arguments; }

EXPORTED(neighbourhoods, (int side, int channels, const REAL *image, REAL *rows), (side, channels, image, rows))
EXPORTED(sum_neighbourhoods, (int side, int channels, const REAL *rows, REAL *image), (side, channels, rows, image))
EXPORTED(
    rectify, (int side, int width, const REAL *values, const REAL *bias, REAL *pooled, uint8_t *signs),
    (side, width, values, bias, pooled, signs))
EXPORTED(
    unrectify, (int side, int width, const REAL *pooled, const uint8_t *signs, REAL *values),
    (side, width, pooled, signs, values))
EXPORTED(winograd_weights, (const REAL *kernel, REAL *values), (kernel, values))
EXPORTED(
    winograd_tiles, (int side, int width, const REAL *image, REAL *tiles, long plane),
    (side, width, image, tiles, plane))
EXPORTED(
    winograd_untile, (int side, int width, const REAL *tiles, long plane, REAL *image),
    (side, width, tiles, plane, image))
EXPORTED(
    winograd_rectify,
    (int side, int width, const REAL *tiles, long plane, const REAL *bias, REAL *pooled, uint8_t *signs),
    (side, width, tiles, plane, bias, pooled, signs))
EXPORTED(
    winograd_unrectify,
    (int side, int width, const REAL *pooled, const uint8_t *signs, REAL *tiles, long plane),
    (side, width, pooled, signs, tiles, plane))
