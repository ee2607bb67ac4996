"""Which results a proposal may depend on: a pure function of the trial's number.

The proposal of trial n sees the results of trials 0 .. n - lag. Trials in between count as running, finished or not.
So the study is the same for one worker and for `lag` workers, and no worker waits at a barrier.
"""

from collections.abc import Sequence

from tunewright.search.records import TrialRecord


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
