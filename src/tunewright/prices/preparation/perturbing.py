"""The future changed: the tool of every leak check. What was computed before must not move by one bit."""

from dataclasses import replace

import numpy as np

from tunewright.prices.data.table import PriceTable
from tunewright.prices.preparation.join import Sources


def change_after(table: PriceTable, day: np.datetime64, *, seed: int) -> PriceTable:
    """The same table with all rows dated after `day` shuffled and scaled by factors between 1.5 and 3.

    Dates stay. The range of each row is widened too, for ratios within a row would survive otherwise; a row that had
    its open and close between low and high still has. Volumes are scaled by factors of their own.
    """
    first = int(np.searchsorted(table.dates, day, side="right"))
    later = len(table) - first
    generator = np.random.default_rng([seed, first])
    order = first + generator.permutation(later)
    prices, volumes = generator.uniform(1.5, 3, (2, later))
    low, high = generator.uniform(0.5, 0.95, later), generator.uniform(1.05, 2, later)
    within = {"low": low, "high": high, "open": generator.uniform(low, high)}
    columns = {}
    for name, values in table.columns.items():
        factors = volumes if name == "volume" else prices * within.get(name, 1.0)
        columns[name] = np.concatenate([values[:first], values[order] * factors])
    return PriceTable(table.dates, columns)


def change_unknown(sources: Sources, day: np.datetime64, *, seed: int) -> Sources:
    """All series with the rows changed that are not known after the close of `day`: of the others those after
    `day` - lag."""
    known = day - np.timedelta64(sources.lag, "D")
    return replace(
        sources,
        own=change_after(sources.own, day, seed=seed),
        others=tuple(
            replace(other, table=change_after(other.table, known, seed=seed + number))
            for number, other in enumerate(sources.others, 1)
        ),
    )
