"""Was one forecast better all along, or only for a while? The fluctuation test of Giacomini & Rossi (2010).

"Forecast comparisons in unstable environments": with d[t] the loss of the benchmark less that of the model, and windows
of m days in a row, m = 0.3 n,

    F[t] = sum of d over the window that ends in t / (sigma sqrt(m))

Over all windows, the largest says whether the model was better at some time, the smallest whether it was worse. Their
table holds where losses vary alike at all times. Losses of prices do not, as calm and wild markets take turns, so p
comes from a wild bootstrap in place of it (Wu 1986; by blocks, Shao 2010): d less its mean, the signs of whole blocks
of days thrown anew, which keeps the variance at its place in time. Where losses do vary alike, both say the same
(tests/statistics/test_fluctuation.py). Where days overlap, F has sigma from `variance_of_mean`, the bootstrap that of
its own blocks, which miss what days share across their borders.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tunewright.statistics.variance import variance_of_mean

Array = npt.NDArray[np.float64]

WINDOW = 0.3
"""Of all days."""
REPLICATIONS, BATCH = 1000, 100
FEWEST_BLOCKS = 40
"""With fewer signs to throw, the level is missed: 4 % false alarms of 1 % with 25."""


@dataclass(frozen=True)
class Window:
    """Days from `start` up to but not including `stop`, and F there."""

    start: int
    stop: int
    statistic: float


@dataclass(frozen=True)
class Fluctuation:
    """The windows of the largest and the smallest F; p_better, p_worse: one-sided, of "at no time better (worse)"."""

    best: Window
    worst: Window
    p_better: float
    p_worse: float


def fluctuation_test(differences: Array, *, span: int, seed: int) -> Fluctuation | None:
    """Of the benchmark's losses less the model's, shape (days,), in order of time.

    span: days that depend on each other, 1 where none do; blocks are of two spans. None where fewer than 40 blocks are
    too few for a test, or where nothing varies.
    """
    days, block = len(differences), span if span == 1 else 2 * span
    width, blocks = max(1, round(WINDOW * days)), -(-days // block)
    # Where days stand for themselves, a turn in the middle must not count as dependence: it would hide itself.
    variance = float(differences.var()) / days if span == 1 else variance_of_mean(differences, horizon=span)[0]
    if blocks < FEWEST_BLOCKS or not variance > 0:
        return None
    found = _window_sums(differences[None, :], width)[0] / (variance * days * width) ** 0.5
    centred = differences - differences.mean()
    of_blocks = float((np.add.reduceat(centred, np.arange(0, days, block)) ** 2).sum()) / days
    least, greatest = _by_chance(centred / (of_blocks * width) ** 0.5, block=block, width=width, seed=seed)
    best, worst = int(found.argmax()), int(found.argmin())
    return Fluctuation(
        best=Window(best, best + width, float(found[best])),
        worst=Window(worst, worst + width, float(found[worst])),
        p_better=_share(greatest >= found[best]),
        p_worse=_share(least <= found[worst]),
    )


def _by_chance(centred: Array, *, block: int, width: int, seed: int) -> tuple[Array, Array]:
    """The smallest and the largest window sum of each replication; in batches, as there are many windows."""
    random, blocks, ends = np.random.default_rng(seed), -(-len(centred) // block), []
    for _ in range(REPLICATIONS // BATCH):
        signs = random.choice([-1.0, 1.0], size=(BATCH, blocks))
        sums = _window_sums(np.repeat(signs, block, axis=1)[:, : len(centred)] * centred, width)
        ends.append((sums.min(axis=1), sums.max(axis=1)))
    least, greatest = (np.concatenate(parts) for parts in zip(*ends, strict=True))
    return least, greatest


def _window_sums(series: Array, width: int) -> Array:
    """Of all windows of `width` days: shape (series, days - width + 1)."""
    sums = np.concatenate([np.zeros((len(series), 1)), np.cumsum(series, axis=1)], axis=1)
    return np.asarray(sums[:, width:] - sums[:, :-width])


def _share(extreme: npt.NDArray[np.bool_]) -> float:
    return (1 + int(extreme.sum())) / (1 + len(extreme))
