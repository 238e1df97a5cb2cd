"""Well-known libraries, imported before there is a package.

A host that expects packages of one environment keeps a runner that has done this. What is imported depends on the
environment alone. A library that is not there, or fails, is the package's to find out.
"""

import sys
from importlib import import_module
from importlib.util import find_spec

# By the top-level module that must be there: what models commonly load, as far as it is slow to import.
KNOWN = {
    "numpy": ("numpy",),
    "joblib": ("joblib",),
    "scipy": ("scipy.linalg", "scipy.sparse", "scipy.special", "scipy.stats"),
    "pandas": ("pandas",),
    "sklearn": (
        "sklearn.cluster",
        "sklearn.compose",
        "sklearn.decomposition",
        "sklearn.discriminant_analysis",
        "sklearn.ensemble",
        "sklearn.feature_extraction.text",
        "sklearn.gaussian_process",
        "sklearn.impute",
        "sklearn.linear_model",
        "sklearn.naive_bayes",
        "sklearn.neighbors",
        "sklearn.neural_network",
        "sklearn.pipeline",
        "sklearn.preprocessing",
        "sklearn.svm",
        "sklearn.tree",
    ),
    "lightgbm": ("lightgbm",),
    "xgboost": ("xgboost",),
    "onnxruntime": ("onnxruntime",),
    "torch": ("torch",),
    "learnware": ("learnware.model",),  # the shim
}


def import_known():
    for top, names in KNOWN.items():
        try:
            if find_spec(top) is None:
                continue
            for name in names:
                import_module(name)
        except BaseException as error:  # SystemExit too: another library may still be of use
            print(f"{top} is not imported ahead: {type(error).__name__}", file=sys.stderr)
