"""Searches in numpy: the Python package's steps, and a plain scan."""

import numpy as np

from specifying.peer import kernel, simplex_weights

TASKS_OF = 50


def write_market(path, count, points, columns, queries):
    """Specifications that are copies of tasks, fifty of each and a little different, then queries that mix two tasks.

    Everything is 64-bit floating-point numbers, row by row.
    """
    generator = np.random.default_rng(7)
    tasks = max(2, count // TASKS_OF)
    middles = 2 * generator.standard_normal((tasks, columns))
    common = [middle + generator.standard_normal((points, columns)) for middle in middles]
    with open(path, "wb") as file:
        for place in range(count):
            (common[place % tasks] + 0.1 * generator.standard_normal((points, columns))).tofile(file)
        for _ in range(queries):
            first, second = generator.choice(tasks, 2, replace=False)
            share = round(0.6 * points)
            rows = [middles[first] + generator.standard_normal((share, columns))]
            rows.append(middles[second] + generator.standard_normal((points - share, columns)))
            np.concatenate(rows).tofile(file)


def inner(left, right):
    """The inner product of two sets of points of equal weights."""
    return kernel(left, right).mean()


def scan(market, norms, query):
    """Squared distances with what does not change kept: one inner product for each specification."""
    own = inner(query, query)
    return np.array([own - 2 * inner(query, each) + norm for each, norm in zip(market, norms)])


def package(market, query, size=5):
    """The Python package's search: three inner products for each, and a greedy mixture of the 25 nearest."""
    own = inner(query, query)
    distances = np.array([own - 2 * inner(query, each) + inner(each, each) for each in market])
    front = np.argsort(distances, kind="stable")[: size * size]
    gram = np.array([[inner(market[i], market[j]) for j in front] for i in front])
    cross = np.array([inner(query, market[i]) for i in front])
    chosen, reached = [], np.inf
    while len(chosen) < size:
        best, least = None, np.inf
        for place in range(len(front)):
            if place in chosen:
                continue
            trial = chosen + [place]
            part, linear = gram[np.ix_(trial, trial)], cross[trial]
            weights = simplex_weights(part, linear) if len(trial) > 1 else np.ones(1)
            distance = own + weights @ part @ weights - 2 * linear @ weights
            if distance < least:
                best, least = place, distance
        if best is None or (chosen and least > 0.95 * reached):
            break
        chosen.append(best)
        reached = least
    return distances, reached if len(chosen) > 1 else None
