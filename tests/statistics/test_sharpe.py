"""Sharpe ratios: against a published example, other people's formulas, and series whose truth is known."""

import numpy as np
import pytest
from scipy import stats

from tunewright.statistics.sharpe import Sharpe, expected_best, sharpe

YEAR = 250
PUBLISHED = Sharpe(2.5 / YEAR**0.5, 1250, skewness=-3.0, kurtosis=10.0)
"""The numerical example of Bailey & Lopez de Prado (2014): annual ratios of 2.5, with a variance of 1/2 over trials."""


def test_the_published_example_of_a_deflated_ratio() -> None:
    best = expected_best(trials=100, variance=0.5 / YEAR)
    assert best == pytest.approx(0.1132, abs=5e-5)
    assert PUBLISHED.probability_above(best) == pytest.approx(0.9004, abs=5e-5)
    fewer = expected_best(trials=46, variance=0.5 / YEAR)
    assert PUBLISHED.probability_above(fewer) == pytest.approx(0.9505, abs=5e-5)


def test_the_best_of_many_is_about_the_mean_of_their_largest() -> None:
    random = np.random.default_rng(0)
    for trials in (5, 20, 100):
        largest = random.standard_normal((4000, trials)).max(axis=1).mean()
        assert expected_best(trials=trials, variance=1.0) == pytest.approx(largest, abs=0.06)


def test_one_trial_was_not_chosen() -> None:
    assert expected_best(trials=1, variance=4.0) == 0.0
    with pytest.raises(ValueError, match="at least one trial, found 0"):
        expected_best(trials=0, variance=1.0)


def test_moments_are_those_of_scipy() -> None:
    returns = stats.skewnorm.rvs(4, size=500, random_state=1) / 100
    found = sharpe(returns)
    assert found is not None
    assert found.ratio == pytest.approx(returns.mean() / returns.std(ddof=1))
    assert found.skewness == pytest.approx(stats.skew(returns))
    assert found.kurtosis == pytest.approx(stats.kurtosis(returns, fisher=False))


def test_normal_returns_have_the_standard_error_of_lo() -> None:
    """Lo (2002), "The statistics of Sharpe ratios": sqrt((1 + SR^2 / 2) / T)."""
    low, high = Sharpe(0.2, 401).interval()
    assert (high - low) / 2 == pytest.approx(1.959964 * ((1 + 0.02) / 400) ** 0.5, rel=1e-6)
    assert (low + high) / 2 == pytest.approx(0.2)


def test_losses_that_are_rare_and_large_widen_the_interval() -> None:
    def width(one: Sharpe) -> float:
        low, high = one.interval()
        return high - low

    assert width(PUBLISHED) > 1.2 * width(Sharpe(PUBLISHED.ratio, PUBLISHED.periods))


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    random, truth, covered = np.random.default_rng(3), 0.05, 0
    for _ in range(1000):
        found = sharpe(random.standard_t(5, 500) * (3 / 5) ** 0.5 + truth)
        assert found is not None
        low, high = found.interval()
        covered += low <= truth <= high
    assert 0.93 <= covered / 1000 <= 0.967


def test_returns_that_do_not_vary_have_no_ratio() -> None:
    assert sharpe(np.full(50, 0.01)) is None
    assert sharpe(np.zeros(50)) is None
    assert sharpe(np.array([0.01, 0.02])) is None
    assert sharpe(np.array([0.0, 0.0, 1e-200])) is None
