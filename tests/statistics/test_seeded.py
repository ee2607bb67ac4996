"""Two configurations over several training seeds: seeds are a source of chance."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tunewright.statistics.differences import seeded_difference

Flags = NDArray[np.bool_]


def trained(rng: np.random.Generator, *, seeds: int, hard: NDArray[np.float64], scatter: float, mean: float) -> Flags:
    """Right or wrong, shape (seeds, images): a training's accuracy scatters with its seed, and hard images are hard for
    all of them."""
    accuracy = np.clip(mean + scatter * rng.normal(size=(seeds, 1)), 0.01, 0.99)
    return np.asarray(rng.random((seeds, len(hard))) < np.clip(accuracy + hard, 0, 1))


def claims(*, seeds: int, images: int, scatter: float, gain: float = 0.0, repeats: int = 1000) -> float:
    """How often p < 0.01."""
    rng, found = np.random.default_rng(seeds * images), 0
    for _ in range(repeats):
        hard = 0.1 * rng.normal(size=images)
        ours = trained(rng, seeds=seeds, hard=hard, scatter=scatter, mean=0.8 + gain)
        theirs = trained(rng, seeds=seeds, hard=hard, scatter=scatter, mean=0.8)
        found += seeded_difference(ours, theirs).p < 0.01
    return found / repeats


@pytest.mark.parametrize("images", [450, 9867])
@pytest.mark.parametrize("seeds", [2, 3, 10])
def test_the_same_configuration_is_seldom_told_from_itself(seeds: int, images: int) -> None:
    """Seeds that scatter by 3 points: McNemar on two networks claims a difference in 25 % and 77 % of cases. Of 300
    series or 1,000 at 1 %, fewer than 3 % or 2 % in 99.9 of 100 runs."""
    repeats = 300 if images > 1000 else 1000
    assert claims(seeds=seeds, images=images, scatter=0.03, repeats=repeats) <= (0.03 if images > 1000 else 0.02)


def test_where_seeds_do_not_matter_images_decide() -> None:
    assert claims(seeds=3, images=450, scatter=0.0) <= 0.02
    assert claims(seeds=5, images=2000, scatter=0.0, gain=0.05, repeats=100) >= 0.95


def test_a_gain_beyond_what_seeds_scatter_is_found() -> None:
    assert claims(seeds=5, images=2000, scatter=0.01, gain=0.05, repeats=200) >= 0.9


def test_by_hand() -> None:
    ours, theirs = np.array([[1, 1, 1, 0], [1, 0, 1, 0]], bool), np.array([[1, 0, 1, 0], [1, 0, 0, 0]], bool)
    found = seeded_difference(ours, theirs)
    # Gaps by image 0, 1/2, 1/2, 0: variance 1/12, over 4 images 1/48. Accuracies 3/4, 1/2 and 1/2, 1/4: 1/32 each, over
    # 2 seeds 1/32. What is left of the gaps is +-1/2 for two images: a sum of squares of 1, 1/3 for 3 degrees, 1/24.
    assert found.difference == 0.25
    assert found.low == pytest.approx(0.25 - 4.302653 * (1 / 32) ** 0.5)
    assert found.high == 1.0


def test_what_does_not_vary() -> None:
    ones, zeros = np.ones((3, 20), bool), np.zeros((3, 20), bool)
    assert seeded_difference(ones, ones).p == 1.0
    assert seeded_difference(ones, zeros).p == pytest.approx(2 * 0.5**20)


@pytest.mark.parametrize("shape", [(1, 9), (3, 1), (9,)])
def test_too_little_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected two arrays of one shape"):
        seeded_difference(np.ones(shape, bool), np.ones(shape, bool))
