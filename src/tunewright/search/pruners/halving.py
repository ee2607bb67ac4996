"""Successive halving, asynchronous (ASHA: Li et al. 2020), and hyperband over it (Li et al. 2018).

The resource of a trial is its number of epochs over all folds, fold by fold. Rungs lie at total / eta^k of it; trials
are compared at the fold and epoch where the later one meets the rung, so like with like.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median_low

from tunewright.core.errors import ConfigError
from tunewright.search.pruners.rungs import Minimum, complete, epochs, rung_of, standing, standings
from tunewright.search.records import TrialRecord

_GOLDEN = 0.6180339887498949  # multiples of it, modulo 1, fill [0, 1) evenly from the first few on


@dataclass(frozen=True)
class HalvingPruner:
    """At each of `rungs` rungs, total / eta^rungs .. total / eta, the best 1 / eta of the trials seen there go on.

    skip: how many of the first rungs let everyone pass.
    """

    eta: int = 3
    rungs: int = 2
    skip: int = 0
    minimum: Minimum = field(default_factory=Minimum)

    def __post_init__(self) -> None:
        if self.eta < 2 or self.rungs < 1 or not 0 <= self.skip <= self.rungs:
            raise ConfigError(f"halving needs eta from 2, rungs from 1 and skip from 0 to rungs, found {self}")

    def prune(self, history: Sequence[TrialRecord], trial: TrialRecord) -> str | None:
        rung = rung_of(trial)
        if rung is None or not self.minimum.met(history, trial):
            return None
        # A trial that trained on to late epochs must not stretch everyone's rungs: the middle one sets the total.
        total = median_low(epochs(record) for record in complete(history))
        before, now = epochs(trial, reports=len(trial.reports) - 1), epochs(trial)
        # A rung that comes before anything may be pruned is put off until then.
        least = self.minimum.epochs
        met = [k for k in range(1, self.rungs - self.skip + 1) if before < max(total / self.eta**k, least) <= now]
        own, others = standing(trial, rung), standings(history, rung)
        if not met or own is None or len(others) < self.eta:
            return None
        better = sum(value < own for value in others)
        places = max(1, (len(others) + 1) // self.eta)
        if better < places:
            return None
        share = self.eta ** met[0]
        return f"{rung}: place {better + 1} of {len(others) + 1}, {places} go on past 1/{share} of the epochs"


@dataclass(frozen=True)
class HyperbandPruner:
    """Brackets of successive halving that skip 0, 1, .. `rungs` rungs, the last of which prunes nobody.

    The bracket follows from the trial's number alone, the brackets being as large as hyperband makes them; a trial
    is compared with those of its own bracket.
    """

    eta: int = 3
    rungs: int = 2
    minimum: Minimum = field(default_factory=Minimum)

    def __post_init__(self) -> None:
        HalvingPruner(self.eta, self.rungs)

    def bracket(self, number: int) -> int:
        """How many rungs the trial of this number skips."""
        sizes = [self.eta ** (self.rungs - skip) / (self.rungs - skip + 1) for skip in range(self.rungs + 1)]
        point = (number * _GOLDEN) % 1 * sum(sizes)
        for skip, size in enumerate(sizes):
            if point < size:
                return skip
            point -= size
        return self.rungs

    def prune(self, history: Sequence[TrialRecord], trial: TrialRecord) -> str | None:
        skip = self.bracket(trial.number)
        if not self.minimum.met(history, trial):
            return None
        own = [record for record in history if self.bracket(record.number) == skip]
        halving = HalvingPruner(self.eta, self.rungs, skip, Minimum(1, 0, self.minimum.epochs, 0.0))
        return halving.prune(own, trial) if own else None
