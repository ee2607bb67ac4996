"""Stop rules: pure functions of what the schedule shows, so a study stops at one trial for any number of workers."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bowl import Bowl
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Real, Space
from tunewright.search.course import Settled
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers.making import SAMPLERS
from tunewright.search.stopping import StopRules, out_of_time, reached, searched_seconds
from tunewright.search.storage import sqlite_url
from tunewright.search.study import StudyStore
from tunewright.trials.executors import make_executor
from tunewright.trials.search import Found, Plan, run_search

SPACE = Space({"units": Real(16.0, 64.0), "rate": Real(0.0, 1.0)})


def told(*scores: float | None) -> list[TrialRecord]:
    """Complete trials of these scores; None is a failed one."""
    return [
        TrialRecord(number, State.FAILED if score is None else State.COMPLETE, {}, score)
        for number, score in enumerate(scores)
    ]


def ended(rules: StopRules, records: Sequence[TrialRecord]) -> str | None:
    return reached(rules, Settled.of(records), records, SPACE)


def test_a_target_is_reached_at_or_below_it() -> None:
    rules = StopRules(target=0.5)
    assert ended(rules, told(0.7, 0.6)) is None
    assert ended(rules, told(0.7, 0.5, 0.9)) == "trial 1 reached the target: 0.5 is at most 0.5"


def test_trials_without_improvement_are_counted_after_the_best() -> None:
    rules = StopRules(no_improvement=3)
    assert ended(rules, told(0.5, 0.6, None, 0.7)) is None, "a failure tells nothing"
    assert ended(rules, told(0.5, 0.6, None, 0.7, 0.5)) == ("no trial was better than trial 0 in 3 trials after it")
    assert ended(rules, told(0.5, 0.6, 0.7, 0.4, 0.7)) is None


def test_without_rules_or_results_nothing_stops() -> None:
    assert ended(StopRules(), told(*[1.0] * 50)) is None
    assert ended(StopRules(target=1.0, no_improvement=1, regret=True), told(None, None)) is None


def noisy(count: int, *, noise: float) -> list[TrialRecord]:
    rng = np.random.default_rng(0)
    records = []
    for number in range(count):
        params = {"units": float(rng.uniform(16, 64)), "rate": float(rng.uniform())}
        bowl = ((params["units"] - 40) / 24) ** 2 + (params["rate"] - 0.5) ** 2
        folds = tuple(float(bowl + noise * rng.normal()) for _ in range(3))
        records.append(TrialRecord(number, State.COMPLETE, params, sum(folds) / 3, folds))
    return records


def test_regret_stops_where_noise_hides_what_is_left() -> None:
    rules = StopRules(regret=True)
    reason = ended(rules, noisy(30, noise=2.0))
    assert reason is not None
    assert reason.startswith("what could still be won (at most ")
    assert ended(rules, noisy(30, noise=2.0)[:9]) is None, "too few to tell"
    assert ended(rules, noisy(12, noise=1e-6)) is None, "without noise there is more to win"


def test_one_trial_that_went_wrong_is_no_noise() -> None:
    rules, records = StopRules(regret=True), noisy(25, noise=1e-3)
    assert ended(rules, records) is None
    folds = (*records[3].fold_scores[:2], 1e6)
    records[3] = replace(records[3], fold_scores=folds, score=sum(folds) / 3)
    assert ended(rules, records) is None


@given(spans=st.lists(st.tuples(st.floats(0, 100), st.floats(0, 50)), max_size=12))
def test_the_time_searched_is_the_union_of_the_trials(spans: list[tuple[float, float]]) -> None:
    records = [
        TrialRecord(number, State.COMPLETE, {}, began=began, ended=began + length)
        for number, (began, length) in enumerate(spans)
    ]
    marks = sorted({0.0, *(end for began, length in spans for end in (began, began + length))})
    union = sum(
        high - low
        for low, high in pairwise(marks)
        if any(began <= low and high <= began + length for began, length in spans)
    )
    assert searched_seconds(records, 1e6) == pytest.approx(union, abs=1e-6)


def test_pauses_between_sessions_cost_no_time() -> None:
    first = TrialRecord(0, State.COMPLETE, {}, began=100.0, ended=160.0)
    later = TrialRecord(1, State.RUNNING, {}, began=5000.0)
    assert searched_seconds([first, later], 5030.0) == 90.0
    assert out_of_time(StopRules(seconds=91.0), [first, later], 5030.0) is None
    assert out_of_time(StopRules(seconds=90.0), [first, later], 5030.0) == (
        "the study has searched for 90 s of the 90 s it was given"
    )


def search(path: Path, rules: StopRules, *, workers: int) -> Found:
    plan = Plan(SPACE, SAMPLERS["tpe"](4), 40, 4, SeedTree(0), stop=rules)
    store = StudyStore(sqlite_url(path), name="study", space=SPACE)
    with make_executor(Bowl(), workers) as executor:
        return run_search(store, plan, executor, watch=lambda records: None)


def test_a_study_stops_at_the_same_trial_for_any_number_of_workers(tmp_path: Path) -> None:
    rules = StopRules(target=0.2, no_improvement=9)
    runs = [search(tmp_path / f"{workers}.db", rules, workers=workers) for workers in (0, 2, 4)]
    assert len({found.fingerprint for found in runs}) == 1
    assert len(runs[0].records) < 40
    assert len({found.ended for found in runs}) == 1
    again = search(tmp_path / "0.db", rules, workers=0)
    assert (again.fingerprint, again.ended) == (runs[0].fingerprint, runs[0].ended), "it does not go on when resumed"


def test_the_wall_time_ends_a_search_between_trials(tmp_path: Path) -> None:
    found = search(tmp_path / "study.db", StopRules(seconds=0.05), workers=0)
    assert 0 < len(found.records) < 40
    assert all(record.finished for record in found.records)
    assert "of the 0 s it was given" in found.ended
