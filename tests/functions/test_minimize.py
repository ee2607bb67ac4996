"""`minimize`: any function, the same search for any number of workers, and errors that say what to do."""

import math
import random
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest
import torch

import tunewright as tw
from plain_functions import bowl, careless, fussy, pair, slow_descent
from tunewright.core.errors import RunFolderError, TrialPruned
from tunewright.search.records import State

SPACE = {"x": (-10.0, 10.0), "y": (-10.0, 10.0)}
LIGHT = """
import sys
import tunewright as tw
heavy = {"torch", "optuna", "plotly", "matplotlib", "pandas", "sqlalchemy"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
found = tw.minimize(lambda params: params["x"], {"x": (0, 9)}, sampler="grid")
assert found.score == 0
assert not (heavy - {"optuna"}) & set(sys.modules), heavy & set(sys.modules)
"""


def test_it_finds_the_minimum_of_a_bowl() -> None:
    found = tw.minimize(bowl, SPACE, trials=60, sampler="tpe", seed=1)
    assert found.score < 1
    assert found.score == bowl(dict(found.params)) == min(trial.score or math.inf for trial in found.trials)
    assert (len(found.trials), found.ended, found.pareto) == (60, "the study has its 60 trials", ())


@pytest.mark.parametrize(("function", "pruner"), [(bowl, "none"), (slow_descent, "median"), (pair, "none")])
def test_one_and_two_workers_and_a_file_give_the_same_study(function: Any, pruner: str, tmp_path: Path) -> None:
    kwargs: dict[str, Any] = {"trials": 20, "sampler": "tpe", "pruner": pruner, "seed": 3}
    first = tw.minimize(function, SPACE, **kwargs)
    assert first.fingerprint == tw.minimize(function, SPACE, workers=2, **kwargs).fingerprint
    assert first.fingerprint == tw.minimize(function, SPACE, storage=tmp_path / "study.db", **kwargs).fingerprint
    assert first.fingerprint != tw.minimize(function, SPACE, **{**kwargs, "seed": 4}).fingerprint


def test_what_a_function_draws_without_a_seed_is_the_same_each_time() -> None:
    """Two workers load torch in their first trials, this process has loaded it before."""
    python, pytorch = random.getstate(), torch.get_rng_state()
    found = [tw.minimize(careless, {"x": (0.0, 1.0)}, trials=5, seed=3, workers=workers) for workers in (1, 1, 2)]
    assert len({one.fingerprint for one in found}) == 1
    drawn = {round((trial.score or 0.0) - float(trial.params["x"]), 9) for trial in found[0].trials}
    assert len(drawn) == 5, "each trial draws numbers of its own"
    assert random.getstate() == python
    assert torch.equal(torch.get_rng_state(), pytorch)


def test_it_goes_on_in_its_storage(tmp_path: Path) -> None:
    asked: list[Any] = []

    def counted(params: dict[str, Any]) -> float:
        asked.append(params)
        return bowl(params)

    whole = tw.minimize(counted, SPACE, trials=15, sampler="tpe")
    asked.clear()
    named: Any = {"sampler": "tpe", "storage": tmp_path / "study.db", "name": "counted"}  # `asked` grows on the way
    tw.minimize(counted, SPACE, trials=6, **named)
    again = tw.minimize(counted, SPACE, trials=15, **named)
    assert (again.fingerprint, len(asked)) == (whole.fingerprint, 15)
    files = sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".lock")
    assert files == ["study.db", "study.db.last"]
    with pytest.raises(RunFolderError, match="a study with another sampler"):
        tw.minimize(counted, SPACE, trials=15, **{**named, "sampler": "random"})
    study = optuna.load_study(study_name=None, storage=f"sqlite:///{tmp_path / 'study.db'}")
    assert study.best_value == whole.score


def test_a_function_may_report_and_be_pruned() -> None:
    found = tw.minimize(slow_descent, SPACE, trials=30, sampler="random", pruner="median")
    pruned = [trial for trial in found.trials if trial.state is State.PRUNED]
    assert pruned
    assert all(trial.reports[-1].epoch < 5 for trial in pruned)
    assert all(trial.reason for trial in pruned)


def test_a_function_that_catches_everything_is_pruned_all_the_same() -> None:
    def stubborn(params: dict[str, Any], report: Any) -> float:
        try:
            return slow_descent(params, report)
        except Exception:
            return -1.0

    careful, stubborn_too = (
        tw.minimize(function, SPACE, trials=20, sampler="random", pruner="median")
        for function in (slow_descent, stubborn)
    )
    assert careful.fingerprint == stubborn_too.fingerprint


def test_a_pruner_that_never_hears_a_report_is_told() -> None:
    with pytest.warns(UserWarning, match="nothing is ever pruned, as bowl takes no `report`; make it") as told:
        tw.minimize(bowl, SPACE, trials=2, sampler="random", pruner="median")
    assert len(told) == 1
    assert len(str(told[0].message).splitlines()) == 1


def test_two_objectives_give_a_front() -> None:
    found = tw.minimize(pair, SPACE, trials=40, sampler="tpe")
    assert len(found.pareto) > 1
    costs = [float(trial.cost or 0) for trial in found.pareto]
    assert costs == sorted(costs, reverse=True)


def test_what_a_function_raises_is_a_failed_trial_with_its_traceback() -> None:
    found = tw.minimize(fussy, SPACE, trials=5, sampler="random", seed=2)
    failed = [trial for trial in found.trials if trial.state is State.FAILED]
    assert failed
    assert failed[0].reason == "ValueError: no negative numbers, please"
    assert "in fussy" in found.tracebacks[failed[0].number]


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        (math.nan, "the function returned nan, which is no finite number"),
        (-math.inf, "the function returned -inf, which is no finite number"),
        (None, "the function returned None; is a `return` missing?"),
        ("1", "the function returned '1', which is no number"),
        (True, "the function returned True, which is no number"),
        (1j, "the function returned 1j, which is no number"),
        ((1.0, 2.0, 3.0), "the function returned 3 values; expected one number, or two"),
        ((1.0, math.nan), "the second value is nan, which is no finite number"),
        ({"loss": 1.0}, "the function returned {'loss': 1.0}, which is no number"),
    ],
)
def test_an_answer_that_is_no_finite_number_fails_the_trial(returned: Any, reason: str) -> None:
    answers = iter([returned])
    found = tw.minimize(lambda params: next(answers, 1.0), {"x": (0, 9)}, trials=1)
    assert [trial.state for trial in found.trials] == [State.FAILED, State.COMPLETE]
    assert (found.trials[0].reason, dict(found.tracebacks)) == (reason, {})


@pytest.mark.parametrize("returned", [3, 3.0, np.float32(3), np.int64(3), np.array(3.0)])
def test_any_number_is_an_answer(returned: Any) -> None:
    assert tw.minimize(lambda params: returned, {"x": (0, 9)}, trials=1).score == 3.0


@pytest.mark.parametrize(
    ("reports", "reason"),
    [
        (
            [(0, 1.0)],
            "report expects epochs in ascending whole numbers from 1, found 0 after 0; "
            "report epoch + 1 where yours count from 0",
        ),
        ([(1, 1.0), (1, 1.0)], "report expects epochs in ascending whole numbers from 1, found 1 after 1"),
        ([(1.5, 1.0)], "report expects epochs in ascending whole numbers from 1, found 1.5 after 0"),
        ([(1, math.nan)], "report(1, ...) was given nan, which is no finite number"),
    ],
)
def test_a_wrong_report_fails_the_trial(reports: list[Any], reason: str) -> None:
    waiting = iter([reports])

    def reporting(params: Any, report: Any) -> float:
        for one in next(waiting, []):
            report(*one)
        return 1.0

    assert tw.minimize(reporting, {"x": (0, 9)}, trials=1).trials[0].reason == reason


def test_sys_exit_fails_the_trial() -> None:
    codes = iter([3])

    def leaving(params: Any) -> float:
        for code in codes:
            sys.exit(code)
        return 1.0

    found = tw.minimize(leaving, {"x": (0, 9)}, trials=1)
    assert found.trials[0].reason == "the function ended the program with exit code 3"


def test_five_failures_in_a_row_end_the_search_and_show_the_last() -> None:
    def broken(params: Any) -> float:
        raise KeyError("missing")

    with pytest.raises(tw.StudyFailure, match="5 trials in a row failed, the last with: KeyError: 'missing'") as raised:
        tw.minimize(broken, {"x": (0, 9)})
    assert "in broken" in raised.value.__notes__[0]


def test_a_function_cannot_change_the_record() -> None:
    def changing(params: dict[str, Any]) -> float:
        return float(params.pop("x"))

    assert all("x" in trial.params for trial in tw.minimize(changing, {"x": (0, 9)}, trials=5).trials)


def test_starts_stop_rules_and_a_grid() -> None:
    found = tw.minimize(bowl, {"x": (0, 3), "y": [0, 1]}, sampler="grid", start=[{"x": 3, "y": 1}])
    assert dict(found.trials[0].params) == {"x": 3, "y": 1}
    assert (len(found.trials), found.ended) == (8, "every configuration of the space was tried")
    stopped = tw.minimize(bowl, SPACE, sampler="random", stop=tw.StopRules(target=1000.0), lag=1)
    assert (len(stopped.trials), stopped.ended.partition(":")[0]) == (1, "trial 0 reached the target")


def test_auto_stays_what_it_was_when_more_trials_are_wanted(tmp_path: Path) -> None:
    storage = tmp_path / "study.db"
    tw.minimize(bowl, {"x": (0, 9), "y": (0, 9)}, trials=3, lag=1, storage=storage)
    assert len(tw.minimize(bowl, {"x": (0, 9), "y": (0, 9)}, trials=5, lag=1, storage=storage).trials) == 5


@pytest.mark.parametrize(
    ("space", "message"),
    [
        ({}, "space: expected at least one parameter, found none"),
        ([], r"space: expected a Space or a mapping .*, found \[\]"),
        ({"x": 3}, r"space: x: expected \(low, high\), a list of choices, or a Real, Integer or Choice, found 3"),
        ({"x": (1, 2, 3)}, r"space: x: expected \(low, high\), .* found \(1, 2, 3\)"),
        ({"x": (2.0, 1.0)}, "space: x: low <= high must hold"),
        ({"x": []}, "space: x: choices must be different values, at least one"),
        ({"x": [len]}, "space: x: choices are numbers, texts, true or false, found <built-in function len>"),
        ({1: (0, 1)}, "space: expected names that are texts, found 1"),
    ],
)
def test_a_wrong_space_is_refused(space: Any, message: str) -> None:
    with pytest.raises(tw.ConfigError, match=message):
        tw.minimize(bowl, space)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"sampler": "annealing"}, "unknown sampler 'annealing'; expected one of auto, grid"),
        ({"pruner": "axe"}, "unknown pruner 'axe'; expected one of none, median"),
        ({"trials": 0}, "trials: expected a whole number from 1, found 0"),
        ({"lag": 1.5}, "lag: expected a whole number from 1, found 1.5"),
        ({"workers": 0}, "workers: expected a whole number from 1, found 0"),
        ({"seed": "a"}, "seed: expected a whole number, found 'a'"),
        ({"sampler": "grid"}, "grid search cannot use 'x'"),
        ({"start": [{"x": 1.0}]}, "start 1: y must be given"),
    ],
)
def test_a_wrong_argument_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(tw.ConfigError, match=message):
        tw.minimize(bowl, SPACE, **given)


def _two(params: Any, other: Any, another: Any) -> float:
    return 0.0


@pytest.mark.parametrize("function", [lambda: 0.0, _two, lambda params, *, scale: 0.0, 3])
def test_a_function_of_other_arguments_is_refused(function: Any) -> None:
    with pytest.raises(tw.ConfigError, match=r"\(params\) or \(params, report\), found"):
        tw.minimize(function, SPACE)


@pytest.mark.parametrize(
    "function", [lambda params, scale=2.0: 1.0, lambda *args: 1.0, partial(_two, other=1, another=2)]
)
def test_a_function_with_more_than_it_needs_is_taken(function: Any) -> None:
    assert tw.minimize(function, SPACE, trials=1, sampler="random").score in (0.0, 1.0)


def test_workers_refuse_what_cannot_be_sent() -> None:
    with pytest.raises(tw.ConfigError, match=r"<lambda> cannot be sent to 2 workers: .*, or use workers=1"):
        tw.minimize(lambda params: 0.0, SPACE, workers=2)


def test_pruning_is_no_failure_to_the_caller() -> None:
    assert not issubclass(TrialPruned, tw.TrialFailure)


def test_importing_and_minimizing_stay_light() -> None:
    subprocess.run([sys.executable, "-c", LIGHT], check=True)


def test_a_program_without_a_guard_is_told_so(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import tunewright as tw\n\n\ndef loss(params):\n    return params['x']\n\n\n"
        "tw.minimize(loss, {'x': (0, 9)}, trials=3, workers=2)\n"
    )
    ended = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert 'put the call under `if __name__ == "__main__":`' in ended.stderr
    last = ended.stderr.strip().splitlines()[-1]
    assert last.startswith("tunewright.core.errors.ConfigError: a worker could not load what it is to run")


def test_an_interactive_session_is_told_so() -> None:
    text = "import tunewright as tw\ndef f(p): return 0.0\ntw.minimize(f, {'x': (0, 9)}, workers=2)"
    ended = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True)
    assert "f was defined in an interactive session, which 2 workers cannot load" in ended.stderr


def test_an_unknown_name_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="module 'tunewright' has no attribute 'maximize'"):
        tw.maximize  # noqa: B018
    assert {"minimize", "Study", "Real"} <= set(dir(tw))


def test_a_function_that_changes_its_mind_about_objectives_is_searched_on() -> None:
    calls = iter(range(100))

    def moody(params: dict[str, Any]) -> Any:
        value = float(params["x"]) ** 2
        return (value, 1.0) if next(calls) % 3 else value

    for sampler in ("tpe", "gp", "random"):
        assert len(tw.minimize(moody, {"x": (-1.0, 1.0)}, trials=12, sampler=sampler).trials) == 12


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"stop": None}, "stop: expected StopRules, found None"),
        ({"start": 5}, "start: expected a list of configurations such as"),
        ({"start": [5]}, "start: expected a list of configurations such as"),
        ({"sampler": 3}, "sampler: expected one of auto, grid"),
        ({"pruner": None}, "pruner: expected one of none, median"),
        ({"storage": 3}, "storage: expected a file or a URL, found 3"),
    ],
)
def test_arguments_of_the_wrong_kind_are_named(given: dict[str, Any], said: str) -> None:
    with pytest.raises(tw.ConfigError, match=re.escape(said)):
        tw.minimize(bowl, SPACE, trials=3, **given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"no_improvement": 0}, "stop.no_improvement: expected a whole number from 1, found 0"),
        ({"target": float("nan")}, "stop.target: expected a number, found nan"),
        ({"seconds": -1}, "stop.seconds: expected a time from 0, found -1"),
    ],
)
def test_stop_rules_check_themselves(given: dict[str, Any], said: str) -> None:
    with pytest.raises(tw.ConfigError, match=re.escape(said)):
        tw.StopRules(**given)


def test_two_processes_do_not_share_a_file(tmp_path: Path) -> None:
    study = tw.Study(SPACE, sampler="random", storage=tmp_path / "study.db", name="bowl")
    with pytest.raises(tw.InputError, match="another process works on the study in"):
        tw.minimize(bowl, SPACE, trials=3, sampler="random", storage=tmp_path / "study.db")
    study.close()
