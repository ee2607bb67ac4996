"""What many looks at the same days leave of a p-value, and of one configuration among many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tunewright.core.errors import DataError
from tunewright.statistics.looks import ManyTested, adjusted_p, many_tested

Array = NDArray[np.float64]
DAYS = 300
RANDOM = np.random.default_rng(5)
BENCHMARK = RANDOM.chisquare(1, size=DAYS)
NOISE = BENCHMARK + 0.1 * RANDOM.normal(size=(20, DAYS))
BETTER = BENCHMARK - 0.05 + 0.1 * RANDOM.normal(size=DAYS)


def among(*losses: Array, seed: int = 1) -> ManyTested:
    return many_tested(np.vstack(losses), BENCHMARK, horizon=1, seed=seed)


def test_bonferroni_by_hand() -> None:
    assert (adjusted_p(0.004, 0), adjusted_p(0.004, 2), adjusted_p(0.3, 9)) == (0.004, 0.012, 1.0)


@given(st.floats(0, 1), st.integers(0, 10_000))
def test_more_looks_never_make_a_p_smaller(p: float, looks: int) -> None:
    assert p <= adjusted_p(p, looks) <= adjusted_p(p, looks + 1) <= 1


@pytest.mark.parametrize(("p", "looks"), [(-0.1, 0), (1.1, 0), (0.5, -1), (float("nan"), 0)])
def test_what_is_no_p_or_no_count_is_refused(p: float, looks: int) -> None:
    with pytest.raises(ValueError, match="expected 0 <= p <= 1"):
        adjusted_p(p, looks)


def test_the_one_that_is_better_is_found_among_twenty_that_are_noise() -> None:
    found = among(BETTER, NOISE)
    assert found.as_dict() == {
        "configurations": 21, "spa_p": 0.001, "in_stepm": True, "in_mcs": True, "last_value_in_mcs": False,
    }  # fmt: skip
    noise = among(NOISE[0], BETTER, NOISE[1:])
    assert (noise.spa_p, noise.in_stepm, noise.in_mcs) == (0.001, False, False), "the best one is not this one"


def test_of_noise_alone_nothing_is_claimed() -> None:
    """Of 10 sets of 20 the best has p < 0.05 in 3 or more with a chance of 1.2 % where the test holds its level."""
    small, claimed = 0, 0
    for seed in range(10):
        noise = BENCHMARK + 0.1 * np.random.default_rng(seed).normal(size=(20, DAYS))
        found = among(noise, seed=seed)
        small, claimed = small + (found.spa_p < 0.05), claimed + found.in_stepm
    assert small < 3
    assert claimed == 0


def test_twins_and_losses_without_variance_take_no_part_and_raise_nothing() -> None:
    assert among(BENCHMARK, BENCHMARK) == ManyTested(2, 1.0, False, True, True)
    assert among(BETTER, BETTER, NOISE[0]) == among(BETTER, NOISE[0], BETTER), "a twin shares its twin's lot"
    assert among(BENCHMARK + 0.1) == ManyTested(1, 1.0, False, False, True)
    rounded = BENCHMARK * (1 + 1e-15 * RANDOM.normal(size=DAYS))
    assert among(rounded).spa_p == 1.0


def test_two_days_decide_nothing() -> None:
    assert many_tested(NOISE[:2, :2], BENCHMARK[:2], horizon=1, seed=1) == ManyTested(2, 1.0, False, True, True)


def test_the_same_seed_gives_the_same() -> None:
    assert among(NOISE, seed=3) == among(NOISE, seed=3)


def test_what_does_not_match_is_refused() -> None:
    with pytest.raises(ValueError, match="expected \\(configurations, n\\)"):
        many_tested(NOISE, BENCHMARK[1:], horizon=1, seed=1)
    with pytest.raises(ValueError, match="must be finite"):
        many_tested(NOISE * np.nan, BENCHMARK, horizon=1, seed=1)
    with pytest.raises(DataError, match="horizon"):
        many_tested(NOISE, BENCHMARK, horizon=DAYS, seed=1)
