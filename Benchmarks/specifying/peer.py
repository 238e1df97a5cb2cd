"""The Python package's table specification in numpy: the same steps, with matrix products where it has them.

k-means from rows that may coincide, at most 100 rounds, empty clusters at the origin; weights by an interior point;
three steps down its gradient. Numbers are float32 for k-means and float64 after it, as there.
"""

import numpy as np

GAMMA = 0.1
BLOCK = 8192


def squared_distances(x, y):
    result = (x * x).sum(1)[:, None] + (y * y).sum(1)[None, :] - 2 * x @ y.T
    return np.maximum(result, 0, out=result)


def kernel(x, y):
    result = squared_distances(x, y)
    result *= -GAMMA
    return np.exp(result, out=result)


def k_means(x, count, generator, rounds=100, tolerance=1e-4):
    centers = x[generator.integers(0, len(x), count)].copy()
    for _ in range(rounds):
        nearest = np.concatenate(
            [squared_distances(x[start : start + BLOCK], centers).argmin(1) for start in range(0, len(x), BLOCK)]
        )
        sums = np.zeros_like(centers)
        np.add.at(sums, nearest, x)
        members = np.bincount(nearest, minlength=count)
        moved = np.where(members[:, None] > 0, sums / np.maximum(members, 1)[:, None], 0).astype(x.dtype)
        change = ((moved - centers) ** 2).sum()
        centers = moved
        if change <= tolerance:
            break
    return centers


def simplex_weights(quadratic, linear, steps=60):
    """min ½ βᵀKβ − cᵀβ over the simplex, by a primal-dual interior point."""
    count = len(linear)
    x = np.full(count, 1 / count)
    slope = quadratic @ x - linear
    margin = 0.1 * (slope.max() - slope.min()) or 1.0
    y, s = margin - slope.min(), slope - slope.min() + margin
    ones = np.ones(count)

    def reach(values, step):
        falling = step < 0
        return min(1.0, (-values[falling] / step[falling]).min()) if falling.any() else 1.0

    for _ in range(steps):
        mean = x @ s / count
        if mean * count < 1e-9:
            break
        matrix = quadratic + np.diag(s / x)
        dual = quadratic @ x - linear + y - s

        def step(complementarity):
            solved = np.linalg.solve(matrix, np.stack([-dual - complementarity / x, ones], 1))
            turn = (solved[:, 0].sum() + x.sum() - 1) / solved[:, 1].sum()
            move = solved[:, 0] - turn * solved[:, 1]
            return move, -(complementarity + s * move) / x, turn

        move, slack, _ = step(x * s)
        length = min(reach(x, move), reach(s, slack))
        target = ((x + length * move) @ (s + length * slack) / count / mean) ** 3 * mean
        move, slack, turn = step(x * s + move * slack - target)
        length = 0.995 * min(reach(x, move), reach(s, slack))
        x, s, y = x + length * move, s + length * slack, y + length * turn
    return x / x.sum()


def means(x, points):
    total = np.zeros(len(points))
    for start in range(0, len(x), BLOCK):
        total += kernel(points, x[start : start + BLOCK]).sum(1)
    return total / len(x)


def fit(rows, count=100, steps=3, size=0.1, seed=0):
    single = rows.astype(np.float32)
    z = k_means(single, count, np.random.default_rng(seed)).astype(np.float64)
    x = single.astype(np.float64)
    beta = simplex_weights(kernel(z, z), means(x, z))
    for _ in range(steps):
        own = kernel(z, z) * beta
        gradient = own.sum(1)[:, None] * z - own @ z
        for start in range(0, len(x), BLOCK):
            part = x[start : start + BLOCK]
            values = kernel(z, part)
            gradient -= 2 / len(x) * (values.sum(1)[:, None] * z - values @ part)
        z = z - size * (-2 * GAMMA * beta[:, None] * gradient)
        beta = simplex_weights(kernel(z, z), means(x, z))
    return z, beta


def discrepancy(rows, z, beta):
    """The MMD to the rows; beyond 10,000 rows the part that only depends on them is estimated from as many."""
    part = rows if len(rows) <= 10_000 else rows[np.random.default_rng(1).permutation(len(rows))[:10_000]]
    norm = sum(kernel(part[start : start + 1000], part).sum() for start in range(0, len(part), 1000))
    n, m = len(rows), len(part)
    # A row is at distance 0 from itself, which a sample has more often than the whole.
    own = 1 / n + (1 - 1 / n) * (norm - m) / (m * (m - 1.0))
    return max(0.0, own - 2 * means(rows, z) @ beta + beta @ kernel(z, z) @ beta) ** 0.5


def search(points, weights):
    """The squared MMD of the first set to each, with three inner products for each as the package computes them."""
    first = points[0]

    def inner(left, right):
        return weights @ kernel(left, right) @ weights

    return [inner(first, first) - 2 * inner(first, each) + inner(each, each) for each in points]


def cached_search(points, weights, norms):
    """The same with what does not change kept: one inner product for each."""
    first = points[0]
    own = weights @ kernel(first, first) @ weights
    return [own - 2 * (weights @ kernel(first, each) @ weights) + norm for each, norm in zip(points, norms)]
