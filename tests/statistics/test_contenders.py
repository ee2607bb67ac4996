"""Two models that were trained apart: days or images count as chance, and seeds where there are several."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import t as student

from tunewright.statistics.contenders import accuracy_gap, loss_ratio
from tunewright.statistics.differences import paired_difference

Losses = NDArray[np.float64]


def claims(*, trainings: tuple[int, int], horizon: int = 1, days: int = 500, gain: float = 0.0, repeats: int) -> float:
    """How often p < 0.01: forecasts of noise, wrong by what all trainings of a configuration share and by what each has
    of its own. gain: share of what comes that the first configuration knows."""
    rng, found = np.random.default_rng(sum(trainings) * horizon), 0
    for _ in range(repeats):
        walk = np.cumsum(rng.standard_t(4, days + horizon))
        actual = walk[horizon:] - walk[:-horizon]
        losses = []
        for count, known in zip(trainings, (gain, 0.0), strict=True):
            shared = 0.15 * horizon**0.5 * rng.standard_normal(days)
            own = (
                0.15
                * np.abs(rng.normal(1, 0.5, (count, 1)))
                * rng.standard_normal((count, days))
                * (min(trainings) > 1)
            )
            losses.append((actual - (known * actual + shared + own)) ** 2)
        found += loss_ratio(*losses, horizon=horizon).p < 0.01
    return found / repeats


@pytest.mark.parametrize("horizon", [1, 5])
@pytest.mark.parametrize("trainings", [(1, 1), (2, 3), (10, 10)])
def test_equal_configurations_are_seldom_told_apart(trainings: tuple[int, int], horizon: int) -> None:
    """Of 300 tests at 1 %, fewer than 4 % in 99.9 of 100 series of them."""
    assert claims(trainings=trainings, horizon=horizon, days=250, repeats=300) <= 0.04


@pytest.mark.slow
@pytest.mark.parametrize("days", [250, 1000])
@pytest.mark.parametrize("horizon", [1, 5, 20])
@pytest.mark.parametrize("trainings", [(1, 1), (2, 2), (3, 5), (10, 10)])
def test_the_level_holds(trainings: tuple[int, int], horizon: int, days: int) -> None:
    assert claims(trainings=trainings, horizon=horizon, days=days, repeats=3000) <= 0.025


def test_what_one_knows_is_found() -> None:
    assert claims(trainings=(1, 1), gain=0.1, repeats=50) >= 0.95
    assert claims(trainings=(5, 4), gain=0.1, repeats=50) >= 0.9


def test_one_training_each_by_hand() -> None:
    """L / mean(L) differ by -0.6, -0.2, 0.2, 0.6; one cosine of four days, cos(22.5 degrees) and cos(67.5 degrees): V =
    0.198993, and ln(1.25) / sqrt(V) = 0.500225 has p = 1 - 2 atan(0.500225) / pi with one degree of freedom."""
    found = loss_ratio(np.array([[1.0, 2, 3, 4]]), np.full((1, 4), 2.0), horizon=1)
    assert found.change == pytest.approx(0.25)
    assert found.p == pytest.approx(0.704719, abs=1e-5)
    assert found.low == pytest.approx(1.25 * np.exp(-12.7062 * 0.198993**0.5) - 1, rel=1e-4)


def test_seeds_by_hand() -> None:
    """Of losses that are the same every day seeds alone are chance: means 1, 3 and 2, 4, 6 have variances of the mean
    1 and 4/3, in shares 1/4 and 1/12, so V = 1/3 with Welch's (1/3)^2 / ((1/4)^2 / 1 + (1/12)^2 / 2) = 32 / 19 degrees
    of freedom."""
    one, other = np.array([[1.0], [3.0]]) * np.ones(50), np.array([[2.0], [4.0], [6.0]]) * np.ones(50)
    found = loss_ratio(one, other, horizon=1)
    assert found.change == pytest.approx(-0.5)
    assert found.p == pytest.approx(2 * student.sf(np.log(2) / (1 / 3) ** 0.5, 32 / 19))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(1, 1), (2, 4)]), st.integers(1, 5), st.floats(0.01, 100))
def test_neither_order_nor_scale_matter(seed: int, trainings: tuple[int, int], horizon: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    one, other = (rng.gamma(1, 1, (count, 40)) for count in trainings)
    found, turned = loss_ratio(one, other, horizon=horizon), loss_ratio(scale * other, scale * one, horizon=horizon)
    assert found.p == pytest.approx(turned.p)
    assert (1 + found.change) * (1 + turned.change) == pytest.approx(1)
    assert (1 + found.low) * (1 + turned.high) == pytest.approx(1)
    assert found.low <= found.change <= found.high


def test_nothing_varies() -> None:
    losses = np.random.default_rng(0).gamma(1, 1, (1, 40))
    assert loss_ratio(losses, losses, horizon=1).p == 1.0
    assert loss_ratio(losses, 2 * losses, horizon=1).p == 1.0
    assert loss_ratio(losses, 2 * losses, horizon=1).change == pytest.approx(-0.5)
    ones, zeros = np.ones((3, 20), bool), np.zeros((2, 20), bool)
    assert accuracy_gap(ones, zeros).p == pytest.approx(2 * 0.5**20)
    assert accuracy_gap(ones, ones[:2]).p == 1.0


def trained(rng: np.random.Generator, *, seeds: int, hard: Losses, scatter: float, mean: float) -> NDArray[np.bool_]:
    accuracy = np.clip(mean + scatter * rng.normal(size=(seeds, 1)), 0.01, 0.99)
    return np.asarray(rng.random((seeds, len(hard))) < np.clip(accuracy + hard, 0, 1))


@pytest.mark.parametrize(("gain", "least", "most"), [(0.0, 0.0, 0.03), (0.1, 0.6, 1.0)])
@pytest.mark.parametrize("seeds", [(3, 5), (10, 4)])
def test_accuracies_over_seeds(seeds: tuple[int, int], gain: float, least: float, most: float) -> None:
    """Seeds that scatter by 2 points."""
    rng, found = np.random.default_rng(sum(seeds)), 0
    for _ in range(300):
        hard = 0.1 * rng.normal(size=450)
        ours, theirs = (
            trained(rng, seeds=count, hard=hard, scatter=0.02, mean=mean)
            for count, mean in zip(seeds, (0.8 + gain, 0.8), strict=True)
        )
        found += accuracy_gap(ours, theirs).p < 0.01
    assert least <= found / 300 <= most


def test_accuracies_of_one_training_each_are_mcnemars() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.random(90) < 0.8, rng.random(90) < 0.7
    assert accuracy_gap(one[None], other[None]) == paired_difference(one, other)


@pytest.mark.parametrize(("one", "other"), [((1, 9), (2, 9)), ((1, 9), (1, 8)), ((1, 1), (1, 1)), ((9,), (9,))])
def test_what_does_not_fit_is_refused(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    for compare in (lambda: loss_ratio(np.ones(one), np.ones(other), horizon=1),
                    lambda: accuracy_gap(np.ones(one, bool), np.ones(other, bool))):  # fmt: skip
        with pytest.raises(ValueError, match="expected two arrays"):
            compare()


def test_no_loss_is_refused() -> None:
    with pytest.raises(ValueError, match="mean losses above zero"):
        loss_ratio(np.zeros((1, 5)), np.ones((1, 5)), horizon=1)
