"""The tests of luck: against hand-computed values, SciPy's t test, and simulations of known truth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from tunewright.core.errors import DataError
from tunewright.statistics.forecasts import (
    UNDECIDED,
    clark_west,
    diebold_mariano,
    smallest_detectable_skill,
)
from tunewright.statistics.levels import LEVEL
from tunewright.statistics.spa import standardised_gain, superior_predictive_ability

Array = NDArray[np.float64]


def walk(seed: int, *, days: int = 500, noise: float = 0.2) -> tuple[Array, Array, Array]:
    """A random walk: actual, last value, and a model that adds noise to the last value."""
    rng = np.random.default_rng(seed)
    prices = 100 + np.cumsum(rng.normal(size=days + 1))
    return prices[1:], prices[:-1], prices[:-1] + noise * rng.normal(size=days)


def autoregression(seed: int, *, days: int = 500, phi: float = 0.2) -> tuple[Array, Array, Array]:
    """Changes of an AR(1): actual, last value, and the forecast of one who knows phi."""
    rng = np.random.default_rng(seed)
    shocks, changes = rng.normal(size=days + 2), np.zeros(days + 2)
    for day in range(1, days + 2):
        changes[day] = phi * changes[day - 1] + shocks[day]
    prices = 100 + np.cumsum(changes)
    return prices[2:], prices[1:-1], prices[1:-1] + phi * changes[1:-1]


def test_diebold_mariano_one_day_ahead_is_the_t_test_of_the_loss_differences() -> None:
    actual, last, model = autoregression(1)
    expected = stats.ttest_1samp((actual - last) ** 2 - (actual - model) ** 2, 0.0)
    found = diebold_mariano(actual, last, model)
    assert found.statistic == pytest.approx(expected.statistic, rel=1e-12)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-9)


def test_two_days_ahead_by_hand() -> None:
    # Against a price of zero the losses are squares: d = 3, 5, 4, 0, mean 3. One cosine, of (t - 1/2) pi / 4, whose sum
    # with d is 3 cos(pi/8) + (5 - 4) cos(3 pi/8); its square times 2 / 4 is the long-run variance.
    model = np.array([1.0, 2.0, 0.0, 3.0])
    last = np.sqrt(model**2 + np.array([3.0, 5.0, 4.0, 0.0]))
    found = diebold_mariano(np.zeros(4), last, model, horizon=2)
    wave = 3 * np.cos(np.pi / 8) + np.cos(3 * np.pi / 8)
    assert found.statistic == pytest.approx(3 / (wave**2 / 2 / 4) ** 0.5)
    assert found.p == pytest.approx(2 * stats.t.sf(found.statistic, 1))


def test_falling_weights_stand_in_for_a_negative_variance() -> None:
    # d = 2, 0, 2, 0: autocovariances 1 and -3/4, LRV = 1 - 1.5 < 0; falling weights give 1 - 0.75 = 0.25.
    difference = np.array([2.0, 0.0, 2.0, 0.0])
    assert standardised_gain(difference, horizon=2) == pytest.approx(difference / 0.25**0.5)


def test_clark_west_by_hand() -> None:
    # e0 = 2, 1, 0 and e1 = 1, 0, 1, so f = (4, 1, 0) - (1, 0, 1) + (1, 1, 1) = 4, 2, 0: mean 2, variance 8/3.
    found = clark_west(np.array([2.0, 1.0, 0.0]), np.zeros(3), np.ones(3))
    assert found.statistic == pytest.approx(2 / (8 / 9) ** 0.5)
    assert found.p == pytest.approx(stats.norm.sf(4.5**0.5))


def test_clark_west_cries_wolf_on_random_walks_as_often_as_its_level_says() -> None:
    rejected = sum(clark_west(*walk(seed)).p < 0.05 for seed in range(1000))
    assert 30 <= rejected <= 70


def test_diebold_mariano_finds_noise_worse_and_never_better() -> None:
    results = [diebold_mariano(*walk(seed, noise=0.4)) for seed in range(300)]
    significant = [result.statistic for result in results if result.p < 0.05]
    assert len(significant) > 200
    assert max(significant) < 0


def test_power_on_an_autoregression_is_as_promised() -> None:
    # phi^2 = R^2; phi is chosen so that the skill is the smallest one that should show four times in five.
    days = 600
    phi = smallest_detectable_skill(days) ** 0.5
    found = sum(clark_west(*autoregression(seed, days=days, phi=phi)).p < LEVEL for seed in range(300))
    assert 0.72 <= found / 300 <= 0.88


def test_overlapping_forecasts_of_a_random_walk_do_not_look_skilful() -> None:
    def rejects(seed: int) -> bool:
        rng = np.random.default_rng(seed)
        prices = 100 + np.cumsum(rng.normal(size=405))
        model = prices[:-5] + np.convolve(rng.normal(size=404), np.ones(5), "valid")
        return clark_west(prices[5:], prices[:-5], model, horizon=5).p < 0.05

    assert sum(rejects(seed) for seed in range(300)) <= 0.09 * 300


@settings(max_examples=40, deadline=None)
@given(scale=st.floats(1e-4, 1e4), seed=st.integers(0, 10_000), horizon=st.integers(1, 5))
def test_the_currency_does_not_matter(scale: float, seed: int, horizon: int) -> None:
    prices = walk(seed, days=120)
    scaled = tuple(scale * array for array in prices)
    for test in (clark_west, diebold_mariano):
        plain, other = test(*prices, horizon=horizon), test(*scaled, horizon=horizon)
        assert other.p == pytest.approx(plain.p, rel=1e-9)
        assert other.statistic == pytest.approx(plain.statistic, rel=1e-9, abs=1e-9)


def test_swapping_the_forecasts_turns_the_sign_only() -> None:
    actual, last, model = autoregression(3)
    there, back = diebold_mariano(actual, last, model), diebold_mariano(actual, model, last)
    assert (there.statistic, there.p) == (-back.statistic, back.p)


def test_identical_forecasts_are_undecided() -> None:
    actual, last, _ = walk(0)
    rounded = last * (1 + 1e-15)
    for model in (last, rounded):
        assert clark_west(actual, last, model) == UNDECIDED
        assert diebold_mariano(actual, last, model) == UNDECIDED
        assert superior_predictive_ability(actual, last, {"model": model}, horizon=1, seed=0) == 1.0


def test_losses_that_differ_by_a_constant_are_undecided() -> None:
    actual = np.array([1.0, 2.0, 3.0])
    assert diebold_mariano(actual, actual - 1, actual - 0.5) == UNDECIDED
    assert clark_west(actual, actual - 1, actual - 0.5) == UNDECIDED


def test_two_days_still_give_numbers() -> None:
    actual, last, model = walk(0, days=2)
    for found in (clark_west(actual, last, model), diebold_mariano(actual, last, model)):
        assert np.isfinite([found.statistic, found.p]).all()
    assert superior_predictive_ability(actual, last, {"model": model}, horizon=1, seed=0) == 1.0


@pytest.mark.parametrize("horizon", [0, 10, 11])
def test_a_horizon_beyond_the_days_is_refused(horizon: int) -> None:
    with pytest.raises(DataError, match=f"found a horizon of {horizon} and 10 days"):
        clark_west(*walk(0, days=10), horizon=horizon)


def test_spa_finds_the_skilful_model_among_poor_ones() -> None:
    actual, last, model = autoregression(0, phi=0.3)
    rng = np.random.default_rng(1)
    models = {"good": model, "poor": last + rng.normal(size=500), "same": last.copy()}
    found = superior_predictive_ability(actual, last, models, horizon=1, seed=7)
    assert found is not None
    assert found < 0.05


def test_spa_is_one_where_the_best_is_no_better_than_the_benchmark() -> None:
    # An identical model would otherwise be the best of a poor lot, with a statistic of zero and a p of zero.
    actual, last, model = walk(2, noise=1.0)
    assert superior_predictive_ability(actual, last, {"poor": model, "same": last}, horizon=1, seed=7) == 1.0


def test_spa_allows_for_having_picked_the_best_of_many() -> None:
    actual, last, _ = walk(0)
    rng = np.random.default_rng(0)
    many = {str(i): last + 0.05 * rng.normal(size=500) for i in range(40)}
    alone = min(clark_west(actual, last, model).p for model in many.values())
    found = superior_predictive_ability(actual, last, many, horizon=1, seed=0)
    assert found is not None
    assert alone < 0.05 < found


def test_spa_is_not_said_of_days_that_overlap_too_much() -> None:
    """A bootstrap of few blocks finds what is not there."""
    actual, last, model = autoregression(5, days=399)
    assert superior_predictive_ability(actual, last, {"model": model}, horizon=5, seed=0) is None
    actual, last, model = autoregression(5, days=400)
    assert superior_predictive_ability(actual, last, {"model": model}, horizon=5, seed=0) is not None
    assert superior_predictive_ability(*walk(0, days=10)[:2], {"model": walk(0, days=10)[2]}, horizon=1, seed=0)


@pytest.mark.parametrize(("horizon", "days"), [(5, 250), (20, 250), (60, 250)])
def test_equal_forecasts_of_overlapping_days_are_seldom_told_apart(horizon: int, days: int) -> None:
    """The sum of autocovariances of the paper tells them apart in 1, 3 and 8 % of cases."""
    called, ahead = 0, np.ones(horizon)
    for seed in range(300):
        random = np.random.default_rng([seed, horizon])
        actual, one, other = (
            np.convolve(scale * random.normal(size=days + horizon - 1), ahead, "valid") for scale in (1.0, 0.2, 0.2)
        )
        called += diebold_mariano(actual, one, other, horizon=horizon).p < 0.01
    assert called <= 9, "3 of 300 expected"


def test_spa_repeats_for_a_seed() -> None:
    actual, last, model = autoregression(5, days=200)
    first, again = (superior_predictive_ability(actual, last, {"model": model}, horizon=2, seed=11) for _ in range(2))
    assert first == again


def test_the_smallest_detectable_skill_matches_the_published_table() -> None:
    for days, skill in ((6200, 0.001), (1240, 0.005), (620, 0.01), (310, 0.02)):
        assert smallest_detectable_skill(days, level=0.05) == pytest.approx(skill, rel=0.01)
    assert smallest_detectable_skill(1) == 1.0
    with pytest.raises(ValueError, match="at least one day"):
        smallest_detectable_skill(0)
