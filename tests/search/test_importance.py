"""Which parameters mattered: pruned trials say what makes a trial bad."""

import numpy as np

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
