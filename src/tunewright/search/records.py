"""What the search knows of a trial, and the fingerprint of a study."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tunewright.core.codec import Json, digest
from tunewright.core.space import Params


class State(StrEnum):
    RUNNING = "running"
    COMPLETE = "complete"
    PRUNED = "pruned"
    FAILED = "failed"


@dataclass(frozen=True)
class TrialRecord:
    """One trial. fold_scores: one per fold finished so far; score: their mean, None unless complete; low is good."""

    number: int
    state: State
    params: Params
    score: float | None = None
    fold_scores: tuple[float, ...] = ()
    seconds: float = 0.0
    error: str | None = None

    @property
    def finished(self) -> bool:
        return self.state is not State.RUNNING

    def as_running(self) -> "TrialRecord":
        """The same trial with its results hidden."""
        return replace(self, state=State.RUNNING, score=None, fold_scores=(), seconds=0.0, error=None)


def fingerprint(records: Sequence[TrialRecord]) -> str:
    """SHA-256 over the finished trials in the order of their numbers: state, parameters and scores as exact floats."""
    ordered = sorted((record for record in records if record.finished), key=lambda record: record.number)
    content: list[Json] = [
        {
            "number": record.number,
            "state": record.state.value,
            "params": dict(record.params),
            "fold_scores": list(record.fold_scores),
            "score": record.score,
        }
        for record in ordered
    ]
    return digest(content)


def best(records: Sequence[TrialRecord]) -> TrialRecord | None:
    """The complete trial of the lowest score, the earliest among equals; None where there is none."""
    complete = [record for record in records if record.state is State.COMPLETE]
    return min(complete, key=lambda record: (_score(record), record.number), default=None)


def _score(record: TrialRecord) -> float:
    assert record.score is not None, "a complete trial has a score"
    return record.score
