"""The statistics of a comparison: against plain formulas, and on made-up losses whose truth is known."""

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from tunewright.prices.comparison.compared import Compared, Variant, compare, ladder_sentence, study_sentence
from tunewright.statistics.holm import holm
from tunewright.statistics.paired import CONFIDENCE, Change, changes
from tunewright.statistics.variance import variance_of_mean

Array = npt.NDArray[np.float64]


def made_up(seed: int, *, change: float = 0.0, variants: int = 2, repeats: int = 10, days: int = 600) -> Array:
    """Losses of shape (variants, repeats, days) whose expected change is `change`: days of clustered size, a noise of
    days that lasts a while, a noise of seeds that lasts for all days."""
    random = np.random.default_rng(seed)
    size = np.exp(0.7 * lasting(random, days)) * stats.chi2.rvs(1, size=days, random_state=random)
    by_day = np.stack([0.15 * lasting(random, days) for _ in range(variants)])[:, None, :]
    by_seed = 0.02 * random.standard_normal((variants, repeats, 1))
    cell = 0.1 * random.standard_normal((variants, repeats, days))
    truth = np.array([1.0, *[1 + change] * (variants - 1)])[:, None, None]
    return np.asarray(size * truth * (1 + by_day + by_seed + cell))


def lasting(random: np.random.Generator, days: int) -> Array:
    """Autoregressive, 0.5 from day to day, variance 1."""
    noise, values = random.standard_normal(days) * 0.75**0.5, np.empty(days)
    values[0] = noise[0]
    for day in range(1, days):
        values[day] = 0.5 * values[day - 1] + noise[day]
    return values


def test_the_variance_of_a_mean_counts_the_dependence_of_days() -> None:
    random = np.random.default_rng(0)
    for days, horizon in ((1000, 1), (1000, 20)):
        calm = [variance_of_mean(random.standard_normal(days), horizon=horizon)[0] for _ in range(200)]
        long = [variance_of_mean(lasting(random, days), horizon=horizon)[0] for _ in range(200)]
        assert np.mean(calm) == pytest.approx(1 / days, rel=0.1)
        assert np.mean(long) == pytest.approx(3 / days, rel=0.15)  # (1 + 0.5) / (1 - 0.5) times as much
    assert variance_of_mean(np.ones(2000), horizon=1)[1] == 63
    assert variance_of_mean(np.ones(2000), horizon=20)[1] == 25
    assert variance_of_mean(np.ones(1000), horizon=1)[0] == pytest.approx(0)


def test_holm_corrects_as_in_the_textbook() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([0.4, 0.9]) == pytest.approx((0.8, 0.9))
    assert holm([0.02]) == (0.02,)


@pytest.mark.parametrize("truth", [0.0, -0.05])
def test_intervals_hold_the_truth_as_often_as_they_say(truth: float) -> None:
    found = [changes(made_up(seed, change=truth), horizon=1)[0] for seed in range(300)]
    held = np.mean([one.low <= truth <= one.high for one in found])
    assert CONFIDENCE - 0.04 <= held <= 1.0
    agree = [(one.p < 1 - CONFIDENCE) == (not one.low <= 0 <= one.high) for one in found]
    assert all(agree)


def test_several_useless_variants_are_rarely_called_useful() -> None:
    found = [changes(made_up(seed, variants=5, days=300), horizon=1) for seed in range(150)]
    assert np.mean([min(one.p for one in each) < 0.05 for each in found]) <= 0.09
    assert np.mean([all(one.low <= 0 <= one.high for one in each) for each in found]) >= 0.91


def test_seeds_count_as_a_source_of_chance() -> None:
    losses = made_up(3, days=400)
    noisy = losses.copy()
    noisy[1] *= 1 + 0.2 * np.random.default_rng(5).standard_normal((10, 1))
    calm, wild = changes(losses, horizon=1)[0], changes(noisy, horizon=1)[0]
    assert wild.high - wild.low > 2 * (calm.high - calm.low)
    assert np.std(wild.by_repeat) > 0.1


def test_only_days_that_both_score_are_compared() -> None:
    losses = made_up(4)
    losses[1, :, :200] = np.nan
    found, cut = changes(losses, horizon=1)[0], changes(losses[:, :, 200:], horizon=1)[0]
    assert found == cut
    first, second = compare(("base", "other"), losses, last_value=np.ones(600), horizon=1)
    assert (first.days, second.days, first.change, second.change) == (600, 400, None, found)
    losses[1] = np.nan
    with pytest.raises(ValueError, match="2 repeats and 2 common days"):
        changes(losses, horizon=1)


def test_what_is_the_same_is_no_change() -> None:
    losses = np.repeat(made_up(6)[:1], 2, axis=0)
    assert changes(losses, horizon=1)[0] == Change(0.0, 0.0, 0.0, 1.0, (0.0,) * 10)


def row(name: str, change: float, *, p: float, reach: float = 0.02) -> Variant:
    return Variant(name, 1 + change, 500, Change(change, change - reach, change + reach, p, (change, change)))


BASE = Variant("base", 1.0, 500, None)
STUDIES = {
    "Yes: 'volume' changes the error of 'base' by −15 % (95% interval −17 % to −13 %, p < 0.001), as much as": [
        row("volume", -0.15, p=1e-4)
    ],
    "Yes, but less than claimed: 'volume' changes the error of 'base' by −3.0 %": [row("volume", -0.03, p=1e-3)],
    "No reduction is proven: at best 'volume' changes the error of 'base' by −1.0 % (95% interval −3.0 % to +1.0 %, "
    "p = 0.2); the 10 to 20 % that are often claimed lie outside the interval of every set.": [
        row("volume", -0.01, p=0.2), row("range", 0.01, p=0.4)
    ],
    "No reduction is proven: at best 'volume' changes the error of 'base' by −1.0 % (95% interval −11 % to +9.0 %, "
    "p = 0.7); the days are too few to rule out the 10 to 20 % that are often claimed.": [
        row("volume", -0.01, p=0.7, reach=0.1)
    ],
    "Yes, a reduction, but its size is open: 'volume' changes the error of 'base' by −6.5 % (95% interval −12 % to "
    "−1.0 %, p = 0.001); it may be less than the 10 to 20 % often claimed.": [
        row("volume", -0.065, p=1e-3, reach=0.055)
    ],
    "Yes, a reduction, but its size is open: 'volume' changes the error of 'base' by −11 % (95% interval −21 %": [
        row("volume", -0.11, p=1e-3, reach=0.1)
    ],
    "Yes: 'volume' changes the error of 'base' by −40 % (95% interval −45 % to −35 %, p < 0.001), more than the": [
        row("volume", -0.4, p=1e-5, reach=0.05)
    ],
    "Yes: 'volume' changes the error of 'base' by −25 % (95% interval −35 % to −15 %, p < 0.001), at least as": [
        row("volume", -0.25, p=1e-5, reach=0.1)
    ],
    "Yes: 'range' changes the error of 'base' by −15 % (95% interval −17 % to −13 %, p < 0.001), as much as": [
        row("volume", -0.18, p=1e-3, reach=0.17), row("range", -0.15, p=1e-5)
    ],
    "Yes, but less than claimed: 'range' changes the error of 'base' by −5.0 % (95% interval −7.0 % to −3.0 %, "
    "p < 0.001); the days are too few to rule out the 10 to 20 % that are often claimed for 'volume'.": [
        row("volume", -0.12, p=0.3, reach=0.2), row("range", -0.05, p=1e-5)
    ],
    "No, the error grows: at best 'volume' changes the error of 'base' by +20 % (95% interval +18 % to +22 %, "
    "p < 0.001); the 10 to 20 % that are often claimed lie outside the interval of every set. Worse than": [
        row("volume", 0.2, p=1e-5)
    ],
}  # fmt: skip


@pytest.mark.parametrize("expected", STUDIES)
def test_the_answer_of_a_study(expected: str) -> None:
    assert study_sentence([BASE, *STUDIES[expected]]).startswith(expected)


@pytest.mark.parametrize("middle", np.linspace(-0.5, 0.3, 33))
def test_the_answer_says_no_more_than_the_interval(middle: float) -> None:
    for reach in (0.005, 0.03, 0.06, 0.2, 0.5):
        significant = abs(middle) > reach
        said = study_sentence([BASE, row("volume", float(middle), p=1e-5 if significant else 0.3, reach=reach)])
        low, high = middle - reach, middle + reach
        assert ("less than claimed" in said) == (significant and low > -0.1 and middle < 0)
        assert ("as much as" in said or ", more than the" in said) == (significant and high <= -0.1)
        assert (", more than the" in said) == (significant and high < -0.2)
        assert said.startswith("Yes") == (significant and middle < 0)
        assert said.startswith("No, the error grows") == (significant and middle > 0)
        assert not ("less than claimed" in said and "too few" in said)


def test_sets_that_do_harm_are_named() -> None:
    said = study_sentence([BASE, row("volume", -0.01, p=0.5), row("range", 0.05, p=1e-4)])
    assert said.endswith(" Worse than 'base': 'range'.")


def test_the_answer_of_a_ladder() -> None:
    rows = (BASE, row("random_split", -0.2, p=1e-5), row("newest_first", -0.9, p=1e-5), row("smoothed", 0.1, p=1e-5))
    said = ladder_sentence(rows)
    assert said.startswith("2 of 3 mistakes make the same model look better than its honest error on the same days: ")
    assert "newest row first by 90 %, random split by 20 %." in said
    assert ladder_sentence([BASE, row("random_split", 0.0, p=1.0)]) == (
        "The mistake does not make this model look better than it is, beyond what chance does."
    )
    pair = [row(name, 0.0, p=1.0) for name in ("random_split", "test_stops")]
    assert ladder_sentence([BASE, *pair]).startswith("None of 2 mistakes makes this model look better")
    content = Compared(rows, said).as_dict()
    assert content["sentence"] == said
