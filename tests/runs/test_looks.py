"""Which openings are looks at the same sealed test, and which are the same forecast again."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openings import opening, seen
from tunewright.runs.openings.looked import looked, looked_together
from tunewright.runs.openings.looks import NO_LOOKS, Looks, is_look, looks, relative
from tunewright.runs.openings.often import looked_at_often
from tunewright.runs.openings.opening import Opening, Seen
from tunewright.statistics.looks import many_tested

HERE = seen()


def of(model: int, what: Seen | None = None) -> Opening:
    return opening(what or seen(model=model), name=str(model))


@settings(deadline=None)
@given(st.lists(st.integers(0, 5), max_size=8), st.randoms())
def test_each_different_forecast_counts_once_in_any_order(models: list[int], random: object) -> None:
    ledger = [of(model) for model in models]
    found = looks(HERE, ledger, kind="prices")
    assert found.earlier == len(set(models) - {0}), "this very forecast is no other look"
    assert len(found.losses) == found.earlier
    random.shuffle(ledger)  # type: ignore[attr-defined]
    assert looks(HERE, ledger, kind="prices").earlier == found.earlier


def test_no_ledger_no_looks() -> None:
    assert looks(HERE, [], kind="prices").earlier == NO_LOOKS.earlier == 0
    assert looks(HERE, [of(1)], kind="images").earlier == 0, "units of another kind are other units"


@settings(deadline=None)
@given(st.integers(1, 250), st.integers(-300, 300))
def test_other_days_count_from_a_tenth_of_these_on(days: int, shift: int) -> None:
    other = seen(first=18_000 + shift, days=days, model=1)
    common = len(set(HERE.units) & set(other.units))
    assert is_look(HERE, other) == (common >= 10)


def test_only_those_on_the_very_same_days_are_compared_day_by_day() -> None:
    found = looks(HERE, [of(1), of(2, seen(days=120, model=2))], kind="prices")
    assert (found.earlier, found.losses.shape) == (2, (1, 100))
    np.testing.assert_array_equal(found.losses[0], relative(seen(model=1)))


def test_another_market_on_the_same_days_is_no_look() -> None:
    assert not is_look(HERE, seen(market=1))


def test_prices_that_later_dividends_rescale_are_the_same() -> None:
    """Losses in other units, and returns that differ on days of a dividend."""
    observed = HERE.observed.copy()
    observed[::25] += 0.5
    rescaled = replace(HERE, observed=observed, loss=4 * HERE.loss, benchmark_loss=4 * HERE.benchmark_loss)
    assert is_look(HERE, rescaled)
    assert looks(HERE, [opening(rescaled)], kind="prices").earlier == 0
    observed[::5] += 0.5
    assert not is_look(HERE, replace(HERE, observed=observed)), "a fifth of the days has other returns"


def test_another_horizon_is_another_look() -> None:
    further = replace(HERE, loss=HERE.loss * 1.1, benchmark_loss=np.roll(HERE.benchmark_loss, 1))
    found = looks(HERE, [opening(further)], kind="prices")
    assert (found.earlier, len(found.losses)) == (1, 0), "its benchmark is another"


def sample(count: int, *, among: range, size: int = 50) -> Seen:
    """A sealed test of images, `count` of those of these numbers, of which the smallest hashes are kept."""
    hashes = np.random.default_rng(0).choice(2**32, size=10_000, replace=False)
    units = np.sort(hashes[np.random.default_rng(len(among)).permutation(np.array(among))[:count]])[:size]
    ones = np.ones(len(units))
    return Seen(units, (units % 10).astype(np.float32), ones, ones, count)


def test_samples_of_images_tell_the_share_that_tests_have_in_common() -> None:
    """Of two tests the smallest hashes reach differently far, so that few of the samples are comparable."""
    whole, tenth = sample(5_000, among=range(5_000)), sample(500, among=range(5_000), size=500)
    assert is_look(whole, sample(5_000, among=range(5_000)))
    assert is_look(tenth, whole), "all its images are in the other"
    assert is_look(whole, tenth), "a tenth of its images are in the other"
    assert not is_look(whole, sample(5_000, among=range(5_000, 10_000)))


def test_looks_make_p_larger_and_spoil_a_claim() -> None:
    found = looks(HERE, [of(1), of(2)], kind="prices")
    spoilt, kept = looked(found, 0.004), looked(found, 0.003)
    assert (spoilt.earlier, spoilt.adjusted_p, spoilt.spoil) == (2, 0.012, True)
    assert kept.adjusted_p == pytest.approx(0.009)
    assert not kept.spoil
    assert not looked(NO_LOOKS, 0.009).spoil
    assert not looked(found, 0.2).spoil, "what is no claim cannot be spoilt"


def test_what_is_said_of_looks() -> None:
    one, two = (looked(looks(HERE, [of(1), of(2)][:count], kind="prices"), 0.004) for count in (1, 2))
    assert looked(NO_LOOKS, 0.004).remark("These days") == ""
    remark = " These days were looked at once before; adjusted for that, the test of skill has p = 0.008."
    assert one.remark("These days") == remark
    assert two.doubt("these days") == (
        "these days were looked at 2 times before, and of the best of so many looks it takes more to rule out chance "
        "(adjusted p = 0.012; a claim needs p < 0.01)"
    )


def test_all_configurations_are_tested_together_this_one_first() -> None:
    found = looks(HERE, [of(1), of(2)], kind="prices")
    told = looked_together(found, 0.2, loss=HERE.loss, benchmark=HERE.benchmark_loss, horizon=1, seed=3)
    every, unit = [HERE, seen(model=1), seen(model=2)], HERE.benchmark_loss.mean()
    expected = many_tested(np.array([one.loss for one in every]) / unit, HERE.benchmark_loss / unit, horizon=1, seed=3)
    assert told.together == expected
    assert looked_together(NO_LOOKS, 0.2, loss=HERE.loss, benchmark=HERE.loss, horizon=1, seed=3).together is None
    assert told.as_dict(["torn"]) == {
        "earlier": 2, "adjusted_p": pytest.approx(0.6), "together": expected.as_dict(), "problems": ["torn"],
    }  # fmt: skip


def test_a_run_that_looked_again_counts_its_study_once() -> None:
    openings = tuple(opening(run=run, trials=trials) for run, trials in (("/a", 20), ("/a", 40), ("/b", 7)))
    found = looked(Looks(openings), 0.5)
    assert (found.earlier, found.trials_beside("/c"), found.trials_beside("/a")) == (3, 47, 7)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_tests_that_one_opening_looked_at_are_one_in_any_order(order: tuple[int, ...]) -> None:
    """Two short sealed tests that have nothing in common, and a long one over both."""
    made = [
        opening(seen(first=18_000, days=500)),
        opening(seen(days=60, model=1)),
        opening(seen(first=18_440, days=60, model=2)),
    ]
    (test,) = looked_at_often([made[place] for place in order])
    assert len(test.openings) == 3
