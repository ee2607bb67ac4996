"""What travels to a worker with a job: no part of the past twice, and the job as it was when it is opened."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tunewright.core.seeds import SeedTree
from tunewright.search.course import Sight
from tunewright.search.pruners.basic import MedianPruner
from tunewright.search.records import State, TrialRecord
from tunewright.trials.jobs import Parcel
from tunewright.trials.rungs import Pruning
from tunewright.trials.tasks import Task

RECORDS = [TrialRecord(number, State.COMPLETE, {}, float(number)) for number in range(20)]


def task(known: int, hidden: int = 0) -> Task:
    """Of the trial after so many."""
    told = tuple(record.as_running() for record in RECORDS[known : known + hidden])
    record = TrialRecord(known + hidden, State.RUNNING, {})
    return Task(record, SeedTree(0), Pruning(MedianPruner(), 1, Sight(RECORDS[:known], told)))


@given(jobs=st.lists(st.tuples(st.integers(0, 15), st.integers(0, 5)), max_size=12))
def test_a_worker_gets_each_job_whole_and_no_part_of_the_past_twice(jobs: Sequence[tuple[int, int]]) -> None:
    """Whichever jobs it gets: one that was left over may know less than those before it."""
    past: list[Any] = []
    travelled: list[Any] = []
    for known, hidden in jobs:
        job = task(known, hidden)
        parcel = Parcel.of(job, sent=len(past))
        assert not parcel.job.past
        travelled += parcel.more
        opened = parcel.opened(past)
        assert isinstance(opened, Task)
        assert opened.pruning.sight.history == job.pruning.sight.history
        assert (opened.record, opened.past) == (job.record, job.past)
    assert travelled == RECORDS[: max((known for known, _ in jobs), default=0)]


def test_a_job_s_size_does_not_grow_with_the_study() -> None:
    sizes = [len(Parcel.of(task(known), sent=known - 1).more) for known in (1, 10, 20)]
    assert sizes == [1, 1, 1]
