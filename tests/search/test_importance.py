"""Which parameters mattered: pruned trials say what makes a trial bad."""

from dataclasses import replace

import numpy as np
import pytest

from tunewright.core.parameters import Real
from tunewright.core.space import Space
from tunewright.search.importance import importances
from tunewright.search.records import Report, State, TrialRecord

SPACE = Space({"x": Real(0.0, 1.0), "y": Real(0.0, 1.0)})


def study(trials: int = 120, *, prune: bool) -> list[TrialRecord]:
    """The score is x and a little of y. Where `prune`, trials with a large x are pruned at their first rung."""
    rng, records = np.random.default_rng(0), []
    for number in range(trials):
        params = {"x": float(rng.random()), "y": float(rng.random())}
        score = params["x"] + 0.05 * params["y"]
        reports = (Report(0, 1, score), Report(0, 2, score))
        if prune and params["x"] > 0.3 and number:
            records.append(TrialRecord(number, State.PRUNED, params, reports=reports[:1]))
        else:
            records.append(TrialRecord(number, State.COMPLETE, params, score, (score,), 1.0, reports=reports))
    return records


def test_pruning_hides_no_parameter() -> None:
    """Among the trials that were left, x differs too little to matter as it does."""
    for method in ("ped_anova", "fanova"):
        whole, pruned = (importances(study(prune=prune), SPACE)[method]["x"] for prune in (False, True))
        assert whole > 0.9
        assert abs(pruned - whole) < 0.05, method


def test_few_complete_trials_tell_nothing_however_many_were_pruned() -> None:
    few = [one for one in study(prune=True) if one.state is State.PRUNED] + study(7, prune=False)
    assert importances([*few], SPACE) == {}


@pytest.mark.parametrize("factor", [1e-320, 1e-170, 1e-9, 1e200, 1e308])
def test_importance_is_the_same_for_tiny_and_huge_scores(factor: float) -> None:
    """Up to what the numbers themselves lose: those near 1e-320 have four digits."""
    records = study(40, prune=False)
    scaled = [replace(one, score=(one.score or 0.0) * factor / 1.05) for one in records]
    plain, found = importances(records, SPACE), importances(scaled, SPACE)
    assert found.keys() == plain.keys() == {"ped_anova", "fanova"}
    for method in plain:
        assert found[method] == pytest.approx(plain[method], abs=0.01)


def test_scores_as_far_apart_as_numbers_go() -> None:
    records = study(40, prune=False)
    extremes = [replace(one, score=1e308 if float(one.params["x"]) > 0.5 else -1e308) for one in records]
    found = importances(extremes, SPACE)
    assert found["fanova"]["x"] > 0.9
    assert all(sum(shares.values()) == pytest.approx(1.0) for shares in found.values())


def test_a_method_that_cannot_tell_is_left_out() -> None:
    """A forest counts in 32 bits, which the parameter exceeds."""
    space = Space({**SPACE.parameters, "x": Real(0.0, 1e300)})
    huge = [replace(one, params={**one.params, "x": 1e300 * float(one.params["x"])}) for one in study(20, prune=False)]
    assert importances(huge, space).keys() == {"ped_anova"}


def test_a_method_that_fails_does_not_end_a_finished_study(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given: object, **more: object) -> None:
        raise RuntimeError("Encountered zero total variance in all trees.")

    monkeypatch.setattr("optuna.importance.FanovaImportanceEvaluator.evaluate", fails)
    assert importances(study(20, prune=False), SPACE).keys() == {"ped_anova"}
