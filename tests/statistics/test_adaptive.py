"""Intervals that learn from their misses hold what they promise where the world changes, and those that do not fail."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tunewright.statistics.adaptive import adaptive_bounds
from tunewright.statistics.intervals import Array, Bounds, fixed_bounds

KNOWN = np.arange(1.0, 20.0)  # 19 scores: those of rank 1 and 19 make 90 %, those of rank 2 and 18 make 80 %


def doubled(seed: int, *, days: int = 2000) -> Array:
    """Independent days whose variance doubles at half time."""
    scale = np.repeat([1.0, 2**0.5], days // 2)
    return scale * np.random.default_rng(seed).normal(size=days)


def test_a_miss_widens_and_a_day_that_is_held_narrows_by_hand() -> None:
    """alpha: 0.2; after a miss 0.2 + 0.1 (0.2 - 1) = 0.12; after a day that is held 0.12 + 0.1 * 0.2 = 0.14.

    Of 20 scores and alpha 0.12, ranks floor(21 * 0.06) = 1 and ceil(21 * 0.94) = 20; of 21 and 0.14, ranks
    floor(22 * 0.07) = 1 and ceil(22 * 0.93) = 21.
    """
    found = adaptive_bounds(KNOWN, np.array([50.0, 10.0, 10.0]), coverage=0.8, rate=0.1)
    assert found.low.tolist() == [2.0, 1.0, 1.0]
    assert found.high.tolist() == [18.0, 50.0, 50.0]


def test_nothing_is_known_of_a_day_before_it_is_over() -> None:
    found = adaptive_bounds(KNOWN, np.full(6, 50.0), coverage=0.8, delay=3, rate=0.1)
    assert found.high.tolist() == [18.0, 18.0, 18.0, 50.0, 50.0, 50.0]


@given(st.integers(1, 5), st.integers(0, 19), st.lists(st.floats(-5, 5), min_size=20, max_size=20))
def test_no_bound_knows_of_later_days(delay: int, day: int, scores: list[float]) -> None:
    """Days from day - delay + 1 on are not over when the forecast of `day` is made."""
    known = np.random.default_rng(1).normal(size=60)
    changed = np.array(scores)
    changed[max(0, day - delay + 1) :] += 100
    first, second = (adaptive_bounds(known, np.array(one), coverage=0.9, delay=delay) for one in (scores, changed))
    assert first.low[: day + 1].tolist() == second.low[: day + 1].tolist()
    assert first.high[: day + 1].tolist() == second.high[: day + 1].tolist()


def test_the_constant_interval_fails_where_the_variance_doubles_and_the_adaptive_one_does_not() -> None:
    """90 % of N(0, 1) lies within 1.645, and of N(0, 2) only 75.5 % does."""
    shares = []
    for seed in range(20):
        known, scores = np.random.default_rng(1000 + seed).normal(size=500), doubled(seed)
        made = (fixed_bounds(known, coverage=0.9, days=2000), adaptive_bounds(known, scores, coverage=0.9))
        shares.append([1 - one.missed(scores)[1000:].mean() for one in made])
    constant, adaptive = np.mean(shares, axis=0)
    assert constant == pytest.approx(0.755, abs=0.02)
    assert adaptive == pytest.approx(0.9, abs=0.02)


@given(st.integers(0, 10_000), st.sampled_from([0.5, 0.8, 0.9]), st.integers(1, 20))
def test_in_the_long_run_as_many_are_missed_as_is_said(seed: int, coverage: float, delay: int) -> None:
    """Gibbs & Candes (2021), proposition 4.1: the share of misses is off by (1 + rate) / (rate T) at most. Here with
    finite intervals, and a margin for the misses that are not yet learnt from."""
    rng = np.random.default_rng(seed)
    known, scores = rng.normal(size=100), rng.normal(size=400) * rng.uniform(0.5, 2)
    missed = adaptive_bounds(known, scores, coverage=coverage, delay=delay, rate=0.05).missed(scores)
    assert abs(missed.mean() - (1 - coverage)) <= (1 + 0.05) / (0.05 * 400) + delay / 400


def test_with_nothing_known_there_is_nothing_to_begin_with() -> None:
    with pytest.raises(ValueError, match="expected one known score at least"):
        adaptive_bounds(np.empty(0), KNOWN, coverage=0.9)
    with pytest.raises(ValueError, match="18 scores are too few for intervals of 90%"):
        fixed_bounds(KNOWN[:18], coverage=0.9, days=1)


def test_intervals_in_units_of_a_spread_follow_it() -> None:
    spread = np.array([0.5, 2.0])
    made = fixed_bounds(KNOWN, coverage=0.8, days=2).times(spread)
    assert (made.low.tolist(), made.high.tolist()) == ([1.0, 4.0], [9.0, 36.0])
    assert Bounds(made.low, made.high).missed(np.array([9.5, 9.5])).tolist() == [True, False]
