"""The job selector of the Python package, step by step, in numpy and LightGBM.

python-learnware 0.3, `reuse/job_selector.py` and `specification/regular/table/rkme.py`: herding draws 100 candidates for
each point and computes all kernels anew in every step (`step by step`), and 2000 trees learn to tell the points apart.
With `running` the sum over chosen points is kept, which changes no choice.
"""

import numpy as np

GAMMA = 0.1


def kernel(x, y):
    squares = (x**2).sum(1)[:, None] + (y**2).sum(1)[None, :] - 2 * x @ y.T
    return np.exp(-GAMMA * np.maximum(squares, 0))


def herd(points, weights, count, random, keeps_sum):
    weights = np.maximum(weights, 0)
    chosen = random.choice(len(points), 100 * count, p=weights / weights.sum())
    candidates = random.normal(points[chosen], 0.25)
    wanted = kernel(candidates, points) @ weights
    found = np.zeros((count, points.shape[1]))
    sums = np.zeros(len(candidates))
    for step in range(count):
        if not keeps_sum and step > 0:
            sums = kernel(candidates, found[:step]).sum(1)
        best = np.argmax((step + 1) * wanted - sums)
        found[step] = candidates[best]
        if keeps_sum:
            sums += kernel(candidates, found[step : step + 1])[:, 0]
    return found


def mixture_weights(specifications, rows):
    """The same quadratic program by projected gradient: a few numbers, whose cost does not matter here."""
    inner = np.array(
        [[a["beta"] @ kernel(a["z"], b["z"]) @ b["beta"] for b in specifications] for a in specifications]
    )
    wanted = np.array([a["beta"] @ kernel(a["z"], rows).mean(1) for a in specifications])
    weights = np.full(len(specifications), 1 / len(specifications))
    for _ in range(20_000):
        weights = np.maximum(weights - 0.01 * (inner @ weights - wanted), 0)
        weights /= weights.sum()
    return weights


def choose(specifications, rows, keeps_sum, threads, seed=0):
    """The learnware of each row."""
    import lightgbm

    random = np.random.default_rng(seed)
    weights = mixture_weights(specifications, rows)
    counts = [max(5, int(1000 * weight)) for weight in weights]
    herded = [herd(one["z"], one["beta"], count, random, keeps_sum) for one, count in zip(specifications, counts)]
    X, y = np.vstack(herded), np.repeat(np.arange(len(herded)), counts)
    held = np.concatenate([np.flatnonzero(y == one)[-max(1, (y == one).sum() // 5) :] for one in range(len(herded))])
    learnt = np.setdiff1d(np.arange(len(y)), held)
    options = {
        "n_estimators": 2000, "learning_rate": 0.01, "max_depth": 66, "boost_from_average": False, "n_jobs": threads,
        "verbose": -1,
    }
    first = lightgbm.LGBMClassifier(**options)
    stop = lightgbm.early_stopping(300, verbose=False)
    first.fit(X[learnt], y[learnt], eval_set=[(X[held], y[held])], callbacks=[stop])
    options["n_estimators"] = max(1, first.best_iteration_ or 2000)
    return lightgbm.LGBMClassifier(**options).fit(X, y).predict(rows)
