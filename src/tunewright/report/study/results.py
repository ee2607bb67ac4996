"""The shape of "study" and "surface" in results.json (schema 1), as frozen values."""

from dataclasses import dataclass, field
from typing import Any, Literal

from tunewright.experiment.known import Known
from tunewright.report.values import Number


@dataclass(frozen=True)
class Dimension:
    """One searched hyper-parameter: a range (`low`..`high`) or a list of choices.

    when: the values of other parameters with which it exists; empty where it always does.
    """

    type: Literal["int", "float", "choice"]
    low: int | float | None = None
    high: int | float | None = None
    step: int | float | None = None
    log: bool = False
    choices: tuple[Any, ...] = ()
    when: dict[str, tuple[Any, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Counts:
    complete: int
    pruned: int
    failed: int
    infeasible: int = 0


@dataclass(frozen=True)
class Trial:
    """One configuration. score: the study's metric, cost: its second objective (lower is better).

    reports: (fold, epoch, value) at each rung. reason: why it failed, was pruned or is infeasible. seconds: spent on
    it; began, ended: Unix times in seconds.
    """

    number: int
    state: Literal["complete", "pruned", "infeasible", "failed"]
    params: dict[str, Any]
    score: Number
    fold_scores: tuple[Number, ...]
    seconds: float
    cost: Number = None
    reports: tuple[tuple[int, int, float], ...] = ()
    reason: str | None = None
    began: Number = None
    ended: Number = None


@dataclass(frozen=True)
class FoldCurve:
    """Losses per epoch on one fold; `best_epoch` counts from 0."""

    train_loss: tuple[Number, ...]
    validation_loss: tuple[Number, ...]
    best_epoch: int


@dataclass(frozen=True)
class Best:
    """The trial of the lowest score, of equal ones that of the lowest cost. `folds` is empty where what was tuned has
    no learning curves."""

    number: int
    params: dict[str, Any]
    score: float
    fold_scores: tuple[Number, ...]
    cost: Number = None
    folds: tuple[FoldCurve, ...] = ()


@dataclass(frozen=True)
class Study:
    """pareto: numbers of the trials that no other beats in both objectives. importance: method, parameter, share.

    space_edits: what was changed in the space when the search was resumed, in words. earlier: None where it knew of no
    earlier runs.
    """

    fingerprint: str
    sampler: str
    metric: str
    metric_text: str
    lag: int
    space: dict[str, Dimension]
    counts: Counts
    trials: tuple[Trial, ...]
    best: Best | None
    ended: str = ""
    sampler_reason: str = ""
    pruner: str = "none"
    second_objective: str | None = None
    pareto: tuple[int, ...] = ()
    space_edits: tuple[str, ...] = ()
    importance: dict[str, dict[str, float]] = field(default_factory=dict)
    earlier: Known | None = None


@dataclass(frozen=True)
class Surface:
    """A function of two parameters on a grid: z[row][column] at y[row], x[column]; None where it has no value."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    z: tuple[tuple[Number, ...], ...]

    def __post_init__(self) -> None:
        if len(self.z) != len(self.y) or any(len(row) != len(self.x) for row in self.z):
            raise ValueError(f"z needs {len(self.y)} rows of {len(self.x)} values")
