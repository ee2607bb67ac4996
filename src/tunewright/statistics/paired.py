"""Several variants of one model on the same days, in several repeats: what each changes, and whether it is chance.

With l[v, r, t] the loss of variant v in repeat r on day t, L[v, t] its mean over the R repeats, variant 0 the base and
T the days that both score:

    change        c = sum(L[v]) / sum(L[0]) - 1
    by day        u[t] = (L[v, t] - (1 + c) L[0, t]) / mean(L[0])                  sums to zero
    by repeat     c[r] = sum(l[v, r]) / sum(l[0, r]) - 1
    variance      V = V_days + V_repeats
                  V_days = sum over j = 1..n of (sqrt(2 / T) sum over t of u[t] cos(pi j (t - 1/2) / T))^2 / (n T)
                  V_repeats = var(c[r]) / R
    test          c / sqrt(V) against Student's t, two-sided

u is the loss difference of Diebold & Mariano (1995), and the same as theirs where nothing changes; dividing by the
base's loss turns it into a share (the delta method). V_days lets days depend on their neighbours: the equal-weighted
cosine estimate of Lazarus, Lewis, Stock & Watson (2018), "HAR inference: recommendations for practice", with their n =
0.4 T^(2/3), at most T / (4 horizon). It keeps its level where the sum of Newey & West (1987) calls too much significant
(tests/statistics/test_paired.py). Days are the sample that the world drew, repeats the one that the seeds drew; both
vary at once, so their variances add (Cameron, Gelbach & Miller 2011, without the small share that both count, so V errs
on the large side). The degrees of freedom, n and R - 1, are joined after Satterthwaite (1946). Several variants: p is
corrected after Holm (1979), and the intervals are widened after Bonferroni, so that they hold together.

`changes_of_one` asks the same of few repeats, two at the least. Where these happen to lie close together, Satterthwaite
takes their variance for known, and calls up to 6 % of equal pairs different at the 1 % level (two repeats; 2 % with
three). So there the degrees of freedom are those of the repeats, R - 1, or n where that is less: with two repeats next
to nothing is ever proven, and with ten little is lost. Where repeats make no difference, days alone count.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import stats

from tunewright.statistics.holm import holm
from tunewright.statistics.variance import variance_of_mean

Array = npt.NDArray[np.float64]
CONFIDENCE = 0.95
"""With which all intervals of a comparison hold together."""


@dataclass(frozen=True)
class Change:
    """A variant's change of the base's loss, as a share: -0.1 takes 10 % off.

    low, high: the interval; no error falls by more than all of it. p: two-sided, corrected for the number of variants.
    by_repeat: one for each repeat.
    """

    change: float
    low: float
    high: float
    p: float
    by_repeat: tuple[float, ...]


def changes(losses: Array, *, horizon: int) -> tuple[Change, ...]:
    """Every variant but the first against the first.

    losses: shape (variants, repeats, days), NaN on days that a variant does not score; 2 repeats and 2 common days at
    least, else ValueError.
    """
    others = losses[1:]
    return _corrected([_change(losses[0], other, horizon=horizon, tests=len(others)) for other in others])


def changes_of_one(losses: Array, *, horizon: int) -> tuple[Change, ...]:
    """The first variant against each of the others as a base; of few repeats, see above. losses: as of `changes`."""
    bases = losses[1:]
    return _corrected([_change(base, losses[0], horizon=horizon, tests=len(bases), few_repeats=True) for base in bases])


def _corrected(found: Sequence[Change]) -> tuple[Change, ...]:
    corrected = holm([one.p for one in found])
    return tuple(replace(one, p=p) for one, p in zip(found, corrected, strict=True))


def _change(base: Array, other: Array, *, horizon: int, tests: int, few_repeats: bool = False) -> Change:
    common = np.isfinite(base).all(axis=0) & np.isfinite(other).all(axis=0)
    base, other = base[:, common], other[:, common]
    repeats, days = base.shape
    if repeats < 2 or days < 2:
        raise ValueError(f"expected 2 repeats and 2 common days at least, found {repeats} and {days}")
    by_repeat = other.sum(axis=1) / base.sum(axis=1) - 1
    change = float(other.sum() / base.sum() - 1)
    by_day = (other.mean(axis=0) - (1 + change) * base.mean(axis=0)) / base.mean()
    among_days, freedom_of_days = variance_of_mean(by_day, horizon=horizon)
    among_repeats = float(by_repeat.var(ddof=1)) / repeats
    variance = among_days + among_repeats
    if variance <= 1e-24:  # the same losses, but for rounding
        return Change(change, change, change, 1.0, tuple(map(float, by_repeat)))
    freedom = variance**2 / (among_days**2 / freedom_of_days + among_repeats**2 / (repeats - 1))
    if few_repeats and among_repeats > 1e-24:  # they make a difference that is more than rounding
        freedom = min(freedom_of_days, repeats - 1)
    reach = float(stats.t.ppf(1 - (1 - CONFIDENCE) / (2 * tests), freedom)) * variance**0.5
    p = 2 * float(stats.t.sf(abs(change) / variance**0.5, freedom))
    return Change(change, max(-1.0, change - reach), change + reach, p, tuple(map(float, by_repeat)))
