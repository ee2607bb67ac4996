"""Skill by days, by stretches, by year and by market."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tunewright.prices.data.table import PriceTable
from tunewright.prices.judging.regimes import DECAY, LOOK_BACK, fit_regimes, market_volatility
from tunewright.prices.judging.stability import Losses, stability
from tunewright.prices.preparation.seal import Development


def losses(gain: np.ndarray, *, regimes: np.ndarray | None = None) -> Losses:
    """A benchmark that errs by one every day, and a model whose loss is less by `gain`."""
    dates = np.datetime64("2015-07-01") + np.arange(len(gain))
    return Losses(dates, np.ones(len(gain)), 1 - gain, regimes)


def test_a_gain_of_five_days_is_told_from_one_of_all_days() -> None:
    noise = np.random.default_rng(0).normal(scale=0.2, size=500)
    noise -= noise.mean()
    few = noise.copy()
    few[:5] += 4.0
    days = stability(losses(few - 0.02), horizon=1, span=1, seed=0).few_days
    assert (days.days, days.skill_without < 0) == (5, True)
    assert days.best is not None
    assert days.best > 1
    days = stability(losses(noise + 0.04), horizon=1, span=1, seed=0).few_days
    assert days.skill_without == pytest.approx(0.04, rel=0.1)
    assert stability(losses(noise - 0.04), horizon=1, span=1, seed=0).few_days.best is None


def test_a_skill_that_turns_is_found_with_its_dates() -> None:
    gain = np.random.default_rng(1).normal(scale=0.2, size=600) + np.where(np.arange(600) < 300, 0.2, -0.1)
    found = stability(losses(gain), horizon=1, span=1, seed=0)
    assert found.changing is not None
    assert (found.changing.p_better < 0.01, found.changing.p_worse < 0.01) == (True, True)
    assert found.changing.best.skill > 0.1
    assert found.changing.worst.skill < -0.05
    assert found.changing.worst.first > found.changing.best.last
    years = {one.name: one for one in found.slices}
    assert set(years) == {"2015", "2016", "2017"}
    assert years["2015"].skill > 0.1
    assert years["2017"].skill < -0.05


def test_markets_are_tested_where_they_have_days_enough() -> None:
    regimes = np.repeat([0, 1, 2], [250, 231, 19])
    gain = np.where(regimes == 1, -0.2, 0.1) + np.random.default_rng(2).normal(scale=0.2, size=500)
    found = stability(losses(gain, regimes=regimes), horizon=1, span=1, seed=0)
    markets = {one.name: one for one in found.slices if one.name.endswith("market")}
    assert set(markets) == {"calm market", "middling market"}
    assert markets["middling market"].p < 0.01
    assert markets["middling market"].skill == pytest.approx(gain[regimes == 1].mean())


@given(st.integers(2, 130), st.integers(1, 30))
@settings(max_examples=30, deadline=None)
def test_few_days_are_no_fault(count: int, horizon: int) -> None:
    gain = np.random.default_rng(count).normal(scale=0.1, size=count)
    found = stability(losses(gain), horizon=horizon, span=horizon, seed=0)
    assert found.changing is None or count >= 40 * (1 if horizon == 1 else 2 * horizon) - 2 * horizon
    assert all(one.days >= max(20, 4 * horizon) for one in found.slices)


def table(close: np.ndarray) -> PriceTable:
    return PriceTable(np.datetime64("2015-01-01") + np.arange(len(close)), {"close": close})


def test_the_volatility_of_a_market_is_that_of_its_last_hundred_days() -> None:
    random = np.random.default_rng(3)
    close = 100 * np.exp(np.cumsum(0.01 * random.normal(size=400)))
    found = market_volatility(close)
    squares, weights = np.diff(np.log(close)) ** 2, DECAY ** np.arange(LOOK_BACK)
    assert np.isnan(found[0])
    assert found[350] ** 2 == pytest.approx(squares[250:350][::-1] @ weights / weights.sum())
    assert found[3] ** 2 == pytest.approx(squares[:3][::-1] @ weights[:3] / weights[:3].sum())
    assert market_volatility(close[200:])[150] == pytest.approx(found[350])


def test_regimes_are_thirds_of_the_development_rows() -> None:
    random = np.random.default_rng(4)
    scale = np.repeat([0.005, 0.01, 0.02], 300)
    close = 100 * np.exp(np.cumsum(scale * random.normal(size=900)))
    regimes = fit_regimes(Development(table(close)))
    found = regimes.of(close, np.arange(1, 900))
    assert np.bincount(found) == pytest.approx([300, 300, 300], abs=2)
    assert (found[150:290] == 0).mean() > 0.9
    assert (found[750:] == 2).mean() > 0.9
