"""Trains real models of several kinds and writes, for each, a folder to pack, its data and what the library predicts.

    python train.py FOLDER KIND…

FOLDER/KIND/package is the learnware; X.csv, X.npy or X.json its data; expected.npy (or expected.json for texts) what the
library answered here, in this process, for the same file. Everything is seeded.
"""

import json
import os
import shutil
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def folder(root, kind):
    """Copies the kind's module and makes the places for the rest."""
    package = os.path.join(root, kind, "package")
    os.makedirs(package)
    source = os.path.join(HERE, kind + ".py")
    if os.path.exists(source):
        shutil.copy(source, os.path.join(package, "__init__.py"))
        shutil.copy(os.path.join(HERE, "requirements.txt"), package)
    return os.path.join(root, kind), package


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def manifest(package, name, inputs, extra=""):
    write(os.path.join(package, "learnware.yaml"), f"name: {name}\nmodel: {{kwargs: {{}}}}\nsandbox:\n{extra}  inputs:\n{inputs}")


def matrix(columns):
    return f"    - {{name: X, datatype: FP64, shape: [-1, {columns}]}}\n"


def csv(path, frame):
    frame.to_csv(path, index=False)


def passengers(rows=240):
    """A table as people have them: named columns, some numbers missing, some columns of texts."""
    import pandas

    random = np.random.default_rng(11)
    frame = pandas.DataFrame(
        {
            "age": random.normal(40, 12, rows).round(1),
            "fare": random.gamma(2, 15, rows).round(2),
            "children": random.integers(0, 4, rows).astype(float),
            "class": random.choice(["first", "second", "third"], rows),
            "port": random.choice(["Cherbourg", "Queenstown", "Southampton, harbour"], rows),
        }
    )
    chance = (frame["fare"] > 30).astype(float) + (frame["class"] == "first") - (frame["age"] > 45)
    survived = (chance + random.normal(0, 0.5, rows) > 0.5).astype(int)
    frame.loc[random.choice(rows, 30, replace=False), "age"] = np.nan
    frame.loc[random.choice(rows, 10, replace=False), "fare"] = np.nan
    return frame, np.where(survived == 1, "yes", "no")


def tables(texts):
    """A pipeline with a ColumnTransformer on named and missing columns, and on columns of texts when asked."""

    def train(root, package):
        import joblib
        from sklearn.compose import ColumnTransformer
        from sklearn.impute import SimpleImputer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import OneHotEncoder, StandardScaler

        frame, y = passengers()
        numbers, words = ["age", "fare", "children"], ["class", "port"]
        steps = [("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers)]
        if texts:
            steps.append(("words", OneHotEncoder(handle_unknown="ignore"), words))
            frame.loc[::17, "port"] = np.nan
        else:
            frame = frame[numbers]
        model = make_pipeline(ColumnTransformer(steps), LogisticRegression(max_iter=500)).fit(frame[150:], y[150:])
        joblib.dump(model, os.path.join(package, "model.joblib"))
        lines = [f"    - {{name: {name}, datatype: FP64, shape: [-1]}}\n" for name in numbers]
        lines += [f"    - {{name: {name}, datatype: BYTES, shape: [-1], content_type: str}}\n" for name in words if texts]
        manifest(package, "passengers", "".join(lines))
        rows = frame[:150]
        # In another order, and one column more than the model knows: they are matched by name.
        shuffled = rows[list(reversed(rows.columns))]
        csv(os.path.join(root, "X.csv"), shuffled)
        write(os.path.join(root, "expected.json"), json.dumps(model.predict(rows).tolist()))

    return train


def lightgbm_kind(root, package):
    import lightgbm
    import pandas
    from sklearn.datasets import load_wine

    X, y = load_wine(return_X_y=True)
    settings = {"objective": "multiclass", "num_class": 3, "num_leaves": 5, "num_threads": 1, "verbose": -1, "seed": 3}
    booster = lightgbm.train(settings, lightgbm.Dataset(X, y), num_boost_round=12)
    booster.save_model(os.path.join(package, "model.txt"))
    manifest(package, "wine-trees", matrix(13))
    csv(os.path.join(root, "X.csv"), pandas.DataFrame(X).add_prefix("x"))
    np.save(os.path.join(root, "expected.npy"), booster.predict(X))


def xgboost_kind(root, package):
    import pandas
    import xgboost
    from sklearn.datasets import load_diabetes

    X, y = load_diabetes(return_X_y=True)
    X[::9, 2] = np.nan  # missing values are a branch of their own there
    model = xgboost.XGBRegressor(n_estimators=20, max_depth=3, n_jobs=1, random_state=5).fit(X, y)
    model.save_model(os.path.join(package, "model.ubj"))
    manifest(package, "diabetes-trees", matrix(10))
    csv(os.path.join(root, "X.csv"), pandas.DataFrame(X).add_prefix("x"))
    np.save(os.path.join(root, "expected.npy"), model.predict(X))


def onnx_kind(root, package):
    """A forest as skl2onnx writes it, with its probabilities in maps; no module, no requirements."""
    import pandas
    from skl2onnx import to_onnx
    from sklearn.datasets import load_wine
    from sklearn.ensemble import RandomForestClassifier

    X, y = load_wine(return_X_y=True)
    names = np.array(["Barolo", "Grignolino", "Barbera"])
    model = RandomForestClassifier(n_estimators=10, max_depth=4, random_state=1).fit(X, names[y])
    onnx = to_onnx(model, X[:1].astype(np.float32), target_opset=18)
    write_bytes(os.path.join(package, "model.onnx"), onnx.SerializeToString())
    csv(os.path.join(root, "X.csv"), pandas.DataFrame(X).add_prefix("x"))
    np.save(os.path.join(root, "expected.npy"), model.predict_proba(X))
    declared = "  outputs:\n    - {name: output_probability, datatype: FP32, shape: [-1, 3]}\n"
    manifest(package, "wine-forest", matrix(13), "  runtime: onnx\n  entry: model.onnx\n" + declared)


def write_bytes(path, data):
    with open(path, "wb") as file:
        file.write(data)


def texts_kind(root, package):
    import joblib
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.pipeline import make_pipeline

    random = np.random.default_rng(2)
    words = {
        "sport": "match goal team player score league coach säsong победа 试合".split(),
        "money": "bank market share price profit bond trade euro börse 银行".split(),
    }
    texts, labels = [], []
    for _ in range(200):
        label = str(random.choice(["sport", "money"]))
        own, other = words[label], words["money" if label == "sport" else "sport"]
        texts.append(" ".join([*random.choice(own, 6), *random.choice(other, 2)]))
        labels.append(label)
    model = make_pipeline(TfidfVectorizer(), MultinomialNB()).fit(texts[60:], labels[60:])
    joblib.dump(model, os.path.join(package, "model.joblib"))
    manifest(package, "news", "    - {name: X, datatype: BYTES, shape: [-1], content_type: str}\n")
    rows = texts[:60] + ['a "quoted"\nline', "", "goal \\ bank"]
    write(os.path.join(root, "X.json"), json.dumps(rows))
    write(os.path.join(root, "expected.json"), json.dumps(model.predict(rows).tolist()))


def images_kind(root, package):
    """A convolutional network: fixed filters, and a last layer that was trained on what they give."""
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper
    from sklearn.datasets import load_digits
    from sklearn.linear_model import LogisticRegression

    digits = load_digits()
    X = (digits.images[:, None] / 16).astype(np.float32)
    random = np.random.default_rng(4)
    weights = {
        "filters": random.normal(0, 0.6, (12, 1, 3, 3)).astype(np.float32),
        "offsets": random.normal(0, 0.1, 12).astype(np.float32),
    }
    nodes = [
        helper.make_node("Conv", ["image", "filters", "offsets"], ["c"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("MaxPool", ["r"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["p"], ["features"]),
    ]

    def model(nodes, output, width):
        graph = helper.make_graph(
            nodes,
            "digits",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 1, 8, 8])],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["n", width])],
            [numpy_helper.from_array(value, name) for name, value in weights.items()],
        )
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
        onnx.checker.check_model(made)
        return made.SerializeToString()

    def run(data, images):
        return onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"]).run(None, {"image": images})[0]

    features = run(model(nodes, "features", 192), X)
    last = LogisticRegression(max_iter=300, C=0.1).fit(features[500:], digits.target[500:])
    weights["coef"] = last.coef_.astype(np.float32)
    weights["intercept"] = last.intercept_.astype(np.float32)
    nodes += [
        helper.make_node("Gemm", ["features", "coef", "intercept"], ["scores"], transB=1),
        helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
    ]
    data = model(nodes, "probabilities", 10)
    expected = run(data, X[:500])
    assert (expected.argmax(axis=1) == digits.target[:500]).mean() > 0.9
    write_bytes(os.path.join(package, "model.onnx"), data)
    image = "    - {name: image, datatype: FP32, shape: [-1, 1, 8, 8]}\n"
    manifest(package, "digits-network", image, "  runtime: onnx\n  entry: model.onnx\n")
    np.save(os.path.join(root, "X.npy"), X[:500])
    np.save(os.path.join(root, "expected.npy"), expected)


def pandas_kind(root, package):
    """A DataFrame in, grouped by a column of it, and a DataFrame out."""
    import pandas

    frame, _ = passengers()
    frame = frame[["age", "fare", "children"]]
    spec = {"fares": frame.groupby("children")["fare"].mean().to_dict(), "age": frame["age"].median()}
    write(os.path.join(package, "model.json"), json.dumps(spec))
    columns = "    - {name: X, datatype: FP64, shape: [-1, 3], columns: [age, fare, children], content_type: pd}\n"
    manifest(package, "fares", columns)
    csv(os.path.join(root, "X.csv"), frame)
    sys.path.insert(0, HERE)
    from pandas_frames import answer

    np.save(os.path.join(root, "expected.npy"), answer(frame, spec["fares"], spec["age"]).to_numpy())


def threads_kind(root, package):
    import joblib
    import pandas
    from sklearn.datasets import load_diabetes
    from sklearn.ensemble import RandomForestRegressor

    X, y = load_diabetes(return_X_y=True)
    model = RandomForestRegressor(n_estimators=20, max_depth=5, random_state=6, n_jobs=1).fit(X, y)
    joblib.dump(model, os.path.join(package, "model.joblib"))
    manifest(package, "diabetes-forest", matrix(10))
    csv(os.path.join(root, "X.csv"), pandas.DataFrame(X).add_prefix("x"))
    np.save(os.path.join(root, "expected.npy"), model.predict(X))


def imports_kind(root, package):
    import pandas
    from sklearn.datasets import load_iris
    from sklearn.svm import SVC

    X, y = load_iris(return_X_y=True)
    np.savez(os.path.join(package, "data.npz"), X=X, y=y)
    manifest(package, "iris-many-imports", matrix(4))
    csv(os.path.join(root, "X.csv"), pandas.DataFrame(X).add_prefix("x"))
    np.save(os.path.join(root, "expected.npy"), SVC(random_state=0).fit(X, y).predict(X))


def torch_kind(root, package):
    import pandas
    import torch
    from sklearn.datasets import load_digits

    torch.manual_seed(3)
    torch.set_num_threads(1)
    digits = load_digits()
    X, y = torch.tensor(digits.data / 16, dtype=torch.float32), torch.tensor(digits.target)
    network = torch.nn.Sequential(torch.nn.Linear(64, 48), torch.nn.ReLU(), torch.nn.Linear(48, 10))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(60):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(network(X), y).backward()
        optimizer.step()
    torch.save(network.state_dict(), os.path.join(package, "weights.pt"))
    write(os.path.join(package, "requirements.txt"), "torch==2.13.0\nnumpy==2.4.6\n")
    manifest(package, "digits-mlp", matrix(64))
    csv(os.path.join(root, "X.csv"), pandas.DataFrame(digits.data).add_prefix("x"))
    with torch.no_grad():
        np.save(os.path.join(root, "expected.npy"), network(X).softmax(dim=1).numpy())


KINDS = {
    "sklearn_columns": tables(texts=False),
    "sklearn_texts": tables(texts=True),
    "lightgbm_trees": lightgbm_kind,
    "xgboost_trees": xgboost_kind,
    "onnx_forest": onnx_kind,
    "text_bayes": texts_kind,
    "onnx_images": images_kind,
    "pandas_frames": pandas_kind,
    "thread_forest": threads_kind,
    "slow_imports": imports_kind,
    "torch_mlp": torch_kind,
}

if __name__ == "__main__":
    for name in sys.argv[2:]:
        KINDS[name](*folder(sys.argv[1], name))
