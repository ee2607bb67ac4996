"""Was the model better all along? By single days, by stretches of time, by year and by market."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tunewright.core.codec import Json
from tunewright.prices.judging.regimes import REGIMES
from tunewright.statistics.concentration import concentration
from tunewright.statistics.fluctuation import Window, fluctuation_test
from tunewright.statistics.holm import holm
from tunewright.statistics.matching import Prices
from tunewright.statistics.variance import mean_test
from tunewright.statistics.wording import in_a_row

FEWEST = 20
"""Days of a year or of a market that are tested; a skill on fewer is not told."""


@dataclass(frozen=True)
class FewDays:
    """days: 1 % of all. best: the share of the whole gain that the best of them hold; None without a gain.
    skill_without: the skill on all days but the best and the worst 1 %."""

    days: int
    best: float | None
    skill_without: float


@dataclass(frozen=True)
class Stretch:
    """Three tenths of the days in a row: the first and the last date, and the skill there."""

    first: str
    last: str
    skill: float


@dataclass(frozen=True)
class Changing:
    """The best and the worst stretch; p_better, p_worse: of the fluctuation test, one-sided."""

    best: Stretch
    worst: Stretch
    p_better: float
    p_worse: float


@dataclass(frozen=True)
class Slice:
    """The skill on some of the days, and the two-sided p of none, corrected for the number of slices (Holm)."""

    name: str
    days: int
    skill: float
    p: float


@dataclass(frozen=True)
class Stability:
    """changing: None where too few days that do not overlap are left for a test. slices: years and markets."""

    few_days: FewDays
    changing: Changing | None
    slices: tuple[Slice, ...]

    def as_dict(self) -> dict[str, Json]:
        """The object `test.stability` of results.json."""
        return {
            "few_days": asdict(self.few_days),
            "changing": None if self.changing is None else asdict(self.changing),
            "slices": [asdict(one) for one in self.slices],
        }


@dataclass(frozen=True, eq=False)
class Losses:
    """Squared errors of benchmark and model day by day, in order of time, shape (n,). regimes: places in REGIMES, known
    at each forecast's origin; None where they are not known."""

    dates: NDArray[Any]
    benchmark: Prices
    model: Prices
    regimes: NDArray[np.int64] | None = None

    def skill(self, days: slice | NDArray[np.bool_] = slice(None)) -> float:
        """On some of the days; 0 where the benchmark is exact."""
        whole = float(self.benchmark[days].sum())
        return 1 - float(self.model[days].sum()) / whole if whole else 0.0

    def masks(self) -> Mapping[str, NDArray[np.bool_]]:
        """The days of each year and of each market."""
        years = self.dates.astype("datetime64[Y]").astype(str)
        found = {str(year): years == year for year in np.unique(years)}
        if self.regimes is not None:
            found |= {f"{name} market": self.regimes == place for place, name in enumerate(REGIMES)}
        return found


def stability(losses: Losses, *, horizon: int, span: int, seed: int) -> Stability:
    """span: days that depend on each other, at least the horizon."""
    differences = losses.benchmark - losses.model
    return Stability(
        few_days=_few_days(losses, differences),
        changing=_changing(losses, differences, span=span, seed=seed),
        slices=_slices(losses, differences, horizon=horizon),
    )


def _few_days(losses: Losses, differences: Prices) -> FewDays:
    found = concentration(differences)
    whole = float(losses.benchmark.mean())
    return FewDays(found.days, found.best, found.trimmed / whole if whole else 0.0)


def _changing(losses: Losses, differences: Prices, *, span: int, seed: int) -> Changing | None:
    found = fluctuation_test(differences, span=span, seed=seed)
    if found is None:
        return None
    return Changing(_stretch(losses, found.best), _stretch(losses, found.worst), found.p_better, found.p_worse)


def _stretch(losses: Losses, window: Window) -> Stretch:
    first, last = losses.dates[window.start], losses.dates[window.stop - 1]
    return Stretch(str(first), str(last), losses.skill(slice(window.start, window.stop)))


def _slices(losses: Losses, differences: Prices, *, horizon: int) -> tuple[Slice, ...]:
    kept = {name: days for name, days in losses.masks().items() if days.sum() >= max(FEWEST, 4 * horizon)}
    ps = holm([mean_test(differences[days], horizon=horizon)[1] for days in kept.values()])
    return tuple(
        Slice(name, int(days.sum()), losses.skill(days), p) for (name, days), p in zip(kept.items(), ps, strict=True)
    )


def in_words(names: Sequence[str]) -> str:
    """`2016, 2018 and the wild market`."""
    return in_a_row([f"the {name}" if name.endswith("market") else name for name in names])
