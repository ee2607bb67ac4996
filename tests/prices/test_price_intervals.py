"""Intervals of the sealed days: how they are made and judged, and every sentence with its condition."""

import numpy as np
import pytest

from tunewright.prices.data.synthetic import random_walk
from tunewright.prices.judging.interval_wording import Kept, sentence
from tunewright.prices.judging.intervals import (
    FEWEST,
    Errors,
    IntervalJudgement,
    judge_intervals,
    ways,
)
from tunewright.prices.judging.spread import ROWS, spread_at
from tunewright.prices.run.intervals import errors_of
from tunewright.statistics.forecasts import TestResult as Test

SURE, OPEN = Test(5.0, 1e-6), Test(1.0, 0.3)


def clustering(days: int, *, seed: int) -> tuple[Errors, np.ndarray]:
    """Errors whose spread is known and drifts up and down, and its regime: 2 is wild."""
    rng = np.random.default_rng(seed)
    spread = 0.01 * np.exp(np.sin(np.arange(days) / 60))
    regimes = np.searchsorted(np.quantile(spread, (1 / 3, 2 / 3)), spread)
    return Errors(spread * rng.normal(size=days), spread), regimes


def judged(seed: int = 1, *, horizon: int = 1, scaled: bool = True) -> IntervalJudgement:
    known, _ = clustering(1000, seed=seed)
    sealed, regimes = clustering(1000, seed=seed + 100)
    return judge_intervals(ways(known, sealed, horizon=horizon, scaled=scaled), regimes)


def test_scaled_intervals_hold_in_every_market_and_constant_ones_do_not() -> None:
    found = judged()
    constant, scaled, adaptive = (found.levels[name][1] for name in ("constant", "scaled", "adaptive"))
    calm, wild = (constant.by_regime[name] or 0.0 for name in ("calm", "wild"))
    assert calm > 0.97
    assert wild < 0.8
    for one in (scaled, adaptive):
        assert all(held == pytest.approx(0.9, abs=0.045) for held in one.by_regime.values())
        assert one.pinball < constant.pinball
    assert found.crps["scaled"] < found.crps["constant"]
    assert constant.wild is not None
    assert constant.wild.p < 0.01
    assert constant.christoffersen is not None
    assert constant.christoffersen.independence.p < 0.01


def test_figures_by_hand() -> None:
    """With 39 errors -0.19 to 0.19, 80 % runs from the 4th to the 36th; of the ten days two lie outside."""
    known = Errors(np.arange(-19, 20) / 100, np.ones(39))
    errors = np.array([0.0, 0.1, -0.1, 0.17, -0.2, 0.05, 0.0, 0.0, 0.0, 0.0])
    made = ways(known, Errors(errors, np.ones(10)), horizon=1, scaled=False)
    level = judge_intervals(made, np.array([0, 0, 0, 2, 2, 2, 2, 2, 2, 2])).levels["constant"][0]
    assert (level.promised, level.held) == (0.8, 0.8)
    assert level.by_regime == {"calm": 1.0, "middling": None, "wild": pytest.approx(5 / 7)}
    assert level.width == pytest.approx(np.exp(0.16) - np.exp(-0.16))
    inside = 2 * 0.1 * 0.16  # at 0.1 and 0.9: (y + 0.16) / 10 and (0.16 - y) / 10
    outside = 0.1 * (0.17 + 0.16) + 0.9 * 0.01, 0.9 * 0.04 + 0.1 * (0.16 + 0.2)
    assert level.pinball == pytest.approx((8 * inside + sum(outside)) / 20)
    assert level.wild is None, "seven days are too few for a test"


def test_further_ahead_days_overlap_and_volatility_is_not_scaled_by_itself() -> None:
    found = judged(horizon=5, scaled=False)
    assert list(found.levels) == ["constant", "adaptive"]
    assert found.levels["constant"][0].christoffersen is None
    assert found.levels["constant"][0].as_dict()["christoffersen"] is None
    assert "one miss tells of the next" not in found.sentence()


def test_forecasts_that_are_not_above_zero_have_no_error() -> None:
    found = errors_of(np.array([2.0, 1.0, 1.0]), np.array([1.0, 0.0, 1.0]), np.array([1.0, 1.0, np.nan]))
    assert found.log[0] == pytest.approx(np.log(2))
    assert found.whole.tolist() == [True, False, False]
    assert len(found.kept(found.whole).log) == 1


def test_the_spread_is_that_of_the_last_hundred_returns_and_knows_nothing_later() -> None:
    close = random_walk(300, seed=3).close
    changed = np.append(close[:201], 7 * close[201:])
    origins = np.array([ROWS - 2, ROWS - 1, 200])
    found = spread_at(close, origins, horizon=4)
    assert np.isnan(found[0])
    assert found[1:].tolist() == spread_at(changed, origins, horizon=4)[1:].tolist()
    assert found[2] == pytest.approx(spread_at(close[200 - ROWS + 1 :], np.array([ROWS - 1]), horizon=4)[0])
    assert found[1] == pytest.approx(2 * spread_at(close, origins, horizon=1)[1])
    assert spread_at(np.full(200, 5.0), np.array([150]), horizon=1) == [1e-4], "never zero"


BOTH = {"constant": Kept(0.85, OPEN), "scaled": Kept(0.9, OPEN)}


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (
            BOTH,
            "Of 250 sealed days the 90 % intervals of constant width held 85.0 %, not shown to break their promise "
            "(p = 0.6); those scaled by volatility held 90.0 %, not shown to break their promise (p = 0.6).",
        ),
        (
            {**BOTH, "constant": Kept(0.8, SURE)},
            "Of 250 sealed days the 90 % intervals of constant width held 80.0 %, fewer than they promise (p < 0.001); "
            "those scaled by volatility held 90.0 %, not shown to break their promise (p = 0.3).",
        ),
        (
            {"adaptive": Kept(0.99, Test(-5.0, 1e-6))},
            "Of 250 sealed days the 90 % intervals that adapt to their misses held 99.0 %, more than they promise "
            "(p < 0.001).",
        ),
        (
            {"constant": Kept(0.9, OPEN, wild_held=0.75, wild=SURE, independence=SURE)},
            "Of 250 sealed days the 90 % intervals of constant width held 90.0 %, not shown to break their promise "
            "(p = 0.3), and 75.0 % of the days in a wild market, fewer than they promise (p < 0.001), and one miss "
            "tells of the next (p < 0.001).",
        ),
        (
            {"constant": Kept(0.9, OPEN, wild_held=0.75, wild=OPEN, independence=OPEN)},
            "Of 250 sealed days the 90 % intervals of constant width held 90.0 %, not shown to break their promise "
            "(p = 0.9).",
        ),
        (
            {"constant": Kept(0.9, OPEN, wild_held=0.99, wild=Test(-5.0, 1e-6))},
            "Of 250 sealed days the 90 % intervals of constant width held 90.0 %, not shown to break their promise "
            "(p = 0.3), and 99.0 % of the days in a wild market, more than they promise (p < 0.001).",
        ),
        (
            {"constant": Kept(0.9, OPEN, independence=SURE)},
            "Of 250 sealed days the 90 % intervals of constant width held 90.0 %, not shown to break their promise "
            "(p = 0.3), and one miss tells of the next (p < 0.001).",
        ),
    ],
)
def test_sentences(kept: dict[str, Kept], said: str) -> None:
    assert sentence(kept, promised=0.9, days=250) == said


def test_p_values_are_corrected_for_their_number() -> None:
    """0.004 alone is a claim, and one of three is none."""
    alone, among = Kept(0.8, Test(3.0, 0.004)), {"scaled": Kept(0.9, OPEN), "adaptive": Kept(0.9, OPEN)}
    assert "fewer than they promise (p = 0.004)" in sentence({"constant": alone}, promised=0.9, days=250)
    assert "not shown to break their promise (p = 0.012)" in sentence(
        {"constant": alone, **among}, promised=0.9, days=250
    )


def test_as_many_errors_as_the_widest_interval_needs_are_enough() -> None:
    few = Errors(np.linspace(-1, 1, FEWEST), np.ones(FEWEST))
    assert judge_intervals(ways(few, few, horizon=1, scaled=True), np.zeros(FEWEST, dtype=np.int64)).crps["scaled"] > 0
    less = Errors(few.log[1:], few.spread[1:])
    with pytest.raises(ValueError, match="38 scores are too few for intervals of 95%"):
        judge_intervals(ways(less, few, horizon=1, scaled=True), np.zeros(FEWEST, dtype=np.int64))


def test_the_sentence_claims_about_kept_promises_as_seldom_as_it_says() -> None:
    """40 series of independent errors, 250 known and 250 judged: at most one sentence with a claim."""
    claims = 0
    for seed in range(40):
        log = np.random.default_rng(seed).normal(size=500)
        known, sealed = (Errors(part, np.ones(250)) for part in (log[:250], log[250:]))
        found = judge_intervals(ways(known, sealed, horizon=1, scaled=True), np.arange(250) % 3)
        claims += "than they promise" in found.sentence() or "tells of the next" in found.sentence()
    assert claims <= 1
