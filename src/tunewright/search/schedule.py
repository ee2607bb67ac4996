"""When a trial may start and which results its proposal may depend on: pure functions of the trial's number.

The proposal of trial n sees the results of trials 0 .. n - lag. Trials in between count as running, finished or not.
So the study is the same for one worker and for `lag` workers, and no worker waits at a barrier.
"""

from collections.abc import Sequence
from enum import Enum

from tunewright.search.course import Course, Sight
from tunewright.search.records import TrialRecord, count_good


class Step(Enum):
    START = "start"
    WAIT = "wait"
    STOP = "stop"


def next_step(course: Course, *, trials: int) -> Step:
    """Whether trial number n of the course starts now, waits for results, or is not wanted.

    Trial n is run exactly when fewer than `trials` of its predecessors finish well, so failures are replaced. As long
    as even the hidden predecessors could not fill the study, that is known early; at the end it waits for all of them.
    Neither answer depends on the order in which results come in.
    """
    settled, hidden = course.settled, course.hidden
    if settled is None:
        return Step.WAIT
    if settled.good + len(hidden) < trials:
        return Step.START
    if not course.ended:
        return Step.WAIT
    return Step.START if settled.good + count_good(hidden) < trials else Step.STOP


def sight_of(records: Sequence[TrialRecord], number: int, lag: int) -> Sight:
    """What trial `number` may see: records 0 .. number - 1, the last lag - 1 of them as running.

    Raises ValueError where a trial that must be finished is not, or one is missing.
    """
    earlier = sorted((record for record in records if record.number < number), key=lambda record: record.number)
    if [record.number for record in earlier] != list(range(number)):
        raise ValueError(f"trial {number} is proposed from trials 0 .. {number - 1}, found {len(earlier)} of them")
    cut = max(0, number - lag + 1)
    unfinished = [record.number for record in earlier[:cut] if not record.finished]
    if unfinished:
        raise ValueError(f"trial {number} needs the result of trial {unfinished[0]}, which is still running")
    return Sight(earlier[:cut], tuple(record.as_running() for record in earlier[cut:]))


def visible(records: Sequence[TrialRecord], number: int, lag: int) -> tuple[TrialRecord, ...]:
    """The history that trial `number` is proposed from (`sight_of`)."""
    return sight_of(records, number, lag).history
