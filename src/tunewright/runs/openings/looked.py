"""What earlier looks at a sealed test leave of its p-value: `test.looks` of results.json."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tunewright.core.codec import Json
from tunewright.runs.openings.looks import Looks
from tunewright.statistics.levels import LEVEL
from tunewright.statistics.looks import ManyTested, adjusted_p, many_tested
from tunewright.statistics.spa import enough_spans
from tunewright.statistics.wording import p_value


@dataclass(frozen=True)
class Looked:
    """earlier: how many other forecasts were looked at before. p: of the test of skill; adjusted_p: for all looks,
    this one included. together: all that were looked at on the very same days; None where there is no other. trials: of
    the studies behind the earlier ones, each with its run folder."""

    earlier: int
    p: float
    adjusted_p: float
    together: ManyTested | None = None
    trials: tuple[tuple[str, int], ...] = ()

    def trials_beside(self, run: str) -> int:
        """Of the studies of all other runs than this one, whose own study counts what it looked with before."""
        return sum(count for place, count in self.trials if place != run)

    @property
    def spoil(self) -> bool:
        """Whether what would be a claim is none, as so many looks show as much by chance."""
        return self.p < LEVEL <= self.adjusted_p

    def doubt(self, what: str) -> str:
        """Why it is none, as a clause. what: was looked at, such as "these days"."""
        return (
            f"{what} were looked at {self._often} before, and of the best of so many looks it takes more to rule out "
            f"chance (adjusted {p_value(self.adjusted_p)}; a claim needs p < {LEVEL})"
        )

    def remark(self, what: str) -> str:
        """A sentence with a space before it where there were earlier looks, else nothing, so that equal runs say equal
        things."""
        if not self.earlier:
            return ""
        found = p_value(self.adjusted_p)
        return f" {what} were looked at {self._often} before; adjusted for that, the test of skill has {found}."

    @property
    def _often(self) -> str:
        return "once" if self.earlier == 1 else f"{self.earlier:,} times"

    def as_dict(self, problems: Sequence[str] = ()) -> dict[str, Json]:
        """problems: of reading and writing the ledger, in sentences."""
        return {
            "earlier": self.earlier,
            "adjusted_p": self.adjusted_p,
            "together": self.together.as_dict() if self.together else None,
            "problems": list(problems),
        }


FIRST = Looked(0, 1.0, 1.0)
"""Nobody looked before, and nothing is claimed."""


def looked(looks: Looks, p: float) -> Looked:
    """Of the test whose p this is."""
    trials: dict[str, int] = {}
    for one in looks.openings:  # a run that went on with more trials looked again, with the same study
        trials[one.run] = max(one.trials, trials.get(one.run, 0))
    return Looked(looks.earlier, p, adjusted_p(p, looks.earlier), trials=tuple(trials.items()))


def looked_together(
    looks: Looks,
    p: float,
    *,
    loss: NDArray[np.float64],
    benchmark: NDArray[np.float64],
    horizon: int,
    seed: int,
) -> Looked:
    """The same, with all configurations that were looked at on the same days, this one's loss first; shapes (n,)."""
    if not len(looks.losses) or not enough_spans(len(loss), horizon=horizon):
        return looked(looks, p)
    unit = float(benchmark.mean()) or 1.0
    every = np.vstack([loss / unit, looks.losses])
    return replace(looked(looks, p), together=many_tested(every, benchmark / unit, horizon=horizon, seed=seed))
