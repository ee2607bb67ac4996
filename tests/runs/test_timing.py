"""The time that is left: near the truth for trials side by side, of unequal length, on any number of lanes."""

import heapq
import statistics

from hypothesis import given
from hypothesis import strategies as st

from tunewright.runs.timing import seconds_left
from tunewright.search.records import State, TrialRecord

durations = st.lists(st.floats(8.5, 11.5), min_size=12, max_size=40)
"""Where all short ones come first, the mean so far is off by their ratio, and the last lane by some more."""


def timeline(lengths: list[float], lanes: int, delay: float) -> list[TrialRecord]:
    free = [0.0] * lanes
    found = []
    for number, length in enumerate(lengths):
        began = heapq.heappop(free)
        heapq.heappush(free, began + length + delay)
        found.append(TrialRecord(number, State.COMPLETE, {}, 1.0, (1.0,), length, began=began, ended=began + length))
    return found


def at(records: list[TrialRecord], now: float) -> list[TrialRecord]:
    """What is known of them at this moment."""
    begun = [record for record in records if record.began is not None and record.began <= now]
    return [
        one
        if one.ended is not None and one.ended <= now
        else TrialRecord(one.number, State.RUNNING, {}, began=one.began)
        for one in begun
    ]


@given(durations, st.integers(1, 4), st.floats(0.0, 2.0))
def test_from_the_third_trial_on_it_is_near(lengths: list[float], lanes: int, delay: float) -> None:
    records = timeline(lengths, lanes, delay)
    ends = sorted(record.ended or 0.0 for record in records)
    factors = []
    for moment in (0.4, 0.5, 0.6, 0.7, 0.8):
        now = max(ends[2], moment * ends[-1])
        known, lacking = at(records, now), sum(end > now for end in ends)
        left, truth = seconds_left(known, lacking, folds=1, now=now), ends[-1] - now
        if left and truth > 0:
            factors.append(max(left / truth, truth / left))
    assert not factors or statistics.median(factors) < 1.5


def test_before_a_trial_has_ended_its_folds_tell() -> None:
    running = TrialRecord(0, State.RUNNING, {}, None, (1.0,), 10.0, began=0.0)
    assert seconds_left([running], 4, folds=3, now=10.0) == 20.0 + 3 * 30.0
    assert seconds_left([TrialRecord(0, State.RUNNING, {}, began=0.0)], 4, folds=3, now=1.0) is None
    assert seconds_left([], 4, folds=3, now=1.0) is None


def test_a_pause_between_two_sessions_is_no_work() -> None:
    before = timeline([10.0] * 6, 1, 0.0)
    later = TrialRecord(6, State.RUNNING, {}, began=100_060.0)
    assert seconds_left([*before, later], 2, folds=1, now=100_060.0) == 20.0
