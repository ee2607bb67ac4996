"""The search: propose, run, tell, until the study has its trials. The same study for any number of workers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tunewright.core.errors import StudyFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Space
from tunewright.experiment.executors import Executor
from tunewright.experiment.tasks import Event, FoldScored, Task, TrialEnded
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers import Sampler
from tunewright.search.schedule import Step, next_step, visible
from tunewright.search.study import StudyStore

FAILURES_IN_A_ROW = 5
Watch = Callable[[Sequence[TrialRecord]], None]


@dataclass(frozen=True)
class Plan:
    """What the search is to do. `trials` counts finished trials of the whole study, however often it was resumed."""

    space: Space
    sampler: Sampler
    trials: int
    lag: int
    seeds: SeedTree


def run_search(store: StudyStore, plan: Plan, executor: Executor, *, watch: Watch) -> tuple[TrialRecord, ...]:
    """Search until the study has its trials or the space is exhausted. `watch` gets all records after each event.

    Trials that an earlier process left running go on at the fold they had reached. Raises StudyFailure after five
    failures in a row.
    """
    records = list(store.records())
    waiting = [record for record in records if not record.finished]
    under_way = failures = 0
    while True:
        while under_way < executor.workers and (record := _next(store, plan, records, waiting)) is not None:
            executor.submit(_task(record, plan))
            under_way += 1
            watch(records)
        if under_way == 0:
            return tuple(records)
        event = executor.next_event()
        record = _tell(store, records[event.number], event)
        records[event.number] = record
        watch(records)
        if isinstance(event, TrialEnded):
            under_way -= 1
            failures = failures + 1 if record.state is State.FAILED else 0
            _stop_when_all_fail(failures, record)


def _next(store: StudyStore, plan: Plan, records: list[TrialRecord], waiting: list[TrialRecord]) -> TrialRecord | None:
    """The next trial to run, written down: one left over, or a new one; None while or because there is none."""
    if waiting:
        return waiting.pop(0)
    if next_step(records, trials=plan.trials, lag=plan.lag) is not Step.START:
        return None
    number = len(records)
    seed = plan.seeds.integer("propose", number)
    params = plan.sampler.propose(plan.space, visible(records, number, plan.lag), seed=seed)
    if params is None and all(record.finished for record in records):
        # Exhausted as far as the lag shows: with everything in sight there may be failures to run again.
        params = plan.sampler.propose(plan.space, records, seed=seed)
    if params is None:
        return None
    record = store.begin(params)
    records.append(record)
    return record


def _task(record: TrialRecord, plan: Plan) -> Task:
    seeds = plan.seeds.child("trial", record.number)
    return Task(record.number, record.params, len(record.fold_scores), seeds)


def _tell(store: StudyStore, record: TrialRecord, event: Event) -> TrialRecord:
    record = replace(record, seconds=record.seconds + event.seconds)
    if isinstance(event, FoldScored):
        return store.report_fold(record, event.score, event.detail)
    if event.error is None:
        score = sum(record.fold_scores) / len(record.fold_scores)
        record = replace(record, state=State.COMPLETE, score=score)
    else:
        record = replace(record, state=State.FAILED, error=event.error)
    store.tell(record, traceback=event.traceback)
    return record


def _stop_when_all_fail(failures: int, last: TrialRecord) -> None:
    if failures == FAILURES_IN_A_ROW:
        raise StudyFailure(
            f"{failures} trials in a row failed, the last with: {last.error}; "
            "begin anew with a narrower [space] (the learning rate above all) and another --out"
        )
