"""What a trial of an Optuna study holds beyond Optuna's own fields: its attribute `ledger`, read and written.

What Optuna has no place for lies there: folds, reports, seconds, reasons.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from optuna.trial import FrozenTrial

from tunewright.core.codec import Json, digest
from tunewright.core.errors import RunFolderError
from tunewright.core.space import Params
from tunewright.search.records import Report, State, TrialRecord
from tunewright.search.samplers.with_optuna import STATES

LEDGER, TRACEBACK, DIGEST = "ledger", "traceback", "digest"
_BACK = {STATES[ours]: ours for ours in (State.RUNNING, State.COMPLETE, State.PRUNED, State.FAILED)}


def ledger_of(record: TrialRecord, details: list[Json]) -> dict[str, Json]:
    """What is written of a record, with the details of its folds."""
    told: dict[str, Json] = {
        "state": record.state.value,
        "scores": list(record.fold_scores),
        "reports": [[report.fold, report.epoch, report.value] for report in record.reports],
        "seconds": record.seconds,
        "reason": record.reason,
        "cost": record.cost,
        "began": record.began,
        "ended": record.ended,
        "details": list(details),
    }
    return {**told, DIGEST: _digest(told, record.number, record.params)}


def details_of(trial: FrozenTrial) -> list[Json]:
    """The details of the trial's folds, fold by fold."""
    return list(_ledger(trial)["details"])


def record_of(trial: FrozenTrial) -> TrialRecord:
    """The record of a trial in Optuna's words. Raises RunFolderError where it is not what was told."""
    told, state = _ledger(trial), _state(trial)
    folds = len(told["scores"])
    if not _is_as_told(trial, told, state):
        raise RunFolderError(
            f"trial {trial.number} of the study is not what was told: its numbers were edited or are damaged; "
            "bring the study back as it was, or begin anew with another --out or storage"
        )
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


def values_of(record: TrialRecord, objectives: int) -> list[float] | None:
    """Its score, and cost, in Optuna's words, which have no infeasible trials: infinite values stand for them."""
    infeasible = record.state is State.INFEASIBLE
    given = (math.inf, math.inf) if infeasible else (record.score, record.cost)
    ended = infeasible or record.state is State.COMPLETE
    return [value for value in given if value is not None][:objectives] if ended else None


def _digest(told: Mapping[str, Json], number: int, params: Params) -> str:
    """Of all that is told of a trial, so that another number in the database is noticed."""
    return digest({"number": number, "params": dict(params), **told})


def _is_as_told(trial: FrozenTrial, told: Mapping[str, Any], state: State) -> bool:
    """Studies of earlier versions have no digests."""
    content = {name: one for name, one in told.items() if name != DIGEST}
    if DIGEST not in told:
        return True
    if _digest(content, trial.number, trial.params) != told[DIGEST]:
        return False
    if state is State.RUNNING:
        return True
    mean = sum(told["scores"]) / len(told["scores"]) if told["scores"] else None
    return told["state"] == state.value and (state is not State.COMPLETE or trial.values[0] == mean)


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
    told = {**empty, **trial.user_attrs.get(LEDGER, {})}
    if told.keys() - {"state", DIGEST} != empty.keys() or not all(
        isinstance(told[key], list) for key in ("scores", "reports", "details")
    ):
        raise ValueError(f"the ledger of trial {trial.number} is not one that was written")
    numbers = [*told["scores"], *(told[key] for key in ("seconds", "cost", "began", "ended"))]
    if not all(one is None or type(one) in (int, float) for one in numbers) or told["seconds"] is None:
        raise ValueError(f"the ledger of trial {trial.number} has something else where numbers were written")
    if not isinstance(told["reason"], str | None):
        raise ValueError(f"the ledger of trial {trial.number} has a reason that is no text")
    return told


def check_numbers(trials: Sequence[FrozenTrial]) -> None:
    """Raises ValueError where a trial is missing, or has a state that none is written with."""
    for place, trial in enumerate(trials):
        if trial.number != place:
            raise ValueError(f"expected trial {place}, found trial {trial.number}")
        _state(trial)


def _state(trial: FrozenTrial) -> State:
    if trial.state not in _BACK:
        raise ValueError(f"trial {trial.number} has the state {trial.state.name}, which none is written with")
    state = _BACK[trial.state]
    return State.INFEASIBLE if state is State.COMPLETE and math.inf in trial.values else state
