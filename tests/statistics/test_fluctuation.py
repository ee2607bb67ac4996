"""The fluctuation test against its published table, and its levels where losses are not as the table wants them."""

import numpy as np
import pytest

from tunewright.statistics.fluctuation import WINDOW, fluctuation_test

TABLE = {0.05: (3.012, 2.770), 0.10: (2.766, 2.482)}
"""Giacomini & Rossi (2010), table I, mu = 0.3: critical values of the two-sided and of the one-sided test, by level."""


def test_the_published_critical_values_are_those_of_independent_days() -> None:
    """F of series without any difference exceeds them as often as their level says."""
    assert WINDOW == 0.3
    random, one, two = np.random.default_rng(0), [], []
    for _ in range(60):
        draws = random.normal(size=(100, 400))
        sums = np.cumsum(np.concatenate([np.zeros((100, 1)), draws], axis=1), axis=1)
        windows = (sums[:, 120:] - sums[:, :-120]) / 120**0.5
        one.extend(windows.max(axis=1))
        two.extend(np.abs(windows).max(axis=1))
    for level, (both, single) in TABLE.items():
        assert np.mean(np.array(two) > both) == pytest.approx(level, abs=0.012)
        assert np.mean(np.array(one) > single) == pytest.approx(level, abs=0.012)


def test_p_at_a_published_critical_value_is_its_level() -> None:
    series = np.random.default_rng(1).normal(size=400)
    bump = np.where((np.arange(400) >= 100) & (np.arange(400) < 220), 1.0, 0.0)
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        found = fluctuation_test(series + middle * bump, span=1, seed=0)
        assert found is not None
        low, high = (middle, high) if found.best.statistic < TABLE[0.05][1] else (low, middle)
    assert found is not None
    assert found.p_better == pytest.approx(0.05, abs=0.02)
    assert abs(found.best.start - 100) < 30


def test_the_statistic_is_that_of_the_paper() -> None:
    """By hand: the sum over a window, in units of sigma and of the root of its days."""
    series = np.tile([1.0, -1.0], 50) + np.where(np.arange(100) < 30, 0.5, 0.0)
    found = fluctuation_test(series, span=1, seed=0)
    assert found is not None
    assert (found.best.start, found.best.stop) == (0, 30)
    other = fluctuation_test(3 * series, span=1, seed=0)
    assert other is not None
    assert other.best.statistic == pytest.approx(found.best.statistic)
    mirrored = fluctuation_test(-series, span=1, seed=0)
    assert mirrored is not None
    assert mirrored.worst.statistic == pytest.approx(-found.best.statistic)
    assert mirrored.p_worse == pytest.approx(found.p_better, abs=0.05)


def test_too_few_days_and_days_that_are_alike_are_not_tested() -> None:
    series = np.random.default_rng(2).normal(size=199)
    assert fluctuation_test(series[:39], span=1, seed=0) is None
    assert fluctuation_test(series[:40], span=1, seed=0) is not None
    assert fluctuation_test(series, span=3, seed=0) is None
    assert fluctuation_test(np.zeros(100), span=1, seed=0) is None


def clustered(random: np.random.Generator, days: int) -> np.ndarray:
    values, variance = np.empty(days), 1.0
    for day in range(days):
        values[day] = variance**0.5 * random.normal()
        variance = 0.02 + 0.1 * values[day] ** 2 + 0.88 * variance
    return values


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shape", "span", "highest"), [("plain", 1, 0.02), ("clustered", 1, 0.02), ("overlap", 5, 0.04)]
)
def test_of_series_without_a_difference_few_are_called_worse(shape: str, span: int, highest: float) -> None:
    called = 0
    for seed in range(600):
        random = np.random.default_rng([seed, span])
        if shape == "overlap":
            series = np.convolve(random.normal(size=1004), np.ones(5), "valid")
        else:
            series = clustered(random, 500) if shape == "clustered" else random.normal(size=500)
        found = fluctuation_test(series, span=span, seed=seed)
        assert found is not None
        called += found.p_worse < 0.01
    assert called / 600 <= highest
