"""The shape of results.json (schema 1), as frozen values; its "test" is in `outcome`."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from tunewright.report.outcome import Number, Outcome, Statistic


@dataclass(frozen=True)
class Gap:
    after: date
    before: date
    missing_weekdays: int


@dataclass(frozen=True)
class Card:
    """What the reader found in the data; `gaps` holds the longest only, `gap_count` counts all."""

    source: str
    format: str
    rows: int
    first: date
    last: date
    columns: tuple[str, ...]
    close: str
    close_reason: str
    gaps: tuple[Gap, ...]
    gap_count: int
    zero_volume_rows: int
    repairs: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Series:
    """Dates and closes for drawing, thinned; both of shape (n,)."""

    dates: tuple[date, ...]
    close: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.dates or len(self.dates) != len(self.close):
            raise ValueError(f"needs as many closes as dates; has {len(self.close)} and {len(self.dates)}")


@dataclass(frozen=True)
class Data:
    fingerprint: str
    sources: tuple[str, ...]
    card: Card
    series: Series


@dataclass(frozen=True)
class Span:
    """A stretch of rows, both ends included."""

    first: date
    last: date
    rows: int


@dataclass(frozen=True)
class Fold:
    number: int
    train: Span
    validation: Span


@dataclass(frozen=True)
class Dimension:
    """One searched hyper-parameter: a range (`low`..`high`) or a list of choices."""

    type: Literal["int", "float", "choice"]
    low: int | float | None = None
    high: int | float | None = None
    step: int | float | None = None
    log: bool = False
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Counts:
    complete: int
    pruned: int
    failed: int


@dataclass(frozen=True)
class Trial:
    """One configuration; `score` is the study's metric (lower is better), `seconds` its wall time."""

    number: int
    state: Literal["complete", "pruned", "failed"]
    params: dict[str, Any]
    score: Number
    fold_scores: tuple[Number, ...]
    seconds: float
    error: str | None


@dataclass(frozen=True)
class FoldCurve:
    """Losses per epoch on one fold; `best_epoch` counts from 0."""

    train_loss: tuple[Number, ...]
    validation_loss: tuple[Number, ...]
    best_epoch: int


@dataclass(frozen=True)
class Best:
    number: int
    params: dict[str, Any]
    score: float
    fold_scores: tuple[Number, ...]
    folds: tuple[FoldCurve, ...]


@dataclass(frozen=True)
class Study:
    fingerprint: str
    sampler: str
    metric: str
    metric_text: str
    lag: int
    space: dict[str, Dimension]
    counts: Counts
    trials: tuple[Trial, ...]
    best: Best


@dataclass(frozen=True)
class Default:
    """The experiment's fixed values, with nothing tuned; `mse` on the sealed test."""

    params: dict[str, Any]
    score: float
    fold_scores: tuple[float, ...]
    mse: float


@dataclass(frozen=True)
class Tuning:
    """The winner against the default; gains are shares of the default's error."""

    default: Default
    validation_gain: float
    test_gain: float
    diebold_mariano: Statistic
    conclusion: Literal["helped", "no_difference", "overtuned"]
    sentence: str


@dataclass(frozen=True)
class Model:
    family: str
    parameters: int
    spec: dict[str, Any]
    epochs: int
    train_loss: tuple[Number, ...]


@dataclass(frozen=True)
class Timing:
    """Seconds of wall time."""

    wall_s: float
    train_s: float
    search_s: float


@dataclass(frozen=True)
class Provenance:
    python: str
    platform: str
    versions: dict[str, str]
    command: str


@dataclass(frozen=True)
class Results:
    """All of results.json; `tuning` is None where nothing was tuned or the default could not be trained."""

    schema: int
    tunewright: str
    name: str
    seed: int
    created: str
    data: Data
    folds: tuple[Fold, ...]
    sealed_test: Span
    study: Study
    model: Model
    test: Outcome
    timing: Timing
    provenance: Provenance
    tuning: Tuning | None
