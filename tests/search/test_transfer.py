"""What earlier studies tell of a new space: on one scale, in the space, complementary; and a sampler that knows it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tunewright.core.space import Choice, Integer, Params, Real, Space
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers.making import make_sampler
from tunewright.search.samplers.start import StartingWith
from tunewright.search.samplers.testing import SPACES, check_sampler
from tunewright.search.transfer.background import Background
from tunewright.search.transfer.earlier import Earlier, Expectation, Tried, standings, weighed
from tunewright.search.transfer.informed import Informed, counts, trust
from tunewright.search.transfer.mapping import fitted_to
from tunewright.search.transfer.portfolio import portfolio

SPACE = Space({"units": Integer(8, 64), "rate": Real(1e-4, 1e-1, log=True)})
scores = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)


def complete(number: int, params: Params, score: float) -> TrialRecord:
    return TrialRecord(number, State.COMPLETE, params, score, (score,))


def drawn(space: Space, count: int, *, seed: int = 0) -> list[Params]:
    sampler = make_sampler("random", startup=1, seed=0)
    found = [sampler.propose(space, [], seed=1000 * seed + number) for number in range(count)]
    return [one for one in found if one is not None]


def study(space: Space, name: str = "one", *, count: int = 12, seed: int = 0) -> Earlier:
    rng = np.random.default_rng(seed)
    return Earlier(name, tuple(Tried(one, float(rng.normal())) for one in drawn(space, count, seed=seed)))


@given(scores)
def test_standings_know_the_order_and_nothing_of_the_scale(values: list[float]) -> None:
    found = standings(values)
    assert np.array_equal(np.argsort(np.argsort(found)), np.argsort(np.argsort(values))) or len(set(values)) < len(
        values
    )
    for one, other in zip(range(len(values)), range(1, len(values)), strict=False):
        assert (values[one] < values[other]) == (found[one] < found[other])
    assert standings([one / 2 for one in values]) == found or any(abs(one) < 1e-300 for one in values)
    assert sum(found) == pytest.approx(0, abs=1e-6) or len(set(values)) < len(values)


@settings(deadline=None)
@given(st.sampled_from(sorted(SPACES)), st.sampled_from(sorted(SPACES)), st.integers(0, 9))
def test_trials_of_any_study_lie_in_the_new_space(new: str, old: str, seed: int) -> None:
    space, other = SPACES[new], SPACES[old]
    records = [complete(number, one, float(number)) for number, one in enumerate(drawn(other, 10, seed=seed))]
    found = fitted_to(space, records, tuned=other.parameters, background=Background())
    assert all(one.params in space for one in found.trials)
    assert set(found.shared) == space.parameters.keys() & other.parameters.keys()
    assert set(found.unknown) == space.parameters.keys() - other.parameters.keys()
    assert len(found.trials) + found.outside == (len(records) if found.shared else 0)
    if new == old:
        assert [one.params for one in found.trials] == [one.params for one in records]


def test_what_a_study_held_is_taken_and_what_lies_outside_is_left_out() -> None:
    tuned = [{"units": units} for units in (16, 32, 128)]
    records = [
        complete(number, one, score) for number, (one, score) in enumerate(zip(tuned, (3.0, 1.0, 2.0), strict=True))
    ]
    found = fitted_to(SPACE, records, tuned=["units"], background=Background(lambda params: {"rate": 0.01, "units": 8}))
    assert [one.params for one in found.trials] == [{"units": 16, "rate": 0.01}, {"units": 32, "rate": 0.01}]
    assert [one.standing for one in found.trials] == [standings([3.0, 1.0, 2.0])[at] for at in (0, 1)]
    assert (dict(found.held), found.unknown, found.outside) == ({"rate": (0.01,)}, (), 1)
    too_high = fitted_to(SPACE, records, tuned=["units"], background=Background(lambda params: {"rate": 3.0}))
    assert too_high.unknown == ("rate",)
    assert len({one.params["rate"] for one in too_high.trials}) == 2, "drawn for each"


def test_pruned_trials_count_with_where_they_were_heading_and_failed_ones_do_not() -> None:
    from tunewright.search.records import Report

    reports = (Report(0, 1, 5.0), Report(0, 2, 1.0))
    leader = TrialRecord(0, State.COMPLETE, {"units": 8}, 1.0, (1.0,), reports=reports)
    pruned = TrialRecord(1, State.PRUNED, {"units": 16}, reports=(Report(0, 1, 9.0),))
    failed = TrialRecord(2, State.FAILED, {"units": 32})
    found = fitted_to(
        SPACE, [leader, pruned, failed], tuned=["units"], background=Background(lambda params: {"rate": 0.01})
    )
    assert [one.params["units"] for one in found.trials] == [8, 16]
    assert found.trials[0].standing < found.trials[1].standing


def test_a_portfolio_is_of_configurations_that_complement_one_another() -> None:
    """Two studies want opposite ends, and a third of the trials between them is fair in both."""
    space = Space({"x": Real(0.0, 1.0)})
    places = [number / 20 for number in range(21)]
    left, right = (standings([abs(place - best) for place in places]) for best in (0.0, 1.0))
    studies = [
        Earlier(name, tuple(Tried({"x": place}, one) for place, one in zip(places, found, strict=True)))
        for name, found in (("left", left), ("right", right))
    ]
    chosen = [float(one["x"]) for one in portfolio(space, studies, 4)]
    assert len(chosen) == 4
    assert min(chosen[:2]) < 0.25, "one that is good in the first study"
    assert max(chosen[:2]) > 0.75, "and one that is good in the other"
    assert portfolio(space, studies, 4) == portfolio(space, studies, 4)
    assert portfolio(space, [], 4) == ()
    assert len(portfolio(space, studies, 1000)) <= 21


@pytest.mark.parametrize("name", ["tpe"])
def test_a_sampler_that_is_informed_keeps_its_promises(name: str) -> None:
    for space in SPACES.values():
        studies = (study(space), study(space, "two", seed=1))
        check_sampler(
            lambda seed, of=space, known=studies: Informed(of, known, make_sampler(name, startup=4, seed=seed)),  # type: ignore[misc]
            [space],
            trials=12,
        )


def bowl(params: Params, *, at: float) -> float:
    return sum((float(value) - at) ** 2 for name, value in params.items() if name != "kind") + 0.3 * (
        params["kind"] != "a"
    )


def lowest(known: tuple[Earlier, ...], *, seed: int, trials: int = 10) -> float:
    """As a run with [transfer] has it: a portfolio, and then the sampler that knows."""
    sampler = make_sampler("tpe", startup=4, seed=seed)
    first = portfolio(BOWL, known, trials // 4)
    asked = StartingWith(first, Informed(BOWL, known, sampler)) if known else sampler
    records: list[TrialRecord] = []
    for number in range(trials):
        params = asked.propose(BOWL, records, seed=100 * seed + number)
        assert params is not None
        records.append(complete(number, params, bowl(params, at=0.7)))
    return min(one.score for one in records if one.score is not None)


BOWL = Space({**{name: Real(0.0, 1.0) for name in ("x", "y", "z")}, "kind": Choice(("a", "b", "c"))})


def test_a_study_of_the_like_makes_a_search_quicker_and_one_that_misleads_hardly_slower() -> None:
    known = []
    for seed in range(2):
        tried = drawn(BOWL, 40, seed=seed)
        known.append(Earlier("like", tuple(map(Tried, tried, standings([bowl(one, at=0.65) for one in tried])))))
    tried = drawn(BOWL, 40, seed=9)
    other = Earlier("other", tuple(map(Tried, tried, standings([bowl(one, at=0.1) for one in tried]))))
    assert all(Expectation(BOWL, one).word > 0.8 for one in known)

    def median(*studies: Earlier, trials: int) -> float:
        return float(np.median([lowest(studies, seed=seed, trials=trials) for seed in range(8)]))

    assert median(*known, trials=10) < 0.5 * median(trials=10)
    assert median(other, trials=20) < 1.5 * median(trials=15), "what it costs are the five trials of its portfolio"


def test_a_study_of_noise_is_told_from_one_that_learnt_something() -> None:
    found = [Expectation(BOWL, study(BOWL, count=40, seed=seed)).word for seed in range(20)]
    assert np.mean(found) < 0.25, "what chance has"
    assert Expectation(BOWL, study(BOWL, count=4)).word == 0, "too few to tell"


def with_scores(*tuned: Params) -> list[TrialRecord]:
    return [complete(number, one, float(number)) for number, one in enumerate(tuned)]


def test_trials_of_another_model_are_left_out_and_do_not_rank() -> None:
    records = with_scores(
        {"family": "ridge"},
        {"family": "lstm", "units": 16},
        {"family": "ridge"},
        {"family": "nlinear"},
        {"family": "lstm", "units": 8},
    )
    background = Background(
        lambda params: {"rate": 0.01},
        lambda params: "" if params["family"] == "lstm" else f"family = {params['family']!r}",
        {"family": "lstm"},
    )
    found = fitted_to(SPACE, records, tuned=["family", "units"], background=background)
    assert [one.params for one in found.trials] == [{"units": 16, "rate": 0.01}, {"units": 8, "rate": 0.01}]
    assert [one.standing for one in found.trials] == standings([1.0, 4.0])
    assert dict(found.others) == {"family = 'ridge'": 2, "family = 'nlinear'": 1}
    assert (found.outside, found.varied) == (0, ())


def test_what_did_not_apply_in_a_trial_is_not_known_of_it() -> None:
    records = with_scores({"units": 16, "rate": 0.01}, {"units": 8}, {"units": 9})
    found = fitted_to(SPACE, records, tuned=["units", "rate"], background=Background())
    assert len(found.trials) == 3
    assert (dict(found.partly), found.unknown) == ({"rate": 2}, ())


def test_what_varied_there_and_is_fixed_here_is_told() -> None:
    def varied(*values: int, here: Params) -> tuple[str, ...]:
        records = with_scores(*({"units": 8 + value, "size": value} for value in values))
        background = Background(lambda params: {"rate": 0.01}, here=here)
        return fitted_to(SPACE, records, tuned=["units", "size"], background=background).varied

    assert varied(1, 2, here={"size": 1}) == varied(1, 2, here={}) == varied(2, 2, here={"size": 1}) == ("size",)
    assert varied(1, 1, here={"size": 1}) == varied(1, here={}) == ()


def test_where_parameters_stood_is_judged_trial_by_trial() -> None:
    """`units_2` applies with two layers, and followed `units` there."""
    space = Space({"layers": Choice((1, 2)), "units_2": Integer(8, 64)}, {"units_2": {"layers": (2,)}})
    records = with_scores({"layers": 2, "units": 8}, {"layers": 1, "units": 9}, {"layers": 2, "units": 70})
    background = Background(lambda params: {"units_2": params["units"]})
    found = fitted_to(space, records, tuned=["layers", "units"], background=background)
    assert [one.params for one in found.trials][:2] == [{"layers": 2, "units_2": 8}, {"layers": 1}]
    assert found.trials[2].params in space, "drawn, as 70 is none of its values"
    assert (dict(found.held), dict(found.partly), found.unknown) == ({"units_2": (8, 9)}, {"units_2": 1}, ())


def test_runs_of_noise_beside_a_good_one_hardly_count() -> None:
    tried, own = drawn(BOWL, 40), drawn(BOWL, 20, seed=79)
    good = Earlier("good", tuple(map(Tried, tried, standings([bowl(one, at=0.65) for one in tried]))))
    known = (good, *(study(BOWL, f"noise {seed}", count=40, seed=100 + seed) for seed in range(9)))
    expectations = [Expectation(BOWL, one) for one in known]
    expected = weighed(expectations, [one.of(own) for one in expectations])
    assert trust(expected, [bowl(one, at=0.7) for one in own]) == 1
    first = portfolio(BOWL, known, 4)
    assert np.mean([bowl(one, at=0.65) for one in first]) < 0.42, "0.48 where all count alike"
    assert first == portfolio(BOWL, known, 4)
    shown = counts(BOWL, known)
    assert shown[0] > sum(shown) / 3
    assert sum(shown) <= 100


def test_where_no_run_has_a_word_all_count_alike() -> None:
    known = [study(BOWL, count=4, seed=seed) for seed in range(3)]
    expectations = [Expectation(BOWL, one) for one in known]
    found = np.arange(6.0).reshape(3, 2)
    np.testing.assert_allclose(weighed(expectations, found), found.mean(0))
    assert len(portfolio(BOWL, known, 2)) == 2
    assert counts(BOWL, known) == [0, 0, 0]
