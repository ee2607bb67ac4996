"""Two models that were trained apart, met on the same rows: which errs less, and is it chance?

With l[r, t] the loss of training r on row t, L[t] its mean over the R trainings of one model:

    change        c = mean(L_one) / mean(L_other) - 1, tested as g = ln(1 + c)
    by row        u[t] = L_one[t] / mean(L_one) - L_other[t] / mean(L_other)              sums to zero
    variance      V = V_rows + V_seeds
                  V_rows as of `variance_of_mean`, of u
                  V_seeds = sum over both of var(mean(l[r])) / (R mean(L)^2)
    test          g / sqrt(V) against Student's t, two-sided

u is the loss difference of Diebold & Mariano (1995), in shares; the logarithm (the delta method) makes the test the
same whichever of the two comes first. Rows are the sample that the world drew, trainings the one that the seeds drew,
as in `paired`; but the two share no seed, and may have different numbers of them. The degrees of freedom are Welch's of
V_seeds, or those of the rows where these are fewer: of few seeds one cannot tell how far they scatter. With one
training each V_seeds is not known and left out: then the test speaks of these two trained models alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, expm1, log

import numpy as np
import numpy.typing as npt
from scipy.stats import t

from tunewright.statistics.differences import PairedDifference, SeededFlags, paired_difference
from tunewright.statistics.variance import variance_of_mean

Losses = npt.NDArray[np.float64]
"""Shape (trainings, rows), zero or above."""

TAIL = 0.025
ROUNDING = 1e-24
"""A variance of shares below this is that of rounding."""


@dataclass(frozen=True)
class LossRatio:
    """change: -0.1 where the first one's mean loss is 10 % below the second one's. low, high: its 95 % interval. p:
    two-sided, of "they are equal"."""

    change: float
    low: float
    high: float
    p: float


def loss_ratio(one: Losses, other: Losses, *, horizon: int) -> LossRatio:
    """Of days in order, the same ones for both. Both have one training, or both several; two days at the least, and
    some loss each; else ValueError. Nothing is told apart where the losses are in the same proportion on every day."""
    _check(one, other)
    by_row = [losses.mean(axis=0) for losses in (one, other)]
    means = [float(losses.mean()) for losses in by_row]
    if min(means) <= 0:
        raise ValueError(f"expected mean losses above zero, found {means[0]} and {means[1]}")
    gap = log(means[0] / means[1])
    of_rows, freedom = variance_of_mean(by_row[0] / means[0] - by_row[1] / means[1], horizon=horizon)
    scatter = [_of_seeds(losses) / mean**2 for losses, mean in zip((one, other), means, strict=True)]
    variance = of_rows + sum(scatter)
    if variance <= ROUNDING:
        return LossRatio(expm1(gap), expm1(gap), expm1(gap), 1.0)
    degrees = float(freedom)
    if sum(scatter) > ROUNDING:
        degrees = min(degrees, _welch(scatter, (len(one), len(other))))
    reach = float(t.isf(TAIL, degrees)) * variance**0.5
    p = 2 * float(t.sf(abs(gap) / variance**0.5, degrees))
    return LossRatio(expm1(gap), expm1(gap - reach), exp(min(gap + reach, 700.0)) - 1, min(1.0, p))


def accuracy_gap(one: SeededFlags, other: SeededFlags) -> PairedDifference:
    """Share that the first gets right less that of the second, of the same rows: shape (trainings, rows) each. Rows are
    independent of each other. With one training each this is McNemar's test, `paired_difference`.

    V = V_rows + V_seeds - V_both, no less than the larger of the first two, as in `seeded_difference`, but for models
    that share no seed; else ValueError as of `loss_ratio`.
    """
    _check(one, other)
    if len(one) == 1:
        return paired_difference(one[0], other[0])
    rows, flags = one.shape[1], (one.astype(float), other.astype(float))
    by_row = flags[0].mean(axis=0) - flags[1].mean(axis=0)
    gap, scatter = float(by_row.mean()), [_of_seeds(found) for found in flags]
    of_rows, of_seeds = float(by_row.var(ddof=1)) / rows, sum(scatter)
    variance = max(of_rows + of_seeds - sum(map(_of_both, flags)), of_rows, of_seeds)
    if variance <= ROUNDING:  # every row tells the same: the throws of a coin of McNemar's test
        return PairedDifference(gap, gap, gap, 2 * 0.5**rows if gap else 1.0)
    counts = (len(one), len(other))
    degrees = _welch(scatter, counts) if of_seeds > ROUNDING else float(sum(counts) - 2)
    reach = float(t.isf(TAIL, degrees)) * variance**0.5
    p = 2 * float(t.sf(abs(gap) / variance**0.5, degrees))
    return PairedDifference(gap, max(-1.0, gap - reach), min(1.0, gap + reach), p)


def _check(one: npt.NDArray[np.generic], other: npt.NDArray[np.generic]) -> None:
    fits = one.ndim == other.ndim == 2 and one.shape[1] == other.shape[1] >= 2
    if not fits or min(len(one), len(other)) < 1 or (len(one) == 1) != (len(other) == 1):
        raise ValueError(
            "expected two arrays (trainings, rows) of the same rows, two at the least, from one training each or from "
            f"several each, found {one.shape} and {other.shape}"
        )


def _of_seeds(values: Losses) -> float:
    """The variance of the mean over trainings; 0 for one, which does not tell."""
    means = values.mean(axis=1)
    return float(means.var(ddof=1)) / len(means) if len(means) > 1 else 0.0


def _of_both(values: Losses) -> float:
    """What the variance over rows and that over trainings both count (Cameron, Gelbach & Miller 2011)."""
    trainings, rows = values.shape
    left = values - values.mean(axis=1)[:, None] - values.mean(axis=0) + values.mean()
    return float((left**2).sum() / ((trainings - 1) * (rows - 1)) / (trainings * rows))


def _welch(scatter: Sequence[float], counts: Sequence[int]) -> float:
    """Welch's (1947) degrees of freedom of a sum of two variances of means."""
    found: float = sum(scatter) ** 2 / sum(one**2 / (count - 1) for one, count in zip(scatter, counts, strict=True))
    return found
