"""Like with like: trials compared at the same rung, that is in the same fold after the same number of epochs.

Price folds differ far more than configurations do, so a score of one fold says nothing beside a score of another.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from tunewright.core.errors import ConfigError
from tunewright.search.records import Report, State, TrialRecord


@dataclass(frozen=True)
class Rung:
    """A fold (from 0) after `epoch` epochs of it; infinitely many stand for the end of the fold."""

    fold: int
    epoch: float

    @property
    def ended(self) -> bool:
        return math.isinf(self.epoch)

    def __str__(self) -> str:
        return f"fold {self.fold + 1}" if self.ended else f"fold {self.fold + 1}, epoch {self.epoch}"


@dataclass(frozen=True)
class Minimum:
    """What there must be before anything is pruned, so that early noise cannot empty a study.

    trials: complete ones in the history. folds, epochs: what the trial itself has behind it, over all folds. kept:
    the share of complete trials among all that ended well; as long as it is lower, every trial runs to its end.
    """

    trials: int = 4
    folds: int = 0
    epochs: int = 3
    kept: float = 0.15

    def __post_init__(self) -> None:
        if self.trials < 1 or self.folds < 0 or self.epochs < 1 or not 0 <= self.kept <= 1:
            raise ConfigError(
                "pruning needs at least 1 finished trial, 0 folds, 1 epoch and a kept share from 0 to 1, "
                f"found {self}; mend these settings of the pruner"
            )

    def met(self, history: Sequence[TrialRecord], trial: TrialRecord) -> bool:
        complete = sum(record.state is State.COMPLETE for record in history)
        pruned = sum(record.state is State.PRUNED for record in history)
        return (
            complete >= self.trials
            and complete >= self.kept * (complete + pruned)
            and len(trial.fold_scores) >= self.folds
            and epochs(trial) >= self.epochs
        )


def rung_of(trial: TrialRecord) -> Rung | None:
    """Where the trial has just reported; None where it has not, or has nothing left to prune."""
    if trial.finished or not trial.reports:
        return None
    last = trial.reports[-1]
    return Rung(last.fold, math.inf if len(trial.fold_scores) > last.fold else last.epoch)


def at(record: TrialRecord, rung: Rung) -> float | None:
    """The score the fold would have, had the training ended at this rung; None where the trial did not get there.

    Training keeps its best weights, so that is the lowest value so far. A training that ended earlier of itself had
    its final score at this rung.
    """
    ended = len(record.fold_scores) > rung.fold
    if rung.ended:
        return record.fold_scores[rung.fold] if ended else None
    start = bisect_left(record.reports, rung.fold, key=lambda report: report.fold)
    stop = bisect_right(record.reports, (rung.fold, rung.epoch), key=_place)
    if start == stop:
        return None
    trained_on = stop < len(record.reports) and record.reports[stop].fold == rung.fold
    if ended and not trained_on:
        return record.fold_scores[rung.fold]
    if not trained_on and record.reports[stop - 1].epoch < rung.epoch:
        return None
    return min(report.value for report in record.reports[start:stop])


def standing(record: TrialRecord, rung: Rung) -> float | None:
    """The mean over the folds before and the fold at this rung; None where the trial did not get there."""
    value = at(record, rung)
    if value is None or len(record.fold_scores) < rung.fold:
        return None
    return (sum(record.fold_scores[: rung.fold]) + value) / (rung.fold + 1)


def standings(history: Sequence[TrialRecord], rung: Rung) -> list[float]:
    """Where the trials that ended well stood at this rung, those left out that did not get there."""
    ended = (record for record in history if record.state in (State.COMPLETE, State.PRUNED))
    found = (standing(record, rung) for record in ended)
    return [value for value in found if value is not None]


def complete(history: Sequence[TrialRecord]) -> list[TrialRecord]:
    """The complete trials, the best first."""
    found = [record for record in history if record.state is State.COMPLETE and record.score is not None]
    return sorted(found, key=lambda record: (record.score, record.number))


def epochs(record: TrialRecord, *, reports: int | None = None) -> int:
    """Epochs trained over all folds, as far as the first `reports` reports (all of them by default) tell."""
    last = {report.fold: report.epoch for report in record.reports[:reports]}
    return sum(last.values())


def _place(report: Report) -> tuple[int, float]:
    return (report.fold, report.epoch)
