"""What `Benchmarks/launch` measures and prints, one function a section; each returns its figures for the JSON."""

import json
import os

from . import commands, hosts, warm
from .measuring import Refused, aim, ratios, run, run_together, stop, summary, turns

OURS = commands.OURS
PEER = "bwrap"
# Of 300 rounds, the turns of each section.
SHARES = {"launch": 1, "steps": 1 / 3, "parallel": 1 / 15, "memory": 1 / 3, "warm": 5 / 3}
WARM_UP = 20
AT_ONCE = (1, 8, 64)
MEMORY = 1 << 30
FIGURES = ("ended", "gone", "cpu")


def turns_of(section, rounds):
    return max(3, round(rounds * SHARES[section]))


def starting(stage):
    """The commands that start here, and why the others do not."""
    able, refusals = {}, {}
    for name, command in commands.launchers(stage).items():
        try:
            if command is None:
                raise Refused("not installed; 'scripts/deps bench' installs it")
            # Twice: the first time some make folders for themselves.
            run(command, stage.filter)
            run(command, stage.filter)
            able[name] = command
        except Refused as refusal:
            if name == OURS:
                stop(f"{' '.join(command)}: {refusal}")
            refusals[name] = str(refusal)
    return able, refusals


# --- Launch ----------------------------------------------------------------------------------------------------------


def launch(stage, rounds):
    """Every launcher turn by turn, by who calls this."""
    able, refusals = starting(stage)
    measures = {name: (lambda command=command: run(command, stage.filter)) for name, command in able.items()}
    runs = turns(measures, turns_of("launch", rounds), WARM_UP)
    return {"runs": {name: dict(zip(FIGURES, zip(*figures))) for name, figures in runs.items()}, "refusals": refusals}


def show_launch(who, measured):
    summaries = {name: {kind: summary(runs[kind]) for kind in FIGURES} for name, runs in measured["runs"].items()}
    own = summaries[OURS]
    count = own["ended"]["turns"]
    print(f"\nlaunch of /bin/true as {who}, {count} turns each, ms; ratios are ours / theirs, below 1 is faster")
    print(f"  {'':<11} {'until it ended':>16} {'95 %':>8} {'ratio of':>9} {'ratio of':>9}"
          f" {'nothing is left':>19} {'CPU, all processes':>20}")  # fmt: skip
    print(f"  {'':<11} {'minimum':>8} {'median':>7} {'within':>8} {'minima':>9} {'medians':>9}"
          f" {'minimum':>11} {'median':>7} {'minimum':>12} {'median':>7}")  # fmt: skip
    for name, by in summaries.items():
        ended, gone, cpu = (by[kind] for kind in FIGURES)
        ratio = ratios(own["ended"], ended)
        shown = ["", ""] if name == OURS else [f"{ratio[key]:.2f}" for key in ("minimum", "median")]
        print(f"  {name:<11} {ended['minimum']:8.2f} {ended['median']:7.2f} {ended['within95']:8.2f}"
              f" {shown[0]:>9} {shown[1]:>9}"
              f" {gone['minimum']:11.2f} {gone['median']:7.2f}"
              f" {cpu['minimum']:12.2f} {cpu['median']:7.2f}")  # fmt: skip
    for name, refusal in measured["refusals"].items():
        print(f"  {name:<11} does not start here: {refusal}")
    if PEER not in summaries:
        return {"summaries": summaries}
    ratio = ratios(own["ended"], summaries[PEER]["ended"])
    met = aim(f"median of {OURS} / {PEER}", ratio["median"], 0.75, minima=ratio["minimum"])
    return {"summaries": summaries, "aims": [met]}


def launch_section(stage, arguments):
    measured = {}
    if os.geteuid() != 0:
        measured["ordinary user"] = launch(stage, arguments.rounds)
    else:
        user = hosts.ordinary_user()
        measured["root"] = hosts.in_child(lambda: launch(stage, arguments.rounds))
        writable = stage.folder / f"bundle-{user.pw_uid}"
        writable.mkdir()
        os.chown(writable, user.pw_uid, user.pw_gid)
        measured[f"ordinary user {user.pw_uid}"] = hosts.as_user(user, lambda: launch(stage, arguments.rounds))
    for who, figures in measured.items():
        figures.update(show_launch(who, figures))
    return measured


# --- Steps -----------------------------------------------------------------------------------------------------------


def steps_section(stage, arguments):
    count = turns_of("steps", arguments.rounds)
    receipt = stage.folder / "receipt.json"
    command = commands.ours(stage, "--receipt", str(receipt))
    steps, layers = {}, {}
    for turn in range(WARM_UP + count):
        run(command, stage.filter)
        said = json.loads(receipt.read_text(encoding="utf-8"))
        if turn < WARM_UP:
            continue
        for step in said["steps"]:
            steps.setdefault(step["name"], []).append(step["microseconds"])
        for layer in said["layers"]:
            layers.setdefault(layer["state"], set()).add(layer["name"])
    print(f"\ntime per step of {OURS}, {count} launches, µs; several processes, so the sum is no wall time")
    print(f"  {'':<18} {'minimum':>8} {'median':>8}")
    for name, figures in steps.items():
        found = summary(figures)
        meaning = " (filter load)" if name == "seccomp" else ""
        print(f"  {name:<18} {found['minimum']:8.0f} {found['median']:8.0f}{meaning}")
    for state, names in sorted(layers.items()):
        print(f"  layers {state}: {', '.join(sorted(names))}")
    if "seccomp" not in steps:
        stop("the receipt has no step 'seccomp'")
    load = summary(steps["seccomp"])
    met = aim("filter load, median", load["median"] / 1000, 0.1, " ms", minima=load["minimum"] / 1000)
    return {"microseconds": steps, "layers": {state: sorted(names) for state, names in layers.items()}, "aims": [met]}


# --- Many at once ----------------------------------------------------------------------------------------------------


def pair(stage):
    """Ours and the one it is compared with, each once tried."""
    able, refusals = starting(stage)
    if PEER in refusals:
        print(f"  {PEER} does not start here: {refusals[PEER]}")
    return {name: able[name] for name in (OURS, PEER) if name in able}


def parallel_section(stage, arguments):
    count = turns_of("parallel", arguments.rounds)
    print(f"\nlaunches of /bin/true at once, {count} turns each, ms on {os.cpu_count()} processors")
    able = pair(stage)
    print(f"  {'at once':>7} {'':<11} {'batch: minimum':>14} {'median':>8} {'each: minimum':>14} {'median':>8}"
          f" {'ratio of minima':>16} {'of medians':>11}")  # fmt: skip
    everything = {}
    for number in AT_ONCE:
        measures = {name: (lambda command=command: run_together(command, stage.filter, number))
                    for name, command in able.items()}
        batches = turns(measures, count, warm_up=2)
        found = {name: summary(figures) for name, figures in batches.items()}
        for name, batch in found.items():
            ratio = ratios(found[OURS], batch)
            shown = ["", ""] if name == OURS else [f"{ratio[key]:.2f}" for key in ("minimum", "median")]
            print(f"  {number:>7} {name:<11} {batch['minimum']:14.2f} {batch['median']:8.2f}"
                  f" {batch['minimum'] / number:14.2f}"
                  f" {batch['median'] / number:8.2f} {shown[0]:>16} {shown[1]:>11}")  # fmt: skip
        everything[str(number)] = batches
    return everything


# --- The host's memory -----------------------------------------------------------------------------------------------


def memory_section(stage, arguments):
    count = turns_of("memory", arguments.rounds)
    print(f"\nlaunch by a host that holds {MEMORY >> 20} MiB, against one that holds nothing, {count} turns each, ms")
    measures = {name: (lambda command=command: run(command, stage.filter)[0]) for name, command in pair(stage).items()}
    # What this measures where a launcher does copy page tables: without it nobody would know that it can see growth.
    by_fork = "by fork(2)"
    measures[by_fork] = lambda: run(commands.PAYLOAD, stage.filter, start=hosts.fork)[0]
    small, large = hosts.Host(0, measures), hosts.Host(MEMORY, measures)
    both = {(name, size): (lambda name=name, host=host: host.measure(name))
            for name in measures for size, host in (("small", small), ("large", large))}
    figures = turns(both, count, warm_up=5)
    for host in (large, small):
        host.end()
    print(f"  {'':<11} {'small: minimum':>15} {'median':>8} {'large: minimum':>15} {'median':>8}"
          f" {'ratio of minima':>16} {'of medians':>11}")  # fmt: skip
    growth = {}
    for name in measures:
        before, after = (summary(figures[(name, size)]) for size in ("small", "large"))
        growth[name] = ratios(after, before)
        print(f"  {name:<11} {before['minimum']:15.2f} {before['median']:8.2f}"
              f" {after['minimum']:15.2f} {after['median']:8.2f}"
              f" {growth[name]['minimum']:16.2f} {growth[name]['median']:11.2f}")  # fmt: skip
    print(f"  '{by_fork}' is a bare /bin/true that was not spawned but forked: what growth looks like")
    met = aim(f"growth of {OURS}, medians", growth[OURS]["median"], 1.1, minima=growth[OURS]["minimum"])
    single = {f"{name}, {size}": values for (name, size), values in figures.items()}
    return {"ms": single, "growth": growth, "aims": [met]}


# --- Warm calls ------------------------------------------------------------------------------------------------------


def warm_section(stage, arguments):
    count = turns_of("warm", arguments.rounds)
    python = warm.find_interpreter(arguments.python)
    if python is None:
        print(f"\nwarm calls: no Python with numpy ({arguments.python or 'name one with --python'}); not measured")
        return {"refusal": "no Python with numpy"}
    model = [python.program, "-B", "-c", warm.MODEL]
    read_only = [word for folder in python.folders for word in ("--ro", folder)]
    inside, outside, again = "inside", "outside", "outside again"
    sandboxed = commands.ours(stage, *read_only, payload=model)
    figures = warm.compare({inside: sandboxed, outside: model, again: model}, count, WARM_UP)
    print(f"\na warm call of a model on {warm.ROWS} × {warm.COLUMNS} float64, {count} calls each, µs"
          f" (numpy {python.version})")  # fmt: skip
    print(f"  {'':<13} {'minimum':>8} {'median':>8} {'95 % within':>12}")
    found = {name: summary(values) for name, values in figures.items()}
    for name, values in found.items():
        print(f"  {name:<13} {values['minimum']:8.0f} {values['median']:8.0f} {values['within95']:12.0f}")
    noise = ratios(found[again], found[outside])
    print(f"  what cannot be told apart here: outside again / outside is {noise['median']:.3f} of medians,"
          f" {noise['minimum']:.3f} of minima")  # fmt: skip
    ratio = ratios(found[inside], found[outside])
    met = aim("medians, inside / outside", ratio["median"], 1.05, minima=ratio["minimum"])
    return {"microseconds": figures, "aims": [met]}


SECTIONS = {"launch": launch_section, "steps": steps_section, "parallel": parallel_section, "memory": memory_section,
            "warm": warm_section}  # fmt: skip
