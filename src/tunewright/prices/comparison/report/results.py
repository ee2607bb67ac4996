"""The shape of a comparison's results.json (schema 1), as frozen values."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from tunewright.prices.report.results import Data, Fold
from tunewright.report.files import fail, shorten
from tunewright.report.results import Provenance, Timing
from tunewright.report.study.results import Study

KINDS = ("feature-study", "leakage-ladder")


@dataclass(frozen=True)
class Change:
    """Of the base's error, as shares; by_repeat: one for each repeat."""

    change: float
    low: float
    high: float
    p: float
    by_repeat: tuple[float, ...]


@dataclass(frozen=True)
class Variant:
    """score: error in units of the last value's on the same days; change: None for the base."""

    name: str
    score: float
    days: int
    change: Change | None


@dataclass(frozen=True)
class Comparison:
    """All variants, the base first. features: the inputs by variant; params: what was tuned on the base."""

    sentence: str
    confidence: float
    variants: tuple[Variant, ...]
    repeats: int
    target: str
    features: dict[str, tuple[str, ...]]
    params: dict[str, Any]
    trainings: int
    fingerprint: str

    def __post_init__(self) -> None:
        if len(self.variants) < 2 or self.variants[0].change or not all(one.change for one in self.variants[1:]):
            raise ValueError("needs a base without a change and others with one")

    @property
    def changes(self) -> tuple[tuple[str, Change], ...]:
        """Every variant but the base."""
        return tuple((variant.name, variant.change) for variant in self.variants if variant.change)


@dataclass(frozen=True)
class ComparisonResults:
    """All of results.json; study: the search on the base, where it had something to tune."""

    schema: int
    tunewright: str
    name: str
    kind: Literal["feature-study", "leakage-ladder"]
    seed: int
    created: str
    data: Data
    folds: tuple[Fold, ...]
    comparison: Comparison
    study: Study | None
    timing: Timing
    provenance: Provenance


def comparison_results(path: Path, record: Any) -> ComparisonResults:
    """A record of this kind as a value (RunFolderError: a wrong or missing key). path: for the message."""
    try:
        return TypeAdapter(ComparisonResults).validate_python(record)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        fail(path, f"{where}: {first['msg']}, found {shorten(repr(first['input']))}", cause=error)
