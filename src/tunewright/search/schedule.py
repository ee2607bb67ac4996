"""When a trial may start and which results its proposal may depend on: pure functions of the trial's number.

The proposal of trial n sees the results of trials 0 .. n - lag. Trials in between count as running, finished or not.
So the study is the same for one worker and for `lag` workers, and no worker waits at a barrier.
"""

from collections.abc import Sequence
from enum import Enum

from tunewright.search.records import TrialRecord, count_good


class Step(Enum):
    START = "start"
    WAIT = "wait"
    STOP = "stop"


def known(records: Sequence[TrialRecord], lag: int) -> Sequence[TrialRecord]:
    """Those of trials 0 .. n - 1 whose results may tell on trial n."""
    return records[: max(0, len(records) - lag + 1)]


def next_step(records: Sequence[TrialRecord], *, trials: int, lag: int) -> Step:
    """Whether trial number `len(records)` starts now, waits for results, or is not wanted.

    records: trials 0 .. n - 1 in order. Trial n is run exactly when fewer than `trials` of its predecessors finish
    well, so failures are replaced. As long as even the hidden predecessors could not fill the study, that is known
    early; at the end it waits for all of them. Neither answer depends on the order in which results come in.
    """
    seen = known(records, lag)
    if not all(record.finished for record in seen):
        return Step.WAIT
    if count_good(seen) + len(records) - len(seen) < trials:
        return Step.START
    if not all(record.finished for record in records):
        return Step.WAIT
    return Step.START if count_good(records) < trials else Step.STOP


def visible(records: Sequence[TrialRecord], number: int, lag: int) -> tuple[TrialRecord, ...]:
    """The history that trial `number` is proposed from: records 0 .. number - 1, the last lag - 1 of them as running.

    Raises ValueError where a trial that must be finished is not, or one is missing.
    """
    earlier = sorted((record for record in records if record.number < number), key=lambda record: record.number)
    if [record.number for record in earlier] != list(range(number)):
        raise ValueError(f"trial {number} is proposed from trials 0 .. {number - 1}, found {len(earlier)} of them")
    cut = max(0, number - lag + 1)
    unfinished = [record.number for record in earlier[:cut] if not record.finished]
    if unfinished:
        raise ValueError(f"trial {number} needs the result of trial {unfinished[0]}, which is still running")
    return (*earlier[:cut], *(record.as_running() for record in earlier[cut:]))
