"""An infinite answer says that a configuration is not allowed: it counts, the sampler hears of it, all goes on."""

import itertools
import math
from pathlib import Path
from typing import Any

import pytest

import tunewright as tw
from tunewright.core.errors import StudyFailure
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers.shown import with_worst

SPACE = {"x": (-2.0, 2.0), "y": (-2.0, 2.0)}


def above_the_diagonal(params: dict[str, Any]) -> float:
    x, y = params["x"], params["y"]
    return float(x**2 + y**2) if x < y else math.inf


@pytest.mark.parametrize("sampler", ["random", "qmc", "tpe", "gp", "cmaes"])
def test_a_search_goes_on_past_what_is_not_allowed(sampler: str) -> None:
    found = tw.minimize(above_the_diagonal, SPACE, trials=30, sampler=sampler)
    states = {trial.state for trial in found.trials}
    assert states == {State.COMPLETE, State.INFEASIBLE}
    assert len(found.trials) == 30
    assert found.score < 1.5
    forbidden = next(trial for trial in found.trials if trial.state is State.INFEASIBLE)
    assert (forbidden.score, forbidden.reason) == (
        None,
        "the function returned infinity: the configuration is not allowed",
    )


def test_a_storage_workers_and_ask_and_tell_give_the_same_study(tmp_path: Path) -> None:
    def again(**named: Any) -> str:
        return tw.minimize(above_the_diagonal, SPACE, trials=12, sampler="tpe", **named).fingerprint

    once = again()
    assert again(storage=tmp_path / "s.db") == once
    assert again(storage=tmp_path / "s.db") == once, "read back"
    assert again(workers=2) == once
    with_hands = tw.Study(SPACE, sampler="tpe")
    for _ in range(12):
        trial = with_hands.ask()
        with_hands.tell(trial, above_the_diagonal(dict(trial.params)))
    assert with_hands.fingerprint == once


def test_two_objectives(tmp_path: Path) -> None:
    def pair(params: dict[str, Any]) -> tuple[float, float]:
        return above_the_diagonal(params), abs(params["x"])

    found = tw.minimize(pair, SPACE, trials=20, sampler="tpe", storage=tmp_path / "s.db")
    assert found.pareto
    assert State.INFEASIBLE in {trial.state for trial in found.trials}
    assert (
        tw.minimize(pair, SPACE, trials=20, sampler="tpe", storage=tmp_path / "s.db").fingerprint == found.fingerprint
    )


def test_a_report_may_say_so_too() -> None:
    def diverging(params: dict[str, Any], report: Any) -> float:
        report(1, math.inf if params["x"] > 0 else 1.0)
        return 1.0

    found = tw.minimize(diverging, {"x": (-1.0, 1.0)}, trials=8, sampler="random")
    assert {trial.state for trial in found.trials} == {State.COMPLETE, State.INFEASIBLE}


def test_samplers_are_shown_the_worst_score_in_sight() -> None:
    records = [TrialRecord(0, State.COMPLETE, {}, 3.0, (3.0,)), TrialRecord(1, State.INFEASIBLE, {})]
    assert with_worst(records)[1] == TrialRecord(1, State.COMPLETE, {}, 3.0)
    assert with_worst(records[1:])[0].state is State.FAILED


def test_a_study_that_fails_hands_over_what_was_found() -> None:
    calls = itertools.count()

    def falling(params: dict[str, Any]) -> float:
        return float(params["x"]) if next(calls) < 20 else math.nan

    with pytest.raises(StudyFailure, match="5 trials in a row failed") as failed:
        tw.minimize(falling, {"x": (0.0, 1.0)}, trials=400, sampler="random")
    complete = [trial for trial in failed.value.trials if trial.state is State.COMPLETE]
    best = min(complete, key=lambda trial: trial.score)
    assert f"The best until then: trial {best.number}, {best.score}" in failed.value.__notes__[0]


def test_where_nothing_is_allowed_the_study_fails_at_its_end() -> None:
    with pytest.raises(StudyFailure, match="no trial has a score") as failed:
        tw.minimize(lambda params: math.inf, {"x": (0.0, 1.0)}, trials=8)
    assert len(failed.value.trials) == 8
