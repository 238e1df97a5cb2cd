"""Trains the model, and writes held-out rows:  python train.py HELDOUT_FOLDER"""

import os
import sys

import numpy as np
from sklearn.datasets import load_diabetes

HERE = os.path.dirname(os.path.abspath(__file__))
heldout = sys.argv[1]

data = load_diabetes()
order = np.random.default_rng(7).permutation(len(data.target))
train, test = order[:353], order[353:]

# Ridge regression in closed form: w = (ZᵀZ + αI)⁻¹ Zᵀ(y - mean of y), with Z the centred columns.
X, y = data.data[train], data.target[train]
Z = X - X.mean(axis=0)
weights = np.linalg.solve(Z.T @ Z + 0.1 * np.eye(X.shape[1]), Z.T @ (y - y.mean()))
intercept = y.mean() - X.mean(axis=0) @ weights

np.savez(os.path.join(HERE, "weights.npz"), weights=weights, intercept=intercept)
header = ",".join(data.feature_names)
# %.17g: every digit of the numbers, so that nothing is lost on the way through text.
np.savetxt(os.path.join(heldout, "X.csv"), data.data[test], "%.17g", ",", header=header, comments="")
np.savetxt(os.path.join(heldout, "y.txt"), data.target[test], "%.17g")
