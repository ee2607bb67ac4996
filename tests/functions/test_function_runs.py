"""Experiments of kind "function" through the command line: run, resumed, reported, and refused in one line."""

import signal
import time
from pathlib import Path
from typing import Any

import pytest

from cli_helpers import refusal, results, run_well, start
from tunewright.entrance import load_experiment
from tunewright.functions.settings import FunctionExperiment

pytestmark = pytest.mark.usefixtures("unseen_stills")

FUNCTION = """
import time
from beside import SHIFT


def valley(params, report):
    for epoch in range(1, 4):
        time.sleep(params["pause"])
        report(epoch, (params["n"] - SHIFT) ** 2 + 1 / epoch)
    return (params["n"] - SHIFT) ** 2


def pair(params):
    return params["n"] ** 2, (params["n"] - 9) ** 2


def broken(params):
    raise ZeroDivisionError("of the user's own making")


LIMIT = 3
"""
EXPERIMENT = """
kind = "function"

[function]
call = "code/valley.py:valley"

[search]
sampler = "tpe"
trials = 16

[pruner]
name = "median"

[space]
n = { low = 0, high = 200 }
pause = [0.0]

[[start]]
n = 5
pause = 0.0
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An experiment on a function in a file, seen from another folder."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "valley.py").write_text(FUNCTION)
    (tmp_path / "code" / "beside.py").write_text("SHIFT = 3\n")
    (tmp_path / "valley.toml").write_text(EXPERIMENT)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path


def fingerprint(path: Path) -> Any:
    return results(path)["study"]["fingerprint"]


def test_the_recipe_runs_to_a_report(tmp_path: Path) -> None:
    out = tmp_path / "run"
    printed = run_well("tune", "quadratic", "--trials", "30", "--workers", "1", "--out", out)
    found = results(out)
    assert "function  tunewright.functions.examples:quadratic" in printed
    assert "The search ended after 30 trials: the study has its 30 trials." in printed
    assert {path.name for path in out.iterdir()} == {
        ".lock", "experiment.toml", "figures", "report.html", "results.json", "study.db", "study.db.last",
    }  # fmt: skip
    assert set(found) == {
        "schema", "tunewright", "name", "kind", "seed", "created", "study", "timing", "provenance", "surface",
    }  # fmt: skip
    assert (found["kind"], found["study"]["second_objective"], found["study"]["best"]["folds"]) == (
        "function",
        None,
        [],
    )
    surface = found["surface"]
    assert len(surface["x"]) == len(surface["y"]) == len(surface["z"]) == len(surface["z"][0]) == 41
    assert (surface["x"][0], surface["x"][40], surface["z"][20][20], surface["z"][0][20]) == (-10, 10, 0, 100)
    assert (out / "figures" / "contour.png").exists()


def test_the_recipe_takes_a_grid_that_is_given_steps(tmp_path: Path) -> None:
    assert refusal("tune", "quadratic", "--sampler", "grid") == (
        "quadratic: grid search cannot use 'x': a range without a step has no finite grid; give it a step, or name its "
        "choices, for example with --set space.x.step=1 --set space.y.step=1"
    )
    steps = ("--set", "space.x.step=5", "--set", "space.y.step=5")
    run_well("tune", "quadratic", "--sampler", "grid", *steps, "--workers", "1", "--out", tmp_path / "run")
    study = results(tmp_path / "run")["study"]
    assert (study["best"]["params"], study["counts"]["complete"]) == ({"x": 0.0, "y": 0.0}, 25)


def test_workers_load_a_file_and_what_lies_beside_it(folder: Path) -> None:
    one, two = folder / "one", folder / "two"
    run_well("tune", "../valley.toml", "--workers", "1", "--out", one)
    run_well("tune", "../valley.toml", "--workers", "2", "--out", two)
    study = results(one)["study"]
    assert fingerprint(one) == fingerprint(two)
    assert study["trials"][0]["params"] == {"n": 5, "pause": 0.0}
    assert study["counts"]["pruned"] > 0
    assert results(one)["provenance"]["function"] == f"{folder / 'code' / 'valley.py'}:valley"
    assert run_well("report", one) == f"report: {one / 'report.html'}\n"
    assert "is finished" in run_well("resume", one)


def test_more_trials_on_resume(folder: Path) -> None:
    run_well("tune", "../valley.toml", "--trials", "20", "--workers", "1", "--out", folder / "whole")
    run_well("tune", "../valley.toml", "--workers", "1", "--out", folder / "run")
    run_well("resume", folder / "run", "--trials", "20", "--workers", "1")
    assert fingerprint(folder / "run") == fingerprint(folder / "whole")
    resumed = load_experiment(str(folder / "run" / "experiment.toml"))
    assert isinstance(resumed, FunctionExperiment)
    assert resumed.search.trials == 20


def test_interrupted_and_resumed_it_is_the_same(folder: Path) -> None:
    slow = ("--set", "space.pause=[0.02]", "--set", "start=[]")
    run_well("tune", "../valley.toml", *slow, "--workers", "1", "--out", folder / "whole")
    process = start("tune", "../valley.toml", *slow, "--workers", "1", "--out", folder / "run")
    assert process.stdout is not None
    while "trial 3/" not in process.stdout.readline():
        assert process.poll() is None
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, "Go on with: tunewright resume" in said) == (130, True)
    run_well("resume", folder / "run", "--workers", "1")
    assert fingerprint(folder / "run") == fingerprint(folder / "whole")


def test_two_objectives(folder: Path) -> None:
    pairs = ("--set", "function.call=code/valley.py:pair", "--set", "start=[]", "--workers", "1")
    printed = run_well("tune", "../valley.toml", *pairs, "--out", folder / "run")
    study = results(folder / "run")["study"]
    assert study["second_objective"] == "second_value"
    assert f"{len(study['pareto'])} trials are not beaten in both objectives by any other." in printed


def test_auto_says_why(folder: Path) -> None:
    small = ("--set", "search.sampler=auto", "--set", "space.n.high=7", "--workers", "1")
    printed = run_well("tune", "../valley.toml", *small, "--out", folder / "run")
    assert "sampler   grid: the grid has 8 points and is tried whole within 16 trials" in printed
    assert results(folder / "run")["study"]["sampler"] == "grid"


REFUSED = {
    "function.call=code/valley.py:valey": (
        "function.call: {code}/valley.py has no function 'valey'; it has valley, pair, broken"
    ),
    "function.call=code/none.py:valley": (
        "function.call: {code}/none.py does not exist; a relative path starts where the experiment file is"
    ),
    "function.call=code/valley.py:LIMIT": "function.call: {code}/valley.py:LIMIT is no function: found int",
    "function.call=code/syntax.py:f": (
        "function.call: {code}/syntax.py cannot be loaded: SyntaxError: invalid syntax (syntax.py, line 1)"
    ),
    "function.call=nowhere.at_all:f": (
        "function.call: there is no module 'nowhere', neither installed nor in {here}; give a file as path/file.py:name"
    ),
    "function.call=valley": ('function.call: expected "package.module:name" or "path/file.py:name", found \'valley\''),
    "function.cal=1": "unknown key 'cal' in [function]; did you mean 'call'?",
    "training.epochs=3": (
        "unknown key 'training' in the experiment; expected one of function, kind, name, pruner, resources, search, "
        "seed, space, start, stop, trackers, transfer"
    ),
    "search.metric=mae": ("unknown key 'metric' in [search]; expected one of lag, sampler, startup_trials, trials"),
    "function.draw_surface=true": (
        "function.draw_surface needs two parameters, both of them ranges that always apply, found n, pause; set it to "
        "false"
    ),
    "space.run=[1, 2]": "[space] run: [[start]] has another use for this name; take another",
    "space.m=[1, 2]": ("[[start]] 1: m must be given: a start has every parameter of the space that applies"),
    "kind=image": (
        "kind: expected one of 'prices', 'function', 'images', 'feature-study', 'leakage-ladder', found 'image'"
    ),
}


@pytest.mark.parametrize("change", REFUSED)
def test_wrong_experiments_are_refused_in_one_line(change: str, folder: Path) -> None:
    (folder / "code" / "syntax.py").write_text("def f(:\n")
    expected = REFUSED[change].format(code=folder / "code", here=folder / "elsewhere")
    assert refusal("tune", "../valley.toml", "--set", change) == f"../valley.toml: {expected}"


def test_what_cannot_change_on_resume(folder: Path) -> None:
    run_well("tune", "../valley.toml", "--workers", "1", "--out", folder / "run")
    assert refusal("resume", folder / "run", "--set", "function.call=code/valley.py:pair").startswith(
        "function.call cannot change while a study is under way"
    )


def test_tracebacks_of_failures_are_kept(folder: Path) -> None:
    process = start("tune", "../valley.toml", "--set", "function.call=code/valley.py:broken", "--out", folder / "run")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    # One configuration came twice among five different ones.
    assert "6 trials in a row failed, the last with: ZeroDivisionError: of the user's own making" in said
    assert "in broken" in next((folder / "run" / "failures").iterdir()).read_text()
