"""Writes the fixtures of one environment:  python make.py NAME FOLDER"""

import json
import pickle
import sys
import warnings

import joblib
import numpy as np
import sklearn
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_diabetes, load_iris
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.multioutput import MultiOutputRegressor
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC

warnings.filterwarnings("ignore")
name, folder = sys.argv[1:]
X, y = load_iris(return_X_y=True)
rows = X[[0, 50, 75, 100, 149]]
species = np.array(["setosa", "versicolor", "virginica"])[y]
expected = {}


def keep(file, model, X=rows, note=None):
    expected[f"{name}-{file}"] = {
        "predictions": np.asarray(model.predict(X)).tolist(), "sklearn": sklearn.__version__, "joblib": joblib.__version__,
        "numpy": np.__version__, "rows": np.asarray(X).tolist(),
    }


def path(file):
    return f"{folder}/{name}-{file}"


logistic = LogisticRegression(max_iter=1000).fit(X, y)
joblib.dump(logistic, path("logistic.joblib"))
keep("logistic.joblib", logistic)

pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(X, species)
joblib.dump(pipeline, path("pipeline-zlib.joblib"), compress=3)
keep("pipeline-zlib.joblib", pipeline)

Xd, yd = load_diabetes(return_X_y=True)
linear = LinearRegression().fit(Xd, np.stack([yd, -yd], axis=1))
for protocol in (0, 1, 2, 4) + ((5,) if sys.version_info >= (3, 8) else ()):
    with open(path(f"linear-{protocol}.pkl"), "wb") as file:
        pickle.dump(linear, file, protocol=protocol)
keep("linear-4.pkl", linear, Xd[:3])

forest = RandomForestClassifier(n_estimators=2, max_depth=2, random_state=7).fit(X, y)
joblib.dump(forest, path("forest.joblib"))
keep("forest.joblib", forest)
svc = SVC().fit(X, y)
joblib.dump(svc, path("svc.joblib.gz"))

# Other kinds of models, of few rows, so that the files stay small. What they predict is not compared, so it is not
# kept. Boosting keeps the state of numpy's generator, which is given no seed.
few = X[::10]
others = {
    "boosting": GradientBoostingClassifier(n_estimators=1, max_depth=1).fit(few, y[::10]),
    "several": MultiOutputRegressor(Ridge()).fit(few, few[:, :3]),
    "neighbours": KNeighborsRegressor(n_neighbors=2).fit(few, few[:, :3]),
    "pca": PCA(n_components=2).fit(few),
}
for kind, model in others.items():
    joblib.dump(model, path(f"{kind}.joblib"), compress=3)

try:
    import pandas

    frame = pandas.DataFrame(X, columns=["sepal length (cm)", "sepal width (cm)", 'petal "length": [x], #1', "petal: width"])
    named = LogisticRegression(max_iter=1000).fit(frame, y)
    joblib.dump(named, path("named.joblib"))
    keep("named.joblib", named, frame.iloc[[0, 50, 75, 100, 149]])

    table = pandas.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "c": ["x", "y", "x", "z"]})
    encoder = ColumnTransformer([("n", StandardScaler(), ["a"]), ("t", OneHotEncoder(handle_unknown="ignore"), ["c"])])
    texts = make_pipeline(encoder, LogisticRegression()).fit(table, [0, 1, 0, 1])
    joblib.dump(texts, path("texts.joblib"), compress=3)
except ImportError:
    pass

try:
    import lightgbm
except ImportError:
    lightgbm = None
if lightgbm:
    common = {"num_leaves": 3, "min_data_in_leaf": 5, "seed": 7, "verbose": -1, "num_threads": 1, "deterministic": True}
    columns = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
    for objective, target in (("multiclass", y), ("binary", (y == 2).astype(int)), ("regression", X[:, 3])):
        extra = {"num_class": 3} if objective == "multiclass" else {}
        data = lightgbm.Dataset(X, target, feature_name=columns if objective == "multiclass" else "auto")
        booster = lightgbm.train({**common, **extra, "objective": objective}, data, num_boost_round=2)
        booster.save_model(path(f"{objective}.txt"))
        scores = booster.predict(rows)
        answer = scores.argmax(axis=1) if objective == "multiclass" else (scores > 0.5).astype(int) if objective == "binary" else scores
        expected[f"{name}-{objective}.txt"] = {
            "predictions": answer.tolist(), "lightgbm": lightgbm.__version__, "rows": rows.tolist(),
        }

try:
    import onnx
    import skl2onnx
except ImportError:
    onnx = None
if onnx:
    from onnx import TensorProto, helper
    from skl2onnx import to_onnx

    model = to_onnx(logistic, X[:1].astype(np.float32), options={"zipmap": False})
    open(path("logistic.onnx"), "wb").write(model.SerializeToString())
    expected[f"{name}-logistic.onnx"] = {"predictions": logistic.predict(rows).tolist(), "rows": rows.tolist()}
    model = to_onnx(logistic, X[:1].astype(np.float64))
    open(path("zipmap.onnx"), "wb").write(model.SerializeToString())
    # One row at a time, weights among the inputs as in version 3 of the format.
    weights = helper.make_tensor("weights", TensorProto.FLOAT, [4, 1], [1.0, 2.0, 3.0, 4.0])
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "weights"], ["sum"])], "sum",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 4]),
         helper.make_tensor_value_info("weights", TensorProto.FLOAT, [4, 1])],
        [helper.make_tensor_value_info("sum", TensorProto.FLOAT, [1, 1])], [weights])
    model = helper.make_model(graph, ir_version=3, opset_imports=[helper.make_opsetid("", 12)])
    onnx.checker.check_model(model)
    open(path("row-by-row.onnx"), "wb").write(model.SerializeToString())
    expected[f"{name}-row-by-row.onnx"] = {"predictions": (rows @ [1.0, 2.0, 3.0, 4.0]).tolist(), "rows": rows.tolist()}

json.dump(expected, open(f"{folder}/{name}.json", "w"), indent=1)
