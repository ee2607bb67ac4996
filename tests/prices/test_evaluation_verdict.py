"""The verdict: its conclusion, and the object that goes into results.json."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tunewright.core.errors import DataError
from tunewright.prices.judging.measured import rivals
from tunewright.prices.judging.verdict import Forecasts, TestContext, conclude, judge
from tunewright.statistics.forecasts import clark_west

CONTEXT = TestContext(
    horizon=1, naive_mae=0.8, majority="up", training_low=90.0, training_high=110.0, seed=0, model_name="LSTM"
)


def case(seed: int = 0, *, phi: float = 0.0, noise: float = 0.1, days: int = 400) -> Forecasts:
    """Prices whose changes follow an AR(1), and a model that knows phi but for some noise."""
    rng = np.random.default_rng(seed)
    changes = rng.normal(size=days + 2)
    for day in range(1, days + 2):
        changes[day] += phi * changes[day - 1]
    prices = 200 + np.cumsum(changes)
    actual, last, momentum = prices[2:], prices[1:-1], phi * changes[1:-1]
    return Forecasts(
        dates=np.datetime64("2015-01-01") + np.arange(days),
        actual=actual,
        last=last,
        model=last + momentum + noise * rng.normal(size=days),
        drift=last + 0.01,
        ridge=last + 0.5 * momentum + 0.01 * rng.normal(size=days),
    )


def test_as_dict_holds_the_schema_and_is_plain_json() -> None:
    found = judge(case(), CONTEXT).as_dict()
    assert set(found) == {
        "rows", "metrics", "directional", "skill_vs_last_value", "smallest_detectable_skill", "clark_west",
        "diebold_mariano", "spa", "lag_check", "leak_warning", "stability", "clauses", "conclusion", "doubts",
        "headline", "verdict", "outside_training_range",
    }  # fmt: skip
    shape = json.loads(json.dumps(found, allow_nan=False))
    assert shape == found
    assert set(shape["metrics"]) == {"model", "last_value", "drift", "ridge"}
    assert set(shape["directional"]) == {"majority", "majority_accuracy", "days", "p"}
    assert set(shape["lag_check"]) == {
        "correlation_with_today", "correlation_with_yesterday", "looks_like_yesterday",
    }  # fmt: skip
    assert set(shape["clark_west"]) == set(shape["diebold_mariano"]) == {"statistic", "p"}
    assert set(shape["spa"]) == {"p"}


def test_random_walks_show_no_skill() -> None:
    conclusions = [judge(case(seed, noise=0.05, days=250), CONTEXT).conclusion for seed in range(40)]
    assert conclusions.count("skill") <= 5
    assert conclusions.count("no_skill") >= 32


def test_a_real_signal_is_found_and_a_noisy_model_called_worse() -> None:
    skilful = judge(case(phi=0.25), CONTEXT)
    assert skilful.conclusion == "skill"
    assert skilful.verdict.startswith("Skill found")
    assert skilful.spa is not None
    assert skilful.spa < 0.05
    worse = judge(case(noise=1.0), CONTEXT)
    assert worse.conclusion == "worse"
    assert worse.leak_warning is None


def test_skill_that_one_test_alone_finds_is_a_hint() -> None:
    """A little skill on few days: Clark-West sees it, the others do not follow."""
    found = [judge(case(seed, phi=0.12, noise=0.0), CONTEXT) for seed in range(30)]
    hints = [one for one in found if one.conclusion == "hint"]
    assert hints
    for one in hints:
        assert one.clark_west.p < 0.01
        assert one.doubts
        assert one.verdict.startswith("A hint of skill, not a proof: ")
        assert all(doubt in one.verdict for doubt in one.doubts)
    assert not any(one.doubts for one in found if one.conclusion != "hint")


def test_a_ridge_that_does_better_is_named() -> None:
    forecasts, noise = case(phi=0.25, days=3000), np.random.default_rng(1).normal(size=3000)
    swapped = replace(forecasts, ridge=forecasts.model, model=forecasts.model + 0.15 * noise)
    told = judge(swapped, CONTEXT).verdict
    assert "but a ridge regression on the same windows (" in told
    assert ") does better" in told
    twin = replace(forecasts, ridge=forecasts.model)
    same = judge(twin, CONTEXT).verdict
    assert "but it cannot be told apart from a ridge regression on the same windows (" in same


def test_rivals_that_are_equal_by_construction_are_seldom_called_worse() -> None:
    """A ridge and a drift of the model's own skill: their tests against the last value say nothing of the three."""
    called = 0
    for seed in range(200):
        rng, forecasts = np.random.default_rng(seed), case(seed, phi=0.2, noise=0.0)
        noise = [0.15 * rng.normal(size=400) for _ in range(3)]
        model, drift, ridge = (forecasts.model + one for one in noise)
        equal = replace(forecasts, model=model, drift=drift, ridge=ridge)
        found = clark_west(equal.actual, equal.last, equal.model)
        called += found.p < 0.01 and any(one.standing == "behind" for one in rivals(equal, horizon=1))
    assert called <= 10, "two rivals at 1 % two-sided each, where skill is found: 2 of 200 expected"


def test_repeating_the_last_price_is_no_skill_without_a_number_out_of_bounds() -> None:
    forecasts = case()
    found = judge(replace(forecasts, model=forecasts.last, drift=forecasts.last, ridge=forecasts.last), CONTEXT)
    assert (found.conclusion, found.skill_vs_last_value, found.clark_west.p, found.spa) == (
        "no_skill",
        0,
        1,
        1,
    )
    assert found.lag_check.looks_like_yesterday
    assert found.lag_check.correlation_with_yesterday == pytest.approx(1.0)
    assert "was equal to that of repeating the last price" in found.verdict
    json.dumps(found.as_dict(), allow_nan=False)


def test_a_perfect_model_and_a_constant_one_give_finite_numbers() -> None:
    forecasts = case()
    perfect = judge(replace(forecasts, model=forecasts.actual), CONTEXT)
    assert perfect.skill_vs_last_value == 1.0
    assert not perfect.lag_check.looks_like_yesterday
    assert perfect.leak_warning is not None
    assert perfect.verdict.startswith("Skill found, but too much to believe yet: ")
    constant = judge(replace(forecasts, model=np.full(400, 200.0)), CONTEXT)
    assert constant.lag_check.correlation_with_today == 0.0
    assert not constant.lag_check.looks_like_yesterday
    json.dumps([perfect.as_dict(), constant.as_dict()], allow_nan=False)


def test_directions_are_held_against_the_majority_of_the_development_rows() -> None:
    last = np.full(5, 10.0)
    actual = np.array([11.0, 11.0, 11.0, 9.0, 10.0])
    forecasts = Forecasts(np.arange(5), actual, last, model=actual, drift=last + 1, ridge=last - 1)
    up = judge(forecasts, CONTEXT).directional
    assert (up.majority_accuracy, up.days) == (0.75, 4)
    assert up.p == pytest.approx(0.75**4)
    down = judge(forecasts, replace(CONTEXT, majority="down")).directional
    assert down.majority_accuracy == 0.25
    assert down.p == pytest.approx(0.5**4)  # a coin would have done better than that majority


def test_the_share_outside_the_training_range_counts_both_sides() -> None:
    actual = np.array([80.0, 90.0, 110.0, 111.0])
    forecasts = Forecasts(np.arange(4), actual, actual + 1, actual - 1, actual + 2, actual + 3)
    assert judge(forecasts, CONTEXT).outside_training_range == 0.5


@settings(max_examples=15, deadline=None)
@given(scale=st.floats(1e-3, 1e3), seed=st.integers(0, 1000))
def test_the_currency_does_not_matter(scale: float, seed: int) -> None:
    forecasts = case(seed, phi=0.2, days=120)
    scaled = Forecasts(
        forecasts.dates,
        *(scale * getattr(forecasts, name) for name in ("actual", "last", "model", "drift", "ridge")),
    )
    plain = judge(forecasts, CONTEXT)
    other = judge(scaled, replace(CONTEXT, naive_mae=0.8 * scale, training_low=90 * scale, training_high=110 * scale))
    assert other.skill_vs_last_value == pytest.approx(plain.skill_vs_last_value, rel=1e-9, abs=1e-12)
    assert other.metrics["model"].mase == pytest.approx(plain.metrics["model"].mase, rel=1e-9)
    assert other.clark_west.p == pytest.approx(plain.clark_west.p, rel=1e-9)
    assert other.diebold_mariano.p == pytest.approx(plain.diebold_mariano.p, rel=1e-9)
    assert other.spa == pytest.approx(plain.spa, rel=1e-9)
    assert other.conclusion == plain.conclusion


def test_the_conclusion_needs_a_sign_and_a_test() -> None:
    assert conclude(0.01, clark_west_p=0.0099, diebold_mariano_p=0.2) == "skill"
    assert conclude(0.01, clark_west_p=0.01, diebold_mariano_p=0.01) == "no_skill"
    assert conclude(-0.01, clark_west_p=0.01, diebold_mariano_p=0.2) == "no_skill"
    assert conclude(-0.01, clark_west_p=0.9, diebold_mariano_p=0.0099) == "worse"
    assert conclude(0.0, clark_west_p=0.0, diebold_mariano_p=0.0) == "no_skill"


def test_what_cannot_be_judged_is_refused() -> None:
    good = case(days=10)
    with pytest.raises(ValueError, match=r"dates has shape \(9,\)"):
        replace(good, dates=good.dates[1:])
    with pytest.raises(ValueError, match="model must be finite"):
        replace(good, model=good.model * np.inf)
    with pytest.raises(DataError, match="must move"):
        replace(good, actual=good.last)
    with pytest.raises(DataError, match="at least two sealed days, found 1"):
        Forecasts(*(getattr(good, name)[:1] for name in good.__dataclass_fields__ if name != "regimes"))
    with pytest.raises(DataError, match="horizon of 10 and 10 days"):
        judge(good, replace(CONTEXT, horizon=10))
    with pytest.raises(DataError, match="found 0"):
        replace(CONTEXT, naive_mae=0.0)
    with pytest.raises(ValueError, match="'sideways'"):
        replace(CONTEXT, majority="sideways")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="from low to high"):
        replace(CONTEXT, training_low=120.0)
