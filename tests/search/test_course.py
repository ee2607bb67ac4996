"""What the first trials of a study amount to: looked at one by one as from the beginning."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tunewright.core.codec import digest
from tunewright.search.course import Course, Settled
from tunewright.search.failing import Failing
from tunewright.search.records import State, TrialRecord, best, count_good
from tunewright.search.schedule import visible


@st.composite
def studies(draw: st.DrawFn) -> list[TrialRecord]:
    """Finished trials of few configurations and few scores, so that both come again."""
    ends = st.tuples(st.sampled_from([state for state in State if state is not State.RUNNING]), st.integers(0, 2))
    cost = draw(st.sampled_from([None, 1.0]))
    told = draw(st.lists(st.tuples(ends, st.integers(0, 3)), max_size=30))
    return [
        TrialRecord(number, state, {"x": place}, float(score), cost=cost and float(place))
        if state is State.COMPLETE
        else TrialRecord(number, state, {"x": place})
        for number, ((state, score), place) in enumerate(told)
    ]


def hopeless(records: Sequence[TrialRecord]) -> TrialRecord | None:
    """The first trial at which too many different new failures, or five of one configuration, stand in a row."""
    for end, record in enumerate(records, 1):
        row = []
        for earlier in reversed(records[:end]):
            if earlier.state is not State.FAILED:
                break
            row.append(earlier)
        marks = [digest(dict(one.params)) for one in row]
        past = records[: end - len(row)]
        lost = [digest(dict(one.params)) for one in past if one.state is State.FAILED]
        new, rate = len(set(marks) - {*lost}), (len(lost) + 1) / (len(past) + 2)
        if row and (marks.count(marks[0]) == 5 or (new >= 5 and (len(lost) == len(past) or rate**new < 1e-4))):
            return record
    return None


@given(records=studies())
def test_settled_trials_amount_to_what_all_of_them_say(records: list[TrialRecord]) -> None:
    settled, leader = Settled.of(records), best(records)
    assert settled.good == count_good(records)
    assert settled.leader is leader
    assert leader is None or settled.since == count_good(records[leader.number + 1 :])
    assert settled.failing.hopeless is hopeless(records)


@pytest.mark.parametrize(("rate", "at_most"), [(0.1, 0.01), (0.3, 0.03), (0.5, 0.08)])
def test_failures_now_and_then_rarely_end_a_study(rate: float, at_most: float) -> None:
    """Of 1000 studies of 100 good trials; at a rate of 0.5, 3 % have five failures before any good trial."""
    died = 0
    for seed in range(1000):
        draws, failing = Random(seed), Failing()
        while failing.good < 100 and failing.hopeless is None:
            state = State.FAILED if draws.random() < rate else State.COMPLETE
            failing = failing.and_then(TrialRecord(0, state, {"x": draws.random()}))
        died += failing.hopeless is not None
    assert died <= 1000 * at_most


@pytest.mark.parametrize(("good", "failed", "row"), [(0, 0, 5), (1, 0, 9), (20, 0, 5), (20, 8, 8), (100, 0, 5)])
def test_where_everything_fails_the_study_ends_soon(good: int, failed: int, row: int) -> None:
    states = [State.FAILED] * min(failed, 4) + [State.COMPLETE] * good
    states[-1:-1] = [State.FAILED] * (failed - min(failed, 4))
    failing = Settled.of([TrialRecord(n, state, {"x": n}) for n, state in enumerate(states)]).failing
    for number in range(len(states), len(states) + row):
        assert failing.hopeless is None
        failing = failing.and_then(TrialRecord(number, State.FAILED, {"x": number}))
    assert failing.hopeless is not None
    assert failing.in_a_row == row


@given(records=studies(), lag=st.integers(1, 6), data=st.data())
def test_a_course_says_at_any_time_what_its_trials_say(
    records: list[TrialRecord], lag: int, data: st.DataObject
) -> None:
    """Trials begin in order and end in any; what is known was looked at once, whenever it was asked for."""
    course, under_way = Course([], lag), set[int]()
    while len(course.records) < len(records) or under_way:
        may_begin = len(course.records) < len(records) and course.settled is not None
        if may_begin and (not under_way or data.draw(st.booleans())):
            assert course.sight().history == visible(course.records, len(course.records), lag)
            under_way.add(len(course.records))
            course.records.append(records[len(course.records)].as_running())
        else:
            number = data.draw(st.sampled_from(sorted(under_way)))
            under_way.remove(number)
            course.records[number] = records[number]
        known = records[: max(0, len(course.records) - lag + 1)]
        waits = any(one.number in under_way for one in known)
        assert course.settled == (None if waits else Settled.of(known))
        assert course.ended == (not under_way)
