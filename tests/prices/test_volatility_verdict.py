"""The verdict on a volatility forecast: what skill needs, what is said of HAR, and the object in results.json."""

import json
from dataclasses import replace

import numpy as np
import pytest

from openings import opening
from tunewright.core.errors import DataError
from tunewright.prices.judging.volatility import conclude_volatility, judge_volatility, stands
from tunewright.prices.judging.volatility_sealed import VolatilityContext, VolatilityForecasts, volatility_metrics
from tunewright.prices.judging.volatility_wording import Against, VolatilityFinding, headline, leak_warning, sentence
from tunewright.runs.openings.looked import Looked
from tunewright.runs.openings.looks import Looks
from tunewright.statistics.forecasts import TestResult
from tunewright.statistics.wording import in_a_row

CONTEXT = VolatilityContext(horizon=1, naive_mae=0.004, training_low=0.001, training_high=0.05, seed=0)


def case(seed: int = 0, *, memory: float = 0.9, noise: float = 0.0, days: int = 600) -> VolatilityForecasts:
    """Volatilities about a level that the model knows but for some noise (of its logarithm); HAR knows it roughly."""
    random = np.random.default_rng(seed)
    logs = np.zeros(days + 1)
    for day in range(1, days + 1):
        logs[day] = memory * logs[day - 1] + 0.2 * random.standard_normal()
    seen = 0.01 * np.exp(logs + 0.3 * random.standard_normal(days + 1))
    level = 0.01 * np.exp(memory * logs[:-1] + 0.065)
    rough = level * np.exp(0.1 * random.standard_normal(days))
    return VolatilityForecasts(
        dates=np.datetime64("2015-01-01") + np.arange(days),
        actual=seen[1:],
        last=seen[:-1],
        model=level * np.exp(noise * random.standard_normal(days)),
        mean=np.full(days, 0.011),
        ewma=rough,
        har=rough * np.exp(0.02 * random.standard_normal(days)),
        garch=rough,
        ridge=rough,
    )


def against(skill: float, west: float, mariano: float) -> Against:
    return Against(skill, TestResult(0.0, west), TestResult(0.0, mariano))


def test_as_dict_is_plain_json_with_the_keys_of_a_price_and_more() -> None:
    found = judge_volatility(case(), CONTEXT).as_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert set(found) == {
        "rows", "metrics", "directional", "skill_vs_last_value", "smallest_detectable_skill", "clark_west",
        "diebold_mariano", "spa", "against", "spa_vs_har", "standing_vs_har", "lag_check", "leak_warning", "stability",
        "clauses", "conclusion", "doubts", "headline", "verdict", "outside_training_range",
    }  # fmt: skip


def test_the_metrics_are_what_they_say() -> None:
    actual, predicted = np.array([0.01, 0.02, 0.04]), np.array([0.02, 0.02, 0.02])
    metrics = volatility_metrics(actual, predicted, naive_mae=0.01)
    assert metrics.mse == pytest.approx((1e-4 + 4e-4) / 3)
    assert metrics.mae == pytest.approx(0.01)
    assert metrics.mase == pytest.approx(1.0)
    assert metrics.qlike == pytest.approx((0.5 - np.log(0.5) - 1 + 2 - np.log(2) - 1) / 3)


def test_skill_needs_both_naive_forecasts_beaten() -> None:
    good, unsure, bad = against(0.3, 0.001, 0.001), against(0.01, 0.3, 0.6), against(-0.3, 0.9, 0.001)
    assert conclude_volatility(good, good) == "skill"
    assert conclude_volatility(good, unsure) == "no_skill"
    assert conclude_volatility(unsure, good) == "no_skill"
    assert conclude_volatility(bad, good) == "worse"
    assert [stands(one) for one in (good, unsure, bad)] == ["better", "even", "worse"]


def test_a_model_that_knows_more_than_har_is_said_to() -> None:
    found = judge_volatility(case(days=3000), CONTEXT)
    assert (found.conclusion, found.standing_vs_har) == ("skill", "better")
    assert found.verdict.startswith("Skill found over the last value, and over HAR: over 3,000 sealed days")
    assert found.against["har"].skill > 0
    assert found.spa is not None
    assert found.spa_vs_har is not None
    assert max(found.spa, found.spa_vs_har) < 0.01


def test_a_model_as_good_as_har_has_skill_but_not_over_har() -> None:
    forecasts = case()
    found = judge_volatility(replace(forecasts, model=forecasts.har), CONTEXT)
    assert (found.conclusion, found.standing_vs_har) == ("skill", "even")
    assert found.verdict.startswith("Skill found over the last value, but not over HAR: ")
    assert "equal to that of HAR (Diebold-Mariano p = 1)" in found.verdict


def test_a_qlike_that_says_the_opposite_is_told() -> None:
    forecasts = case()
    quiet, wild = (forecasts.actual < np.quantile(forecasts.actual, 0.2), forecasts.actual > 0.02)
    model = np.where(wild, forecasts.actual, np.where(quiet, 1.3 * forecasts.har, forecasts.har))
    assert "; its QLIKE is " in judge_volatility(replace(forecasts, model=model), CONTEXT).verdict
    assert "QLIKE" not in judge_volatility(forecasts, CONTEXT).verdict


def test_a_model_behind_har_is_said_to_be() -> None:
    found = judge_volatility(case(noise=0.2, days=3000), CONTEXT)
    assert (found.conclusion, found.standing_vs_har) == ("skill", "worse")
    assert "Skill found over the last value, but HAR does better: " in found.verdict
    assert found.headline == "Better than repeating the last volatility, worse than HAR"


def test_skill_over_the_last_volatility_that_other_tests_do_not_see_is_a_hint() -> None:
    found = judge_volatility(case(noise=0.3, days=3000), CONTEXT)
    assert (found.conclusion, found.standing_vs_har) == ("hint", "worse")
    assert found.headline == "A hint, not a proof, that it is better than repeating the last volatility"
    assert found.verdict.startswith("A hint of skill, not a proof: over 3,000 sealed days ")
    assert found.verdict.endswith("; but " + in_a_row(found.doubts) + ".")
    rivals = "it is not itself the one of the forecasts that is shown to be superior (p = 0.001)"
    assert found.doubts[1] == rivals, "the superior one is HAR"


NO, YES = (Against(0.1, TestResult(2.0, p), TestResult(2.0, p)) for p in (0.2, 0.001))


@pytest.mark.parametrize(
    ("last", "mean", "headline_ends", "told"),
    [
        (
            NO,
            YES,
            "repeating the last volatility",
            ", and 10 % below that of always saying the mean of the earlier rows",
        ),
        (
            YES,
            NO,
            "the mean of the earlier rows",
            ", but 10 % below that of always saying the mean of the earlier rows",
        ),
        (
            NO,
            NO,
            "repeating the last volatility or than the mean of the earlier rows",
            ", but 10 % below that of always",
        ),
    ],
)
def test_no_skill_names_whom_it_was_not_shown_to_beat(
    last: Against, mean: Against, headline_ends: str, told: str
) -> None:
    found = VolatilityFinding(
        conclude_volatility(last, mean), "even", "LSTM", 500, last, mean, NO, {"model": 0.1}, qlike_gain=0.1
    )
    assert found.conclusion == "no_skill"
    assert headline(found) == f"Not shown to be better than {headline_ends}"
    assert told in sentence(found)


def test_the_mean_of_noise_is_no_skill() -> None:
    """Where nothing clusters, a constant takes half of the last value's error off: that is not skill."""
    for seed in range(10):
        forecasts = case(seed, memory=0.0)
        found = judge_volatility(replace(forecasts, model=forecasts.mean * 1.001), CONTEXT)
        assert found.last.skill > 0.3
        assert found.conclusion == "no_skill"
        assert found.verdict.startswith("No skill found: ")
        assert "that of always saying the mean of the earlier rows" in found.verdict


def test_a_wild_model_is_worse_than_doing_nothing() -> None:
    found = judge_volatility(case(noise=1.5), CONTEXT)
    assert found.conclusion == "worse"
    assert found.verdict.startswith("Worse than doing nothing: ")


def test_the_best_of_all_is_named_where_it_is_neither_model_nor_har() -> None:
    forecasts = case(noise=0.2)
    found = judge_volatility(replace(forecasts, garch=forecasts.actual * 1.01), CONTEXT)
    assert "; the lowest of all was that of GARCH, " in found.verdict


def test_a_skill_over_har_beyond_belief_is_a_warning() -> None:
    assert leak_warning(0.2, 0.001) is None
    assert leak_warning(0.3, 0.05) is None, "chance gives as much on few days"
    found = judge_volatility(replace(case(), model=case().actual), CONTEXT)
    assert found.leak_warning is not None
    assert "look for a leak" in found.leak_warning


def test_a_volatility_that_stays_is_refused() -> None:
    with pytest.raises(DataError, match="the volatility must move"):
        replace(case(), actual=case().last)


def test_skill_that_looks_before_may_explain_is_a_hint() -> None:
    forecasts = case(days=1000)
    found = judge_volatility(forecasts, CONTEXT)
    p = max(found.last.clark_west.p, found.against["mean"].clark_west.p)
    assert (found.conclusion, found.looks.p, found.looks.adjusted_p, found.doubts) == ("skill", p, p, ())
    kept = judge_volatility(forecasts, CONTEXT, Looks((opening(),)))
    assert (kept.conclusion, kept.looks.adjusted_p) == ("skill", 2 * p)
    assert kept.verdict.startswith(
        found.verdict + " These days were looked at once before; adjusted for that, the test of skill has p "
    )
    spoilt = judge_volatility(forecasts, CONTEXT, Looks((opening(),) * int(0.02 / p)))
    assert (spoilt.conclusion, spoilt.doubts) == ("hint", (spoilt.looks.doubt("these days"),))
    assert spoilt.verdict.endswith(f"; but {spoilt.doubts[0]}.")


def test_the_sentence_for_a_hint_of_skill_on_volatility() -> None:
    test = Against(0.1, TestResult(2.8, 0.003), TestResult(2.8, 0.003))
    doubts, looked = ("one test does not follow", "the skill is small"), Looked(4, 0.001, 0.005)
    found = VolatilityFinding("hint", "even", "LSTM", 500, test, test, test, {"model": 0.1}, 0.1, doubts, looked)
    assert sentence(found) == (
        "A hint of skill, not a proof: over 500 sealed days the tuned LSTM's squared error was 10 % below that of "
        "repeating the last volatility (Clark-West p = 0.003), and 10 % below that of HAR (Diebold-Mariano p = 0.003); "
        "but one test does not follow and the skill is small. These days were looked at 4 times before; "
        "adjusted for that, the test of skill has p = 0.005."
    )
