"""Trains the model, and writes held-out rows:  python train.py HELDOUT_FOLDER"""

import os
import sys

import joblib
import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

HERE = os.path.dirname(os.path.abspath(__file__))
heldout = sys.argv[1]

X, y = load_digits(return_X_y=True)
X, X_heldout, y, y_heldout = train_test_split(X, y, test_size=0.2, random_state=7, stratify=y)
pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(X, y)

joblib.dump(pipeline, os.path.join(HERE, "model.joblib"))
np.save(os.path.join(heldout, "X.npy"), X_heldout)
np.savetxt(os.path.join(heldout, "y.txt"), y_heldout, fmt="%d")
