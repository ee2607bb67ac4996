"""The plain pruners: none at all, the percentile of the others at the same rung, and patience."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tunewright.core.errors import ConfigError
from tunewright.search.pruners.rungs import Minimum, complete, rung_of, standing, standings
from tunewright.search.records import TrialRecord


@dataclass(frozen=True)
class NoPruner:
    """Every trial runs to its end."""

    def prune(self, history: Sequence[TrialRecord], trial: TrialRecord) -> str | None:
        return None


@dataclass(frozen=True)
class MedianPruner:
    """Prunes whoever stands above the given percentile of the earlier trials at the same rung (Golovin et al. 2017)."""

    percentile: float = 50.0
    minimum: Minimum = field(default_factory=Minimum)

    def __post_init__(self) -> None:
        if not 0 < self.percentile < 100:
            raise ConfigError(f"the pruner's percentile lies between 0 and 100, found {self.percentile}")

    def prune(self, history: Sequence[TrialRecord], trial: TrialRecord) -> str | None:
        rung = rung_of(trial)
        if rung is None or not self.minimum.met(history, trial):
            return None
        own, others = standing(trial, rung), standings(history, rung)
        if own is None or len(others) < self.minimum.trials:
            return None
        limit = float(np.percentile(others, self.percentile))
        if own <= limit:
            return None
        return f"{rung}: {own:.6g} is above {limit:.6g}, percentile {self.percentile:g} of {len(others)} trials there"


@dataclass(frozen=True)
class PatiencePruner:
    """Prunes a trial whose fold has seen no new low for `rungs` reports, unless it stands as well as one of the best.

    rivals: how many of the best complete trials count as such; compared at the same rung.
    """

    rungs: int = 3
    rivals: int = 3
    minimum: Minimum = field(default_factory=Minimum)

    def __post_init__(self) -> None:
        if self.rungs < 1 or self.rivals < 1:
            raise ConfigError(f"patience needs at least 1 rung and 1 rival, found {self.rungs} and {self.rivals}")

    def prune(self, history: Sequence[TrialRecord], trial: TrialRecord) -> str | None:
        rung = rung_of(trial)
        if rung is None or not self.minimum.met(history, trial):
            return None
        values = [report.value for report in trial.reports if report.fold == rung.fold]
        stalled = len(values) > self.rungs and min(values[-self.rungs :]) >= min(values[: -self.rungs])
        own = standing(trial, rung)
        rivals = [standing(record, rung) for record in complete(history)[: self.rivals]]
        if not stalled or own is None or any(value is None or own <= value for value in rivals):
            return None
        return (
            f"{rung}: no new low for {self.rungs} reports, and the {len(rivals)} best stood lower than {own:.6g} here"
        )
