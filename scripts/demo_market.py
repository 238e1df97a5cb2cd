"""The part of `make demo` in which strangers' learnwares are checked, found and reused."""

import json
import shutil

from demo_steps import EXAMPLES, PYTHON, TOOLS, WORK, Failed, accuracy, heading, numbers, run, say, show, shown

FOLDER = WORK / "digits-market"
MARKET = FOLDER / "market"
USER = FOLDER / "user"
# What make.py mixes the user's rows of.
TRUTH = {"digits-2-3": 0.6, "digits-6-7": 0.4}
BAD = ["digits-thief", "digits-broken-file", "digits-broken-rows"]

OWN_MODEL = """
import sys
import numpy as np
from sklearn.linear_model import LogisticRegression

def load(name):
    return np.loadtxt(f"{sys.argv[1]}/{name}", delimiter=",", skiprows=1)

own = LogisticRegression(max_iter=1000).fit(load("X_labelled.csv"), load("y_labelled.csv"))
np.savetxt(f"{sys.argv[1]}/own.csv", own.predict(load("X.csv")), "%d", header="y", comments="")
"""


def pack_all():
    run(PYTHON, EXAMPLES / "digits-market/make.py", FOLDER)
    folders = sorted(path for path in FOLDER.glob("digits-*") if path.is_dir())
    for folder in folders:
        rows = folder.with_suffix(".csv")
        run(TOOLS / "lw-pack", "spec", rows, "-o", folder / "stat.json", "--progress", "quiet")
        run(TOOLS / "lw-pack", "build", folder, "-o", folder.with_suffix(".zip"))
    return [folder.with_suffix(".zip") for folder in folders]


def check_all(zips):
    show(TOOLS / "lw-dock", "init", MARKET)
    run(TOOLS / "lw-dock", "add", "--market", MARKET, *zips)
    show(TOOLS / "lw-dock", "check", "--market", MARKET, "--workers", "2", "--progress", "quiet")
    listed = json.loads(run(TOOLS / "lw-dock", "list", "--market", MARKET, "--json").stdout)["learnwares"]
    refused = {one["name"]: one for one in listed if one["state"] != "usable"}
    if sorted(refused) != sorted(BAD) or len(listed) != 13:
        raise Failed(f"these are not usable, and it should be {', '.join(BAD)}: {', '.join(refused)}")
    show(TOOLS / "lw-dock", "show", "--market", MARKET, refused["digits-thief"]["id"])


def find():
    search = (TOOLS / "lw-dock", "search", "--market", MARKET, "--data", USER / "X.csv", "--limit", "3")
    show(*search, "--progress", "quiet")
    found = json.loads(run(*search, "--json").stdout)["mixture"]["members"]
    names = {
        one["id"]: one["name"]
        for one in json.loads(run(TOOLS / "lw-dock", "list", "--market", MARKET, "--json").stdout)["learnwares"]
    }
    for task, share in TRUTH.items():
        weight = sum(one["weight"] for one in found if names[one["id"]].startswith(task))
        say(f"{task}: {share:.0%} of the user's rows, weight {weight:.3f}")
        if abs(weight - share) > 0.1:
            raise Failed("the weights are not near the truth")


def reuse(method, *options):
    output = USER / f"{method}.csv"
    command = (TOOLS / "lw-dock", "reuse", "--market", MARKET, "--data", USER / "X.csv", "--method", method)
    result = run(*command, *options, "--output", output, "--progress", "quiet")
    return output, result.stderr


def reuse_and_show(method, *options):
    output, text = reuse(method, *options)
    words = ["lw-dock", "reuse", "--market", MARKET, "--data", USER / "X.csv", *options, "--output", "y.csv"]
    say("$ " + shown(words))
    for line in text.splitlines():
        say(line)
    return output


def reuse_all():
    selected = reuse_and_show("job-selector")
    labelled = ("--labelled", USER / "X_labelled.csv", "--target", USER / "y_labelled.csv")
    best = reuse_and_show("auto", *labelled)
    run(PYTHON, "-c", OWN_MODEL, USER)
    files = {
        "job selector": selected,
        "vote by label": reuse("vote-by-label")[0],
        "best single": reuse("top-1")[0],
        "own model, 100 labels": USER / "own.csv",
        "auto, 100 labels": best,
    }
    truth = numbers((USER / "y.csv").read_text(encoding="utf-8"))
    scores = {name: accuracy(numbers(path.read_text(encoding="utf-8")), truth) for name, path in files.items()}
    say()
    say(f"accuracy on {len(truth)} rows of digits that none of these learnwares knows all of")
    for name, score in scores.items():
        say(f"  {name:<22} {score:.3f}")
    chart = FOLDER / "accuracy.svg"
    chart.write_text(bars("Accuracy on rows that mix two tasks", scores), encoding="utf-8")
    say(f"drawn in {chart.relative_to(WORK)}")
    if scores["job selector"] < 0.9 or scores["job selector"] <= scores["best single"]:
        raise Failed("the job selector is known to do better")


def bars(title, scores):
    """A chart of shares from 0 to 1, one bar each."""
    height, left, width = 34, 190, 400
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 70}" height="{60 + height * len(scores)}" '
        'font-family="sans-serif" font-size="14">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="16" y="28" font-size="16" font-weight="bold">{title}</text>',
    ]
    for place, (name, score) in enumerate(scores.items()):
        y = 48 + height * place
        lines += [
            f'<text x="{left - 10}" y="{y + 17}" text-anchor="end">{name}</text>',
            f'<rect x="{left}" y="{y}" width="{width * score:.1f}" height="24" fill="{"#2b6cb0" if place == 0 else "#a0aec0"}"/>',
            f'<text x="{left + width * score + 8:.1f}" y="{y + 17}">{score:.3f}</text>',
        ]
    return "\n".join(lines + ["</svg>", ""])


def show_market():
    shutil.rmtree(FOLDER, ignore_errors=True)
    heading("A market: ten learnwares that each know two digits, a hostile one, two broken ones")
    check_all(pack_all())
    heading("A user with rows of two tasks, and no labels: what fits them?")
    find()
    heading("Reuse: each row is answered by the learnware whose data were most like it")
    reuse_all()
