"""The probability of backtest overfitting, on matrices whose truth is known by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tunewright.prices.judging.overfitting import Chosen
from tunewright.statistics.overfitting import Array, Overfitting, backtest_overfitting


def found(losses: Array, *, blocks: int = 16) -> Overfitting:
    told = backtest_overfitting(losses, blocks=blocks)
    assert told is not None
    return told


def test_a_configuration_that_is_always_best_was_chosen_well() -> None:
    noise = np.random.default_rng(0).random((5, 64))
    told = found(np.vstack([noise, noise.min(axis=0) - 1]))
    assert (told.pbo, told.rank_lost) == (0.0, 0.0)
    assert (told.configurations, told.days, told.blocks, told.splits) == (6, 64, 16, 12_870)


def test_what_is_best_on_one_half_is_worst_on_the_other() -> None:
    """Each configuration is good in one block and pays for it in the other; two days to a block."""
    told = found(np.array([[0.0, 0.0, 9.0, 9.0], [9.0, 9.0, 0.0, 0.0], [5.0, 5.0, 5.0, 5.0]]), blocks=2)
    assert (told.pbo, told.rank_lost, told.splits) == (1.0, 1.0, 2)


def test_a_share_counted_by_hand() -> None:
    """Block sums of A: 0, 0, 0, 9; of B: 2, 2, 2, 2. A is best on the halves without the last block, 3 of 6, where B is
    the better one outside; B is best on those with it, and A outside: so all 6 fall."""
    told = found(np.repeat([[0.0, 0.0, 0.0, 9.0], [2.0, 2.0, 2.0, 2.0]], 2, axis=1), blocks=4)
    assert (told.pbo, told.splits) == (1.0, 6)
    told = found(np.repeat([[0.0, 0.0, 0.0, 3.0], [2.0, 2.0, 2.0, 2.0]], 2, axis=1), blocks=4)
    assert (told.pbo, told.rank_lost) == (0.0, 0.0)


@pytest.mark.parametrize("configurations", [2, 3, 4, 7])
def test_noise_is_drawn_by_lots(configurations: int) -> None:
    random = np.random.default_rng(configurations)
    shares = [found(random.random((configurations, 80)), blocks=6).pbo for _ in range(600)]
    assert np.mean(shares) == pytest.approx(0.5, abs=4 * np.std(shares) / 600**0.5)


def test_equal_configurations_are_neither_chosen_well_nor_badly() -> None:
    losses = np.tile(np.random.default_rng(1).random(67), (4, 1))
    told = found(losses)
    assert (told.pbo, told.rank_lost) == (0.5, 0.5)


def test_too_little_to_halve() -> None:
    assert backtest_overfitting(np.ones((1, 100))) is None
    assert backtest_overfitting(np.ones((2, 31))) is None
    assert backtest_overfitting(np.ones((2, 32))) is not None


def test_what_is_no_loss_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        backtest_overfitting(np.full((2, 40), np.nan))
    with pytest.raises(ValueError, match="even number of blocks, found 5"):
        backtest_overfitting(np.ones((2, 40)), blocks=5)


@given(arrays(np.float64, (4, 13), elements=st.integers(0, 6).map(float)))
def test_as_the_definition_says_split_by_split(losses: Array) -> None:
    """Against a plain loop over the six ways, with ties."""
    cuts = np.array_split(np.arange(13), 4)
    below, lost = [], []
    for inside in ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)):
        days = np.concatenate([cuts[block] for block in inside])
        rest = np.setdiff1d(np.arange(13), days)
        winner = int(losses[:, days].mean(axis=1).argmin())
        outside = losses[:, rest].sum(axis=1)
        own = outside[winner]
        better, worse = int((outside < own).sum()), int((outside > own).sum())
        below.append(1.0 if better > worse else 0.5 if better == worse else 0.0)
        lost.append((better + (3 - better - worse) / 2) / 3)
    told = found(losses, blocks=4)
    assert told.pbo == pytest.approx(np.mean(below))
    assert told.rank_lost == pytest.approx(np.median(lost))


def chosen(pbo: float) -> str:
    return Chosen(Overfitting(pbo, 0.4, 20, 2010, 16, 12_870)).sentence()


def test_the_sentence_says_what_lots_would_give() -> None:
    head = (
        "of 12,870 ways to halve the 2,010 validation days, the one of 20 complete trials that was best on one half "
        "was below the median on the other (one at the median counts half)"
    )
    few = "; drawing lots gives 50 % on average. This describes these days and is no test."
    many = (
        ": choosing did no better than drawing lots, which gives 50 % on average. This describes these days and is no "
        "test."
    )
    assert chosen(0.43) == f"In 43 % {head}{few}"
    assert chosen(0.4999) == f"In 49 % {head}{few}"
    assert chosen(0.5) == f"In 50 % {head}{many}"
    assert chosen(0.67) == f"In 67 % {head}{many}"
    assert chosen(0.0).startswith("In 0 % of")
    assert chosen(0.0004).startswith("In less than 1 % of")
