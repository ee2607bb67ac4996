"""How long a search still takes, from what its trials have taken: a pure function of the records."""

import heapq
import math
from bisect import bisect_right
from collections.abc import Sequence
from statistics import fmean, median

from tunewright.search.records import TrialRecord

_AT_LEAST = 0.1
"""Of a trial's usual time: what one that is overdue is still given."""


def seconds_left(records: Sequence[TrialRecord], lacking: int, *, folds: int, now: float) -> float | None:
    """Seconds until a study has the good trials that it is lacking; None where nothing is under way or timed yet.

    records: the newest of the study, all that are under way among them.

    Trials take, on average, what those that ended did, pruned ones included; before there is one, `folds` times a fold
    of those under way. They run side by side as they did when the last one began.

    now: Unix time in seconds.
    """
    running = [record for record in records if not record.finished and record.began is not None]
    usual = _usual(records, folds)
    if not running or usual is None:
        return None
    busy = [max(usual - (now - record.began), _AT_LEAST * usual) for record in running if record.began is not None]
    lanes = [0.0] * (_side_by_side(records) - len(busy)) + sorted(busy)  # when each is free: a heap
    for _ in range(lacking - len(running)):
        heapq.heapreplace(lanes, lanes[0] + usual)
    return max(lanes)


def _side_by_side(records: Sequence[TrialRecord]) -> int:
    last = max(record.began for record in records if record.began is not None)
    return sum(one.began is not None and one.began <= last < (one.ended or math.inf) for one in records)


def _usual(records: Sequence[TrialRecord], folds: int) -> float | None:
    """Seconds from a trial's begin to that of the one that takes its place."""
    timed = [(one.began, one.ended) for one in records if one.began is not None and one.ended is not None]
    if timed:
        return fmean(ended - began for began, ended in timed) + _between(records)
    parts = [record.seconds / len(record.fold_scores) for record in records if record.fold_scores]
    return folds * fmean(parts) if parts else None


def _between(records: Sequence[TrialRecord]) -> float:
    """Seconds from a trial's end to the begin of the next: to propose it and to write it down. Pauses do not count."""
    ends = sorted(record.ended for record in records if record.ended is not None)
    begins = [record.began for record in records if record.began is not None and ends and record.began >= ends[0]]
    return median(began - ends[bisect_right(ends, began) - 1] for began in begins) if begins else 0.0
