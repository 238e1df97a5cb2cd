"""Specifications of images in numpy: the Python package's fit by random networks, and its kernel for comparison.

Steps and sizes are those of `RKMEImageOptions.Method.networks`: rows keep their order, each network sees some images of
its own choice, and the data come in by the mean of their features. Convolutions are products of matrices, in single
precision; the kernel is in double precision.
"""

import numpy as np

from .peer import simplex_weights

SIDE = 32
ADDED = 0.01
STEPS_IN_ROUND = 3
# Images that are taken through a network at a time.
BLOCK = 32
# The package's own constants: the square root of 2 over 9 neighbours, in single precision, and the biases' variance.
WEIGHT, BIAS = float.fromhex("0x1.41cfeap-3"), 0.1


def standardised(values, count, channels):
    """(n × channels × 32 × 32) with mean 0 and deviation 1 for each channel over all images."""
    images = values.reshape(count, channels, SIDE, SIDE).astype(np.float64)
    images -= images.mean((0, 2, 3), keepdims=True)
    return (images / images.std((0, 2, 3), keepdims=True, ddof=1)).astype(np.float32)


# Networks: images lie (n × rows × columns × channels) in them


def neighbourhoods(images):
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
    side = images.shape[1]
    return np.concatenate(
        [padded[:, y : y + side, x : x + side] for y in range(3) for x in range(3)], axis=3
    )


def product(images, matrix):
    """One product of matrices, not one for each row of each image."""
    return (images.reshape(-1, images.shape[-1]) @ matrix).reshape(*images.shape[:-1], -1)


def summed(rows, channels):
    """The transpose of `neighbourhoods`."""
    count, side = rows.shape[:2]
    padded = np.zeros((count, side + 2, side + 2, channels), rows.dtype)
    for place in range(9):
        y, x = divmod(place, 3)
        padded[:, y : y + side, x : x + side] += rows[..., place * channels : (place + 1) * channels]
    return padded[:, 1:-1, 1:-1]


def draw(generator, channels, width):
    layers = []
    for inputs in (channels, width, width):
        kernel = generator.normal(0, (2 / (9 * inputs)) ** 0.5, (9 * inputs, width)).astype(np.float32)
        layers.append((kernel, generator.normal(0, 0.1, width).astype(np.float32)))
    return layers


def forward(layers, images):
    """The features of some images, and for each layer which values were positive."""
    signs = []
    for kernel, bias in layers:
        values = product(neighbourhoods(images), kernel) + bias
        signs.append(values > 0)
        values *= signs[-1]
        count, side, _, width = values.shape
        images = values.reshape(count, side // 2, 2, side // 2, 2, width).mean((2, 4))
    return images, signs


def backward(layers, features, signs, channels):
    """The derivatives by the images, from those by the features."""
    inputs = [channels, layers[0][0].shape[1], layers[1][0].shape[1]]
    for (kernel, _), sign, count in zip(reversed(layers), reversed(signs), reversed(inputs)):
        values = np.repeat(np.repeat(features * np.float32(0.25), 2, axis=1), 2, axis=2) * sign
        features = summed(product(values, kernel.T), count)
    return features


def mean_features(layers, images):
    total = 0
    for start in range(0, len(images), BLOCK):
        total = total + forward(layers, images[start : start + BLOCK])[0].sum(0)
    return total / len(images)


def features_of(layers, images):
    return np.concatenate(
        [forward(layers, images[start : start + BLOCK])[0] for start in range(0, len(images), BLOCK)]
    )


def weighted(networks, means, points):
    """The best weights for the points in these networks."""
    kernel, products = np.full((len(points), len(points)), ADDED), np.full(len(points), ADDED)
    for layers, mean in zip(networks, means):
        features = features_of(layers, points).reshape(len(points), -1)
        scale = 1 / features.shape[1] / len(networks)
        kernel += scale * (features @ features.T)
        products += scale * (features @ mean.reshape(-1))
    return simplex_weights(kernel, products)


def gradient(networks, means, points, beta):
    result = np.zeros_like(points)
    for layers, mean in zip(networks, means):
        parts = [forward(layers, points[start : start + BLOCK]) for start in range(0, len(points), BLOCK)]
        features = np.concatenate([part[0] for part in parts])
        difference = np.tensordot(beta.astype(np.float32), features, 1) - mean
        scale = 2 / features[0].size / len(networks)
        for index, (_, signs) in enumerate(parts):
            rows = slice(index * BLOCK, min((index + 1) * BLOCK, len(points)))
            factors = (scale * beta[rows]).astype(np.float32)[:, None, None, None]
            result[rows] += backward(layers, factors * difference, signs, points.shape[3])
    return result


class AdaBelief:
    """Zhuang et al. 2020, algorithm 2."""

    def __init__(self, shape, size):
        self.mean, self.variance, self.size, self.steps = np.zeros(shape), np.zeros(shape), size, 0

    def step(self, values, slope):
        self.steps += 1
        self.mean += 0.1 * (slope - self.mean)
        self.variance += 0.001 * ((slope - self.mean) ** 2 - self.variance) + 1e-16
        mean = self.mean / (1 - 0.9**self.steps)
        return values - self.size * mean / (np.sqrt(self.variance / (1 - 0.999**self.steps)) + 1e-16)


def fit(images, points, count, rows_each, rounds, width=256, seed=0):
    """Points (K × channels × 32 × 32) and weights that stand for the images."""
    generator = np.random.default_rng(seed)
    channels = images.shape[1]
    data = np.ascontiguousarray(images.transpose(0, 2, 3, 1))
    z = generator.standard_normal((points, SIDE, SIDE, channels)).astype(np.float32)

    def drawn():
        networks = [draw(generator, channels, width) for _ in range(count)]
        chosen = [generator.permutation(len(data))[:rows_each] for _ in range(count)]
        return networks, [mean_features(layers, data[rows]) for layers, rows in zip(networks, chosen)]

    networks, means = drawn()
    beta = weighted(networks, means, z)
    optimizer = AdaBelief(z.shape, 0.01)
    for _ in range(rounds):
        networks, means = drawn()
        for _ in range(STEPS_IN_ROUND):
            z = optimizer.step(z, gradient(networks, means, z, beta)).astype(np.float32)
        beta = weighted(networks, means, z)
    return z.transpose(0, 3, 1, 2), beta


# The kernel of networks of infinite width


def box(map):
    padded = np.pad(map, [(0, 0)] * (map.ndim - 2) + [(1, 1), (1, 1)])
    side = map.shape[-1]
    total = sum(padded[..., y : y + side, x : x + side] for y in range(3) for x in range(3))
    return total * WEIGHT + BIAS


def pooled(map):
    *lead, side, _ = map.shape
    return map.reshape(*lead, side // 2, 2, side // 2, 2).mean((-3, -1))


def kernel(images, others):
    """(n × m), for (n × channels × 32 × 32) and (m × channels × 32 × 32)."""
    images, others = images.astype(np.float64), others.astype(np.float64)
    right = (others * others).mean(1)
    result = np.empty((len(images), len(others)))
    for row, image in enumerate(images):
        left, across, norms = (image * image).mean(0), (image[None] * others).mean(1), right
        for _ in range(3):
            left, norms, across = box(left), box(norms), box(across)
            root = np.sqrt(left * norms)
            cosine = np.clip(across / root, -1, 1)
            value = root * (np.sqrt(1 - cosine * cosine) + (np.pi - np.arccos(cosine)) * cosine) / (2 * np.pi)
            left, norms, across = pooled(left / 2), pooled(norms / 2), pooled(value)
        result[row] = across.mean((-2, -1))
    return result


def discrepancy(images, z, beta):
    """The MMD between images and points."""
    own = kernel(images, images).mean() - 2 * beta @ kernel(z, images).mean(1) + beta @ kernel(z, z) @ beta
    return max(0.0, own) ** 0.5
