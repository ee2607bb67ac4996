"""The search: propose, train fold by fold, tell, until the study has its trials."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tunewright.core.errors import StudyFailure, TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params, Space
from tunewright.experiment.objective import FoldResult
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers import Sampler
from tunewright.search.schedule import visible
from tunewright.search.study import StudyStore

FAILURES_IN_A_ROW = 5
Objective = Callable[[Params, int, SeedTree], FoldResult]
"""Scores one configuration on the fold of the given number."""


@dataclass(frozen=True)
class Plan:
    """What the search is to do. `trials` counts finished trials of the whole study, however often it was resumed."""

    space: Space
    sampler: Sampler
    trials: int
    lag: int
    folds: int
    seeds: SeedTree


def run_search(
    store: StudyStore, plan: Plan, objective: Objective, *, watch: Callable[[Sequence[TrialRecord]], None]
) -> tuple[TrialRecord, ...]:
    """Search until the study has its trials or the space is exhausted. `watch` gets all records after each step.

    Trials that an earlier process left running go on at the fold they had reached. Raises StudyFailure after five
    failures in a row.
    """
    records = list(store.records())
    for record in [record for record in records if not record.finished]:
        records[record.number] = _run_trial(store, record, plan, objective)
        watch(records)
    while sum(record.state in (State.COMPLETE, State.PRUNED) for record in records) < plan.trials:
        _stop_when_all_fail(records)
        number = len(records)
        history = visible(records, number, plan.lag)
        params = plan.sampler.propose(plan.space, history, seed=plan.seeds.integer("propose", number))
        if params is None:
            break
        running = store.begin(params)
        watch([*records, running])
        records.append(_run_trial(store, running, plan, objective))
        watch(records)
    return tuple(records)


def _run_trial(store: StudyStore, record: TrialRecord, plan: Plan, objective: Objective) -> TrialRecord:
    started = time.perf_counter()
    error = None
    try:
        for fold in range(len(record.fold_scores), plan.folds):
            result = objective(record.params, fold, plan.seeds.child("trial", record.number, "fold", fold))
            record = store.report_fold(record, result.score, result.detail())
    except TrialFailure as failure:
        error = str(failure)
    record = replace(
        record,
        state=State.FAILED if error else State.COMPLETE,
        score=None if error else sum(record.fold_scores) / plan.folds,
        seconds=time.perf_counter() - started,
        error=error,
    )
    store.tell(record)
    return record


def _stop_when_all_fail(records: Sequence[TrialRecord]) -> None:
    last = records[-FAILURES_IN_A_ROW:]
    if len(last) == FAILURES_IN_A_ROW and all(record.state is State.FAILED for record in last):
        raise StudyFailure(
            f"{FAILURES_IN_A_ROW} trials in a row failed, the last with: {last[-1].error}; "
            "narrow the space (the learning rate above all) and resume"
        )
