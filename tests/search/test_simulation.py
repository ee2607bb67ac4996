"""A study in virtual time: the same records for every number of workers, and honest clocks."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params, Real, Space, Value
from tunewright.search.pruners import PRUNERS, PrunerSettings
from tunewright.search.records import State, TrialRecord, best, fingerprint
from tunewright.search.simulation import Curve, Scenario, simulate

SPACE = Space({"x": Real(0.0, 1.0)})
FOLDS, EPOCHS = 3, 6


class Greedy:
    """Half way from the best visible trial to a random point, so that proposals depend on the whole history."""

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        draw, leader = float(np.random.default_rng(seed).random()), best(history)
        pruned = sum(record.state is State.PRUNED for record in history)
        centre = draw if leader is None else float(leader.params["x"])
        return {"x": (draw + centre) / 2 + 1e-6 * pruned}


def scenario(pruner: str = "none", *, trials: int = 24, lag: int = 4, every: int = 1) -> Scenario:
    return Scenario(SPACE, Greedy(), PRUNERS[pruner](PrunerSettings(min_trials=3)), trials, lag, SeedTree(0), every)


def learning(durations: Sequence[float]):  # type: ignore[no-untyped-def]
    def curve(params: Params, number: int) -> Curve:
        noise = np.random.default_rng(number).normal(size=(FOLDS, EPOCHS))
        values = [
            [2 * f + float(params["x"]) + 1 / (e + 1) + 0.05 * noise[f, e] for e in range(EPOCHS)] for f in range(3)
        ]
        return Curve(tuple(map(tuple, values)), durations[number % len(durations)])

    return curve


@settings(max_examples=12, deadline=None)
@given(
    durations=st.lists(st.floats(0.01, 100), min_size=5, max_size=24),
    lag=st.integers(4, 8),
    pruner=st.sampled_from(sorted(PRUNERS)),
    every=st.integers(1, 3),
)
def test_the_records_do_not_depend_on_the_workers(durations: list[float], lag: int, pruner: str, every: int) -> None:
    chosen = scenario(pruner, lag=lag, every=every)
    outcomes = [simulate(chosen, learning(durations), workers=workers) for workers in (1, 2, 4)]
    assert len({fingerprint(outcome.records) for outcome in outcomes}) == 1
    assert len({outcome.work for outcome in outcomes}) == 1
    whys = [[record.reason for record in outcome.records] for outcome in outcomes]
    assert whys[0] == whys[1] == whys[2]
    for workers, outcome in zip((1, 2, 4), outcomes, strict=True):
        assert outcome.work / workers <= outcome.makespan * (1 + 1e-9)
        assert outcome.makespan <= outcome.work * (1 + 1e-9)


def test_the_clock_of_a_study_without_pruning() -> None:
    alone, four = (simulate(scenario(trials=8), learning([2.0]), workers=workers) for workers in (1, 4))
    trial = FOLDS * EPOCHS * 2.0
    assert alone.work == four.work == alone.makespan == 8 * trial
    assert four.makespan == 2 * trial
    assert [record.seconds for record in alone.records] == [trial] * 8
    assert all(record.state is State.COMPLETE for record in alone.records)


def test_workers_beyond_the_lag_wait() -> None:
    outcomes = [simulate(scenario(lag=2), learning([1.0]), workers=workers) for workers in (2, 5)]
    assert outcomes[0].makespan == outcomes[1].makespan


def test_a_trial_waits_for_the_result_it_depends_on() -> None:
    def curve(params: Params, number: int) -> Curve:
        return Curve(((1.0,),), 10.0 if number == 0 else 1.0)

    # Trials 1 .. 3 are over at second 3, but trial 4 needs trial 0, which ends at second 10.
    assert simulate(scenario(trials=5, lag=4), curve, workers=2).makespan == 11.0


def test_reports_end_with_the_fold_and_keep_the_lowest_value() -> None:
    record = simulate(scenario(trials=1, every=4), lambda params, number: Curve(((3.0, 1.0, 2.0, 2.5, 4.0),))).records[
        0
    ]
    assert [(report.epoch, report.value) for report in record.reports] == [(4, 2.5), (5, 1.0)]
    assert record.fold_scores == (1.0,)
    assert record.score == 1.0


def test_prunings_say_when_and_why() -> None:
    outcome = simulate(scenario("median", trials=40), learning([1.0]), workers=2)
    pruned = [record for record in outcome.records if record.state is State.PRUNED]
    assert pruned
    for record in pruned:
        assert record.score is None
        assert record.reason is not None
        assert record.reason.startswith(f"fold {record.reports[-1].fold + 1}")
        assert record.began is not None
        assert record.ended == record.began + record.seconds <= outcome.makespan
    assert all(record.reason is None for record in outcome.records if record.state is State.COMPLETE)


def test_a_grid_may_end_early_and_mistakes_are_named() -> None:
    class Empty:
        def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
            return None

    empty = Scenario(SPACE, Empty(), PRUNERS["none"](PrunerSettings()), 3, 4, SeedTree(0))
    assert simulate(empty, learning([1.0])).records == ()
    with pytest.raises(ValueError, match="at least 1 worker, found 0"):
        simulate(scenario(), learning([1.0]), workers=0)
    with pytest.raises(ValueError, match="the curve of trial 0 has no epoch in fold 1"):
        simulate(scenario(), lambda params, number: Curve(((1.0,), ())))
