"""What a trial of an Optuna study holds beyond Optuna's own fields: its attribute `ledger`, read and written.

What Optuna has no place for lies there: folds, reports, seconds, reasons.
"""

import math
from typing import Any

from optuna.trial import FrozenTrial

from tunewright.core.codec import Json
from tunewright.search.records import Report, State, TrialRecord
from tunewright.search.samplers.with_optuna import STATES

LEDGER, TRACEBACK = "ledger", "traceback"
_BACK = {STATES[ours]: ours for ours in (State.RUNNING, State.COMPLETE, State.PRUNED, State.FAILED)}


def ledger_of(record: TrialRecord, details: list[Json]) -> dict[str, Json]:
    """What is written of a record, with the details of its folds."""
    return {
        "scores": list(record.fold_scores),
        "reports": [[report.fold, report.epoch, report.value] for report in record.reports],
        "seconds": record.seconds,
        "reason": record.reason,
        "cost": record.cost,
        "began": record.began,
        "ended": record.ended,
        "details": list(details),
    }


def details_of(trial: FrozenTrial) -> list[Json]:
    """The details of the trial's folds, fold by fold."""
    return list(_ledger(trial)["details"])


def record_of(trial: FrozenTrial) -> TrialRecord:
    """The record of a trial in Optuna's words."""
    told, state = _ledger(trial), _BACK[trial.state]
    if state is State.COMPLETE and math.inf in trial.values:
        state = State.INFEASIBLE
    folds = len(told["scores"])
    # Stopped between the ledger and the state, a trial runs on, and tells the reports of its last fold again.
    reports = (Report(*one) for one in told["reports"] if state is not State.RUNNING or one[0] < folds)
    return TrialRecord(
        number=trial.number,
        state=state,
        params=dict(trial.params),
        score=trial.values[0] if state is State.COMPLETE else None,
        fold_scores=tuple(told["scores"]),
        seconds=told["seconds"],
        reason=told["reason"] if state is not State.RUNNING else None,
        reports=tuple(reports),
        cost=told["cost"],
        began=_began(trial) if told["began"] is None else told["began"],
        ended=told["ended"] if state is not State.RUNNING else None,
    )


def _began(trial: FrozenTrial) -> float | None:
    return trial.datetime_start.timestamp() if trial.datetime_start else None


def _ledger(trial: FrozenTrial) -> dict[str, Any]:
    empty = {
        "scores": [],
        "reports": [],
        "seconds": 0.0,
        "reason": None,
        "cost": None,
        "began": None,
        "ended": None,
        "details": [],
    }
    return {**empty, **trial.user_attrs.get(LEDGER, {})}
