"""What a sampler that learns is shown of trials that did not end with a score of use."""

import math
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from tunewright.search.pruners.rungs import Rung, standing
from tunewright.search.records import State, TrialRecord, best


def with_forecasts(history: Sequence[TrialRecord]) -> list[TrialRecord]:
    """The history with pruned trials as complete ones: as far above the best trial's score as where they were pruned,
    and no better than it, as it may have been slow to begin."""
    leader = best(history)
    shown = []
    for record in history:
        if record.state is State.PRUNED and leader is not None and leader.score is not None and record.reports:
            last = record.reports[-1]
            rung = Rung(last.fold, math.inf if len(record.fold_scores) > last.fold else last.epoch)
            own, there = standing(record, rung), standing(leader, rung)
            if own is not None and there is not None:
                record = replace(record, state=State.COMPLETE, score=leader.score + max(0.0, own - there))
        shown.append(record)
    return shown


def with_worst(history: Sequence[TrialRecord], *, failed: bool = False) -> list[TrialRecord]:
    """The history with infeasible trials as complete ones that are as bad as the worst; as failed ones before there is
    any, as nothing then tells good from bad. An infinite value would be too far off for a Gaussian process.

    failed: whether failed trials are shown like them."""
    complete = [record for record in history if record.state is State.COMPLETE]
    score = max((record.score for record in complete if record.score is not None), default=None)
    cost = max((record.cost for record in complete if record.cost is not None), default=None)
    told = State.FAILED if score is None else State.COMPLETE
    bad = {State.INFEASIBLE, State.FAILED} if failed else {State.INFEASIBLE}
    return [replace(one, state=told, score=score, cost=cost) if one.state in bad else one for one in history]


def tempered(history: Sequence[TrialRecord]) -> list[TrialRecord]:
    """The history with no score further above the median than twice what the lowest lies below it: a Gaussian process
    fits a surface through all of them, on which a single huge one would flatten the rest."""
    complete = [record for record in history if record.state is State.COMPLETE]
    score, cost = _bearable([one.score for one in complete]), _bearable([one.cost for one in complete])
    return [
        replace(one, score=_at_most(one.score, score), cost=_at_most(one.cost, cost))
        if one.state is State.COMPLETE
        else one
        for one in history
    ]


def _bearable(found: Sequence[float | None]) -> float:
    values = [value for value in found if value is not None]
    if not values or (middle := median(values)) == (lowest := min(values)):
        return math.inf
    return middle + 2 * (middle - lowest)


def _at_most(value: float | None, limit: float) -> float | None:
    return None if value is None else min(value, limit)
