"""Did tuning help, over training seeds: the figures by hand, the rate of false claims, and every sentence."""

import json
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.judging.seeds import OverSeeds, judge_seeds
from tunewright.prices.judging.tuning import TuningGain, compare_with_default
from tunewright.prices.run.contestants import best_of_random
from tunewright.search.records import State, TrialRecord
from tunewright.statistics.forecasts import TestResult
from tunewright.statistics.holm import holm
from tunewright.statistics.paired import Change, changes_of_one
from tunewright.statistics.variance import variance_of_mean

Array = npt.NDArray[np.float64]
FEW = tuple(2 * [-0.03] + [-0.01])


def over(default: Change, random: Change | str, *, count: int = 3) -> OverSeeds:
    missing = {"random": random} if isinstance(random, str) else {}
    against = {"default": default, **({} if isinstance(random, str) else {"random": random})}
    return OverSeeds(count, (), against, missing)


BETTER = Change(-0.02, -0.031, -0.009, 0.002, FEW)
NOTHING = Change(0.004, -0.01, 0.018, 0.55, (0.01, -0.001, 0.003))
WORSE = Change(0.02, 0.009, 0.031, 0.002, (0.01, 0.02, 0.03))
GAIN = TuningGain(0.05, 0.011, 1.0, TestResult(1.4, 0.16), over(BETTER, NOTHING))
PROMISE = " In validation it looked 5.0 % better than the default."
BESIDE_RANDOM = (
    " It is 0.40 % above that of the best of the first five complete random configurations (95 %: 1.0 % below to 1.8 % "
    "above; "
    "p = 0.55), not shown to be more than chance."
)
OF_ALL = (
    " All this is of the 3 together; what the verdict above judges is the one that is shipped, from the first seed."
)
ALONE = (
    " It is not compared with the best of the first five complete random configurations: it is the tuned model itself."
)


@pytest.mark.parametrize(
    ("gain", "conclusion", "sentence"),
    [
        (
            GAIN,
            "helped",
            "Tuning helped: over 3 training seeds the tuned model's squared error on the sealed days is 2.0 % below "
            "that of the untuned default (95 %: 3.1 % below to 0.90 % below; p = 0.002, days and seeds both counted as "
            "chance); "
            f"it is smaller from every one of them.{BESIDE_RANDOM}{OF_ALL}{PROMISE}",
        ),
        (
            replace(GAIN, seeds=over(NOTHING, "it is the tuned model itself")),
            "no_difference",
            "Tuning made no difference that can be told from chance: over 3 training seeds the tuned model's squared "
            "error on the sealed days is 0.40 % above that of the untuned default (95 %: 1.0 % below to 1.8 % above; p "
            "= 0.55, "
            f"days and seeds both counted as chance); it is smaller from 1 of them.{ALONE}{OF_ALL}{PROMISE}",
        ),
        (
            replace(GAIN, seeds=over(replace(BETTER, p=0.03), "it is the tuned model itself")),
            "no_difference",
            "Tuning shows a hint of help, which is no proof (that needs p < 0.01): over 3 training seeds the tuned "
            "model's squared error on the sealed days is 2.0 % below that of the untuned default (95 %: 3.1 % below to "
            "0.90 % below; p = 0.03, days and seeds both counted as chance); it is smaller from every one of them."
            f"{ALONE}{OF_ALL}{PROMISE}",
        ),
        (
            replace(GAIN, seeds=over(WORSE, "it is the tuned model itself"), validation_gain=-0.05),
            "overtuned",
            "Tuning did harm (overtuning): over 3 training seeds the tuned model's squared error on the sealed days is "
            "2.0 % above that of the untuned default (95 %: 0.90 % above to 3.1 % above; p = 0.002, days and seeds "
            "both counted "
            f"as chance); it is smaller from none of them.{ALONE}{OF_ALL} In validation it looked 5.0 % worse than the "
            f"default.",
        ),
        (
            replace(GAIN, seeds=over(replace(WORSE, by_repeat=(0.02,) * 3), "it is the tuned model itself")),
            "overtuned",
            "Tuning did harm (overtuning): over 3 training seeds the tuned model's squared error on the sealed days is "
            "2.0 % above that of the untuned default (95 %: 0.90 % above to 3.1 % above; p = 0.002, days alone counted "
            "as "
            f"chance, as seeds make no difference here).{ALONE}{OF_ALL}{PROMISE}",
        ),
        (
            replace(GAIN, seeds=None),
            "unknown",
            "Whether tuning helped cannot be said from one training seed each, as a model that starts at random may "
            "differ by as much from the next one (final.seeds = 10 trains from more): the tuned model's "
            "squared error on the sealed days is 1.1 % below "
            f"that of the untuned default (of these two models alone, Diebold-Mariano p = 0.16).{PROMISE}",
        ),
        (
            replace(GAIN, seeds=OverSeeds(3, (), {}, {"default": "a training failed: the loss is no number"})),
            "unknown",
            "Whether tuning helped cannot be said over training seeds, as the untuned default is not there from all of "
            f"them: a training failed: the loss is no number.{PROMISE}",
        ),
    ],
    ids=["helped", "no difference", "hint", "overtuned", "no seeds in it", "one seed each", "failed"],
)
def test_what_is_said_of_tuning(gain: TuningGain, conclusion: str, sentence: str) -> None:
    assert gain.sentence() == sentence
    assert gain.conclusion == conclusion
    assert gain.as_dict()["conclusion"] == conclusion


@pytest.mark.parametrize(
    ("change", "end"),
    [
        (replace(BETTER, p=0.002), "It is 2.0 % below that of the best of the first five complete random "
         "configurations (95 %: 3.1 % below to 0.90 % below; p = 0.002), which chance hardly explains."),
        (replace(WORSE, p=0.02), "It is 2.0 % above that of the best of the first five complete random "
         "configurations (95 %: 0.90 % above to 3.1 % above; p = 0.02), a hint, which is no proof (that needs "
         "p < 0.01)."),
        (Change(0.0, 0.0, 0.0, 1.0, (0.0,) * 3), "It is equal to that of the best of the first five complete random "
         "configurations (95 %: 0 % to 0 %; p = 1), not shown to be more than chance."),
    ],
)  # fmt: skip
def test_what_is_said_of_the_best_random_one(change: Change, end: str) -> None:
    assert replace(GAIN, seeds=over(NOTHING, change)).sentence().endswith(end + OF_ALL + PROMISE)


def forecasts(seed: int, *, seeds: int, days: int = 250, scatter: float = 0.2) -> tuple[Array, dict[str, Array]]:
    """Returns, and forecasts of one configuration twice over, from other seeds: each training leans to one side and
    follows a useless signal, by as much as `scatter` says."""
    random = np.random.default_rng(seed)
    actual, signal = random.standard_t(5, days), random.standard_normal(days)

    def trained() -> Array:
        lean, follow = random.standard_normal((2, seeds, 1)) * scatter
        return np.asarray(0.05 * signal + lean + follow * signal + 0.05 * random.standard_normal((seeds, days)))

    return actual, {"tuned": trained(), "default": trained()}


def test_the_figures_by_hand() -> None:
    actual, found = forecasts(0, seeds=4)
    found["random"] = found["default"] + 0.1
    last = np.zeros_like(actual)
    result = judge_seeds(actual, last, found, horizon=1, missing={})
    losses = {name: (actual - one) ** 2 for name, one in found.items()}
    assert [one.name for one in result.models] == ["tuned", "default", "random"]
    assert result.models[0].mse == pytest.approx(losses["tuned"].mean(axis=1))
    assert result.models[1].skill == pytest.approx(1 - losses["default"].mean(axis=1) / np.mean(actual**2))
    told = result.models[1].as_dict()
    assert told["mean"] == pytest.approx(losses["default"].mean())
    assert told["sd"] == pytest.approx(losses["default"].mean(axis=1).std(ddof=1))
    raw = []
    for name in ("default", "random"):
        base, tuned, change = losses[name], losses["tuned"], result.against[name]
        share = tuned.mean() / base.mean() - 1
        by_seed = tuned.sum(axis=1) / base.sum(axis=1) - 1
        by_day = (tuned.mean(axis=0) - (1 + share) * base.mean(axis=0)) / base.mean()
        error = (variance_of_mean(by_day, horizon=1)[0] + by_seed.var(ddof=1) / 4) ** 0.5
        raw.append(2 * float(stats.t.sf(abs(share) / error, 3)))
        assert change.change == pytest.approx(share)
        assert change.high - change.low == pytest.approx(2 * stats.t.ppf(1 - 0.05 / 4, 3) * error)
    assert [one.p for one in result.against.values()] == pytest.approx(holm(raw))
    json.dumps(result.as_dict(), allow_nan=False)


@pytest.mark.parametrize("seeds", [2, 3, 5, 10])
@pytest.mark.parametrize("scatter", [0.05, 0.3])
def test_other_seeds_of_one_configuration_are_rarely_called_different(seeds: int, scatter: float) -> None:
    """At 1 %: of 400 pairs up to 9 are what a rate of 1 % gives in 98 cases of 100."""
    ps = []
    for seed in range(400):
        actual, found = forecasts(seed, seeds=seeds, scatter=scatter)
        losses = np.stack([(actual - one) ** 2 for one in found.values()])
        ps.append(changes_of_one(losses, horizon=1)[0].p)
    assert sum(p < 0.01 for p in ps) <= 9
    assert sum(p < 0.05 for p in ps) <= 31


def test_one_training_each_would_claim_far_too_much() -> None:
    """What a test of two trained models makes of seeds: why it is not said of the configurations."""
    claims = 0
    for seed in range(100):
        actual, found = forecasts(seed, seeds=1, scatter=0.3)
        gain = compare_with_default(actual, found["tuned"][0], found["default"][0], scores=(1.0, 1.0), horizon=1)
        claims += gain.diebold_mariano.p < 0.01
        assert gain.conclusion == "unknown"
    assert claims > 15


def test_ten_seeds_find_a_large_gain() -> None:
    actual, found = forecasts(3, seeds=10, days=1000, scatter=0.1)
    found["default"] = found["default"] + 0.5 * np.sign(found["default"].mean(axis=0))
    result = judge_seeds(actual, np.zeros_like(actual), found, horizon=1, missing={"random": "none"})
    gain = compare_with_default(
        actual, found["tuned"][0], found["default"][0], scores=(0.9, 1.0), horizon=1, seeds=result
    )
    assert gain.conclusion == "helped"


@pytest.mark.parametrize("horizon", [1, 5])
def test_where_seeds_make_no_difference_days_alone_count(horizon: int) -> None:
    actual, found = forecasts(5, seeds=1, days=400)
    ridges = {name: np.repeat(one, 4, axis=0) for name, one in found.items()}
    result = judge_seeds(actual, np.zeros_like(actual), ridges, horizon=horizon, missing={"random": "none"})
    assert [one.as_dict()["sd"] for one in result.models] == [0.0, 0.0]
    change, losses = result.against["default"], [(actual - one[0]) ** 2 for one in ridges.values()]
    by_day = (losses[0] - (1 + change.change) * losses[1]) / losses[1].mean()
    variance, freedom = variance_of_mean(by_day, horizon=horizon)
    assert change.p == pytest.approx(2 * stats.t.sf(abs(change.change) / variance**0.5, freedom))
    same = judge_seeds(actual, np.zeros_like(actual), {**ridges, "default": ridges["tuned"]}, horizon=1, missing={})
    assert (same.against["default"].change, same.against["default"].p) == (0.0, 1.0)


def test_without_the_tuned_model_or_alone_nothing_is_tested() -> None:
    actual, found = forecasts(1, seeds=2)
    last, default, tuned = np.zeros_like(actual), {"default": found["default"]}, {"tuned": found["tuned"]}
    assert not judge_seeds(actual, last, default, horizon=1, missing={"tuned": "a training failed"}).against
    assert not judge_seeds(actual, last, tuned, horizon=1, missing={"default": "a training failed"}).against
    assert judge_seeds(actual, last, {}, horizon=1, missing={"tuned": "", "default": ""}).count == 0


def trials(scores: list[float | None]) -> tuple[TrialRecord, ...]:
    states = [State.PRUNED if score is None else State.COMPLETE for score in scores]
    return tuple(
        TrialRecord(number, state, {}, score=score)
        for number, (state, score) in enumerate(zip(states, scores, strict=True))
    )


def searched(sampler: str) -> Experiment:
    return Experiment.model_validate({"search": {"sampler": sampler, "lag": 4}})


def test_the_best_of_the_first_five_complete_random_trials() -> None:
    records = trials([0.9, None, 0.8, 0.7, 0.95, 0.85, 0.1, 0.05])
    found = best_of_random(searched("random"), records, winner=records[7])
    assert found.record == records[3]
    found = best_of_random(searched("tpe"), records, winner=records[7])
    assert found.record == records[3]


@pytest.mark.parametrize(
    ("sampler", "scores", "why"),
    [
        ("grid", [0.9, 0.8, 0.7, 0.6, 0.5, 0.1], "the sampler 'grid' draws none at random"),
        ("random", [0.9, 0.8, None, 0.7, 0.1], "it takes 5, and of those drawn at random 4 trials came through"),
        ("tpe", [0.9, None, None, None, None, None, None, 0.8, 0.7, 0.6, 0.1],
         "it takes 5, and of those drawn at random 1 trial came through"),
        ("random", [0.1, 0.8, 0.9, 0.7, 0.2, 0.3], "it is the tuned model itself"),
    ],
)  # fmt: skip
def test_why_there_is_no_best_random_one(sampler: str, scores: list[float | None], why: str) -> None:
    records = trials(scores)
    winner = min((one for one in records if one.score is not None), key=lambda one: one.score or 0.0)
    found = best_of_random(searched(sampler), records, winner=winner)
    assert (found.record, found.missing) == (None, why)


def test_a_sampler_that_was_shown_earlier_trials_drew_none_by_chance_alone() -> None:
    records = trials([0.9, None, 0.8, 0.7, 0.95, 0.85, 0.1, 0.05])
    earlier = {"run": "old", "overlap": "3 trials of units", "trials": "[]"}
    for shown, sampler, missing in (
        (8, "tpe", "'tpe' was shown trials of earlier runs, so it drew none by chance alone"),
        (0, "tpe", ""),
        (8, "random", ""),
        (8, "grid", "the sampler 'grid' draws none at random"),
    ):
        transfer = {"runs": ["old"], "earlier": [{**earlier, "shown": shown}]}
        known = Experiment.model_validate({"search": {"sampler": sampler, "lag": 4}, "transfer": transfer})
        found = best_of_random(known, records, winner=records[7])
        assert found.missing == missing
        assert found.record == (None if missing else records[3])
