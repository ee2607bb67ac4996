"""Tests of coverage against counts worked out by hand, and against their own level."""

from math import log

import numpy as np
import pytest
from scipy import stats

from tunewright.statistics.coverage import christoffersen, coverage_test
from tunewright.statistics.intervals import fixed_bounds
from tunewright.statistics.pinball import crps, pinball

#                 days 1 to 10: misses on the 3rd, 4th and 9th
TEN = np.array([0, 0, 1, 1, 0, 0, 0, 0, 1, 0], dtype=bool)


def test_counts_by_hand() -> None:
    """n = 10, 3 misses. Pairs: 00 four, 01 two, 11 one, 10 two; so p[0] = 2 / 6, p[1] = 1 / 3, both 3 / 9."""
    found = christoffersen(TEN, rate=0.1)
    unconditional = 2 * (7 * log(0.7) + 3 * log(0.3) - 7 * log(0.9) - 3 * log(0.1))
    assert found.unconditional.statistic == pytest.approx(unconditional)
    assert found.unconditional.p == pytest.approx(stats.chi2.sf(unconditional, 1))
    assert found.independence.statistic == pytest.approx(0.0, abs=1e-12)
    after = 2 * (6 * log(2 / 3) + 3 * log(1 / 3) - 6 * log(0.9) - 3 * log(0.1))
    assert found.conditional.statistic == pytest.approx(after)
    assert found.conditional.p == pytest.approx(stats.chi2.sf(after, 2))


def test_misses_in_a_row_by_hand() -> None:
    """0 0 0 0 1 1 1 1 0 0: pairs 00 four, 01 one, 11 three, 10 one; p[0] = 1 / 5, p[1] = 3 / 4, both 4 / 9."""
    missed = np.array([0, 0, 0, 0, 1, 1, 1, 1, 0, 0], dtype=bool)
    free = 4 * log(0.8) + log(0.2) + 3 * log(0.75) + log(0.25)
    found = christoffersen(missed, rate=0.1).independence
    assert found.statistic == pytest.approx(2 * (free - 5 * log(5 / 9) - 4 * log(4 / 9)))


def test_a_published_value() -> None:
    """Kupiec (1995): of 255 days at 1 %, 7 misses are rejected at 5 %, and 6 are not (his table: N < 7 is accepted)."""
    for misses, rejected in ((6, False), (7, True)):
        missed = np.arange(255) < misses
        assert (christoffersen(missed, rate=0.01).unconditional.p < 0.05) == rejected


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_counts_of_zero_are_no_trouble(share: float) -> None:
    missed = np.full(50, bool(share))
    found = christoffersen(missed, rate=0.1)
    expected = -2 * 50 * log(0.9 if share == 0 else 0.1)
    assert found.unconditional.statistic == pytest.approx(expected)
    assert (found.independence.statistic, found.independence.p) == (0.0, 1.0)
    assert found.conditional.statistic == pytest.approx(expected * 49 / 50)


def test_too_many_misses_have_a_positive_statistic() -> None:
    learnt = np.arange(400) % 10 == 0
    many, few = (coverage_test(np.arange(400) % every == 0, learnt, rate=0.1, horizon=1) for every in (4, 40))
    assert many.statistic > 0
    assert many.p < 0.01
    assert few.statistic < 0
    assert few.p < 0.01
    assert coverage_test(np.zeros(400, dtype=bool), learnt, rate=0.1, horizon=1).p < 0.01


@pytest.mark.parametrize(("horizon", "autocorrelation"), [(1, 0.0), (1, 0.9), (5, 0.0)])
def test_the_level_counts_neighbours_and_what_was_learnt(horizon: int, autocorrelation: float) -> None:
    """Kept promises are called broken in about 1 % of series: of sums over `horizon` days, of volatility that clusters,
    and where the interval is made of no more errors than it is judged on; 5 % at most are allowed of 500 series here.
    Kupiec's test alone says so of far more."""
    broken = naive = 0
    for seed in range(500):
        rng = np.random.default_rng(seed)
        shocks = rng.normal(size=620)
        log_scale = np.zeros(620)
        for day in range(1, 620):
            log_scale[day] = autocorrelation * log_scale[day - 1] + 0.2 * (autocorrelation > 0) * rng.normal()
        series = np.convolve(shocks * np.exp(log_scale), np.ones(horizon), mode="valid")
        learnt, days = series[:300], series[310:610]
        made = fixed_bounds(learnt, coverage=0.9, days=300)
        missed, before = made.missed(days), made.missed(learnt)
        broken += coverage_test(missed, before, rate=0.1, horizon=horizon).p < 0.01
        naive += christoffersen(missed, rate=0.1).unconditional.p < 0.01
    assert broken <= 25
    assert naive > broken


def test_pinball_by_hand() -> None:
    values, quantile = np.array([1.0, 4.0]), np.array([2.0, 2.0])
    assert pinball(values, quantile, level=0.9) == pytest.approx((0.1 * 1 + 0.9 * 2) / 2)


def test_crps_of_a_number_is_the_absolute_error_and_of_a_normal_the_published_value() -> None:
    """Gneiting & Raftery (2007): of N(0, 1) and the value 0, (sqrt(2) - 1) / sqrt(pi) = 0.23370."""
    levels = [(2 * place + 1) / 2000 for place in range(1000)]
    point = {level: np.full(3, 2.0) for level in levels}
    assert crps(np.array([1.0, 2.0, 5.0]), point) == pytest.approx(4 / 3)
    normal = {level: np.array([stats.norm.ppf(level)]) for level in levels}
    assert crps(np.zeros(1), normal) == pytest.approx((2**0.5 - 1) / np.pi**0.5, rel=1e-3)
