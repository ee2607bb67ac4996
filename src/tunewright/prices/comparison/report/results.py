"""The parts of results.json (schema 1) that only comparisons have, as frozen values."""

from dataclasses import dataclass
from typing import Any, Literal

from tunewright.prices.report.results import Data, Fold


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
    """What results.json has of a comparison beside what every run has."""

    kind: Literal["feature-study", "leakage-ladder"]
    data: Data
    folds: tuple[Fold, ...]
    comparison: Comparison
