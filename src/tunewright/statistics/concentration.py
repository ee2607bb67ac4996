"""Is a gain owed to a few days?"""

from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

SHARE = 0.01
"""Of all days: those that are looked at by themselves."""


@dataclass(frozen=True)
class Concentration:
    """days: how many are 1 % of all. best: the gain on the best of them, as a share of the whole gain; None without a
    gain. trimmed: the mean difference on the other days once the best and the worst are both left out."""

    days: int
    best: float | None
    trimmed: float


def concentration(differences: Array) -> Concentration:
    """Of the benchmark's losses less the model's, shape (days,). Of fewer than three days, none is looked at.

    A true gain of 1 % of the squared error is small beside what single days bring, so the best 1 % of days often holds
    most of it, and the worst takes as much away. What tells is the trimmed mean, without both (Tukey 1962): it keeps a
    gain that all days share, and loses one that a few lucky days made.
    """
    if len(differences) < 3:
        return Concentration(0, None, float(differences.mean()))
    count = ceil(SHARE * len(differences))
    ordered, whole = np.sort(differences), float(differences.sum())
    best = float(ordered[-count:].sum()) / whole if whole > 0 else None
    return Concentration(count, best, float(ordered[count:-count].mean()))
