"""Trains the model, and writes held-out rows:  python train.py HELDOUT_FOLDER"""

import os
import sys

import lightgbm
import numpy as np
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

HERE = os.path.dirname(os.path.abspath(__file__))
heldout = sys.argv[1]

X, y = load_wine(return_X_y=True, as_frame=True)
X, X_heldout, y, y_heldout = train_test_split(X, y, test_size=0.25, random_state=7, stratify=y)
settings = {"objective": "multiclass", "num_class": 3, "num_leaves": 7, "min_data_in_leaf": 5, "seed": 7, "verbose": -1}
booster = lightgbm.train(settings, lightgbm.Dataset(X, y), num_boost_round=60)

booster.save_model(os.path.join(HERE, "model.txt"))
# Backwards on purpose: columns are matched by their names.
X_heldout[X_heldout.columns[::-1]].to_csv(os.path.join(heldout, "X.csv"), index=False)
np.savetxt(os.path.join(heldout, "y.txt"), y_heldout, fmt="%d")
