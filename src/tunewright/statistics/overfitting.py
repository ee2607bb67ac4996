"""Did choosing among configurations choose anything? The probability of backtest overfitting.

Bailey, Borwein, Lopez de Prado & Zhu (2017), "The probability of backtest overfitting", by combinatorially symmetric
cross-validation: the days are cut into blocks; of each way to take half of them, the configuration that is best there
is looked up on the other half.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

BLOCKS = 16
LEAST_DAYS = 2 * BLOCKS
AT_ONCE = 1024  # splits, so that thousands of configurations fit into memory


@dataclass(frozen=True)
class Overfitting:
    """pbo: share of splits in which the configuration that is best on one half lies below the median of all on the
    other (logit of its relative rank below 0); exactly at the median counts half, so that drawing lots gives 0.5 for
    even and odd numbers of configurations alike. rank_lost: median over the splits of how far it falls, 0 where it
    stays the best and 1 where it becomes the worst."""

    pbo: float
    rank_lost: float
    configurations: int
    days: int
    blocks: int
    splits: int


def backtest_overfitting(losses: Array, *, blocks: int = BLOCKS) -> Overfitting | None:
    """Of losses of shape (configurations, days), low is good, days in order of time. None for fewer than two
    configurations or two days to a block. blocks: even; of days that cannot be shared out evenly, the first ones are a
    day longer. Raises ValueError for an odd number of blocks, and for losses that are not finite."""
    configurations, days = losses.shape
    if blocks < 2 or blocks % 2:
        raise ValueError(f"expected an even number of blocks, found {blocks}")
    if not np.isfinite(losses).all():
        raise ValueError("expected finite losses, found some that are not")
    if configurations < 2 or days < 2 * blocks:
        return None
    cuts = np.array_split(np.arange(days), blocks)
    sums = np.array([losses[:, cut].sum(axis=1) for cut in cuts])
    lengths = np.array([len(cut) for cut in cuts])
    halves = _halves(blocks)
    parts = np.array_split(halves, -(-len(halves) // AT_ONCE))
    below, lost = (np.concatenate(told) for told in zip(*(_fates(sums, lengths, half) for half in parts), strict=True))
    return Overfitting(float(below.mean()), float(np.median(lost)), configurations, days, blocks, len(halves))


def _halves(blocks: int) -> npt.NDArray[np.bool_]:
    """Every way to take half of the blocks, shape (ways, blocks)."""
    taken = np.array(list(combinations(range(blocks), blocks // 2)))
    halves = np.zeros((len(taken), blocks), dtype=bool)
    np.put_along_axis(halves, taken, values=True, axis=1)
    return halves


def _fates(sums: Array, lengths: npt.NDArray[np.int64], half: npt.NDArray[np.bool_]) -> tuple[Array, Array]:
    """For each split: whether the winner falls below the median (0, 0.5 or 1), and the share of ranks it loses."""
    inside, outside = _means(sums, lengths, half), _means(sums, lengths, ~half)
    winner = inside.argmin(axis=1)[:, None]
    own = np.take_along_axis(outside, winner, axis=1)
    better = (outside < own).sum(axis=1)
    worse = (outside > own).sum(axis=1)
    others = sums.shape[1] - 1
    lost = (better + (others - better - worse) / 2) / others  # of those that tie, half count as better
    return np.heaviside(better - worse, 0.5), lost


def _means(sums: Array, lengths: npt.NDArray[np.int64], half: npt.NDArray[np.bool_]) -> Array:
    """Mean losses of shape (splits, configurations), added block by block: so equal configurations tie to the bit."""
    total = np.zeros((len(half), sums.shape[1]))
    for block, own in enumerate(sums):
        total += half[:, block, None] * own
    return np.asarray(total / (half @ lengths)[:, None])
