"""Pruners: whether a trial is given up at the rung it has just reached. Policies without state, like the samplers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from tunewright.core.plugins import later
from tunewright.search.pruners.rungs import Minimum
from tunewright.search.records import TrialRecord


class Pruner(Protocol):
    """A policy: stateless, its decision depends on its arguments alone."""

    def prune(self, history: Sequence[TrialRecord], trial: TrialRecord) -> str | None:
        """Why the trial is to be pruned at the rung of its last report, in a short sentence; None where it goes on.

        history: what `schedule.visible` shows of the trials before it. trial: the one under way, with its reports and
        with the scores of the folds it has ended, the fold of the last report included where that ended it.
        """
        ...


@dataclass(frozen=True)
class PrunerSettings:
    """What an experiment may set; a pruner takes what it knows, and its own class says what that means.

    min_trials, min_folds, min_epochs, kept: see Minimum, for every pruner. percentile: median. eta, rungs: halving and
    hyperband. patience: reports without a new low, for the pruner of that name. level, rivals: racing. Ranges are
    checked by the pruner that is made of it (ConfigError).
    """

    min_trials: int = 4
    min_folds: int = 0
    min_epochs: int = 3
    kept: float = 0.15
    percentile: float = 50.0
    eta: int = 3
    rungs: int = 2
    patience: int = 3
    level: float = 0.2
    rivals: int = 1

    @property
    def minimum(self) -> Minimum:
        return Minimum(self.min_trials, self.min_folds, self.min_epochs, self.kept)


_HERE = "tunewright.search.pruners"
_none, _median, _patience = (later(f"{_HERE}.basic:{name}") for name in ("NoPruner", "MedianPruner", "PatiencePruner"))
_halving, _hyperband = (later(f"{_HERE}.halving:{name}") for name in ("HalvingPruner", "HyperbandPruner"))
_racing = later(f"{_HERE}.racing:FoldRacing")

PRUNERS: Mapping[str, Callable[[PrunerSettings], Pruner]] = MappingProxyType(
    {
        "none": lambda chosen: _none(),
        "median": lambda chosen: _median(chosen.percentile, chosen.minimum),
        "halving": lambda chosen: _halving(chosen.eta, chosen.rungs, minimum=chosen.minimum),
        "hyperband": lambda chosen: _hyperband(chosen.eta, chosen.rungs, chosen.minimum),
        "patience": lambda chosen: _patience(chosen.patience, minimum=chosen.minimum),
        "racing": lambda chosen: _racing(chosen.level, chosen.rivals, chosen.minimum),
    }
)
"""Pruners by name, each made from the settings; loaded where one is made, as NumPy is not needed to read a name."""
