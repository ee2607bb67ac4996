"""Is one of several forecasts superior to a benchmark, or only another of them?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tunewright.statistics.levels import HINT
from tunewright.statistics.looks import among_superior
from tunewright.statistics.matching import Prices
from tunewright.statistics.spa import superior_predictive_ability


@dataclass(frozen=True)
class Superior:
    """spa: p of the best of all (Hansen 2005). itself: whether the one in question is among those that are superior, at
    `HINT`: the best where SPA finds one, another where StepM does (Romano & Wolf 2005)."""

    spa: float
    itself: bool


def superior(
    actual: Prices, benchmark: Prices, models: Mapping[str, Prices], *, of: str, horizon: int, seed: int
) -> Superior | None:
    """Arrays: shape (n,). of: the one in question, a name of `models`. None, and errors, as of
    `superior_predictive_ability`."""
    spa = superior_predictive_ability(actual, benchmark, models, horizon=horizon, seed=seed)
    if spa is None or spa >= HINT:
        return None if spa is None else Superior(spa, itself=False)
    losses = {name: (actual - forecast) ** 2 for name, forecast in models.items()}
    own = losses.pop(of)
    if all(own.mean() <= other.mean() for other in losses.values()):
        return Superior(spa, itself=True)
    every = np.vstack([own, *losses.values()])
    found = among_superior(every, (actual - benchmark) ** 2, horizon=horizon, seed=seed, size=HINT)
    return Superior(spa, itself=found)
