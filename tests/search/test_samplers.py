"""Samplers: what all of them keep, the grid with failures under any lag, CMA-ES and `auto`."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tunewright.core.errors import ConfigError
from tunewright.core.space import Choice, Integer, Params, Real, Space, Value
from tunewright.search.course import Course
from tunewright.search.records import Report, State, TrialRecord
from tunewright.search.samplers.choosing import check_fits, choose
from tunewright.search.samplers.cube import from_unit, to_unit
from tunewright.search.samplers.grid import TRIES, GridSampler
from tunewright.search.samplers.making import SAMPLERS, make_sampler
from tunewright.search.samplers.proposing import Proposal, Sampler, propose_next
from tunewright.search.samplers.shown import tempered, with_forecasts
from tunewright.search.samplers.testing import SPACES, check_sampler
from tunewright.search.schedule import visible

NUMBERS = Space({"x": Real(0.0, 1.0), "y": Real(1e-4, 1.0, log=True), "n": Integer(1, 9)})


def maker(name: str) -> Callable[[int], Sampler]:
    return lambda seed: make_sampler(name, startup=2, seed=seed)


@pytest.mark.parametrize("name", [name for name in SAMPLERS if name not in ("grid", "gp")])
def test_a_sampler_keeps_its_promises(name: str) -> None:
    check_sampler(maker(name))


def test_the_gaussian_process_keeps_its_promises() -> None:
    check_sampler(maker("gp"), trials=7)


def test_the_grid_keeps_its_promises() -> None:
    check_sampler(maker("grid"), [SPACES["steps"], SPACES["conditions"]])


class Fixed:
    """Breaks what a sampler promises: one proposal, for every seed."""

    def __init__(self, params: dict[str, Value] | None) -> None:
        self.params = params

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        return self.params


class Counting:
    def __init__(self) -> None:
        self.count = 0

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        self.count += 1
        return {"x": self.count / 1e6, "y": 0.5, "n": 1}


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda seed: Fixed({"x": 0.5, "y": 0.5, "n": 1}), "another seed gives another search"),
        (lambda seed: Fixed({"x": 2.0, "y": 0.5, "n": 1}), "a proposal is in the space"),
        (lambda seed: Counting(), "one answer to one question"),
    ],
)
def test_a_broken_sampler_is_found_out(make: Callable[[int], Sampler], problem: str) -> None:
    with pytest.raises(AssertionError, match=problem):
        check_sampler(make, [NUMBERS], trials=4)


def test_a_sampler_that_ends_too_early_is_found_out() -> None:
    with pytest.raises(AssertionError, match="a space is exhausted when its whole grid was proposed"):
        check_sampler(lambda seed: Fixed(None), [SPACES["steps"]])


SMALL_GRIDS = st.builds(
    lambda sizes: Space({f"p{index}": Integer(1, size) for index, size in enumerate(sizes)}),
    st.lists(st.integers(1, 4), min_size=1, max_size=3),
) | st.just(SPACES["conditions"])


def key(params: Params) -> tuple[tuple[str, Value], ...]:
    return tuple(sorted(params.items()))


@settings(max_examples=60, deadline=None)
@given(space=SMALL_GRIDS, lag=st.integers(1, 12), rolls=st.randoms(use_true_random=False), rate=st.floats(0, 1))
def test_every_point_completes_once_or_fails_three_times(space: Space, lag: int, rolls: object, rate: float) -> None:
    records: list[TrialRecord] = []
    while (proposal := propose_next(GridSampler(), space, Course(records, lag), seed=0)).params is not None:
        fails = rolls.random() < rate  # type: ignore[attr-defined]
        state = State.FAILED if fails else State.COMPLETE
        records.append(TrialRecord(len(records), state, proposal.params, None if fails else 1.0))
        assert len(records) <= TRIES * space.grid_size()
    assert not proposal.wait
    complete = Counter(key(record.params) for record in records if record.state is State.COMPLETE)
    failed = Counter(key(record.params) for record in records if record.state is State.FAILED)
    for point in map(key, space.grid()):
        assert complete[point] == 1 or (complete[point] == 0 and failed[point] == TRIES)
    assert complete.keys() | failed.keys() == set(map(key, space.grid()))


def test_the_grid_waits_where_a_hidden_result_may_be_a_failure() -> None:
    space = Space({"n": Integer(1, 2)})
    done = TrialRecord(0, State.COMPLETE, {"n": 1}, 1.0)
    under_way = TrialRecord(1, State.RUNNING, {"n": 2})
    assert propose_next(GridSampler(), space, Course([done, under_way], 2), seed=0) == Proposal(None, wait=True)
    failed = TrialRecord(1, State.FAILED, {"n": 2})
    assert propose_next(GridSampler(), space, Course([done, failed], 2), seed=0) == Proposal({"n": 2})
    complete = TrialRecord(1, State.COMPLETE, {"n": 2}, 1.0)
    assert propose_next(GridSampler(), space, Course([done, complete], 2), seed=0) == Proposal(None)


@pytest.mark.parametrize(
    ("name", "space", "message"),
    [
        (
            "grid",
            Space({"a": Integer(1, 1000), "b": Real(0.0, 1.0, 1e-6)}),
            "the grid has 1,000,001,000 points, at most 100,000 can be searched one by one; take larger steps or "
            "fewer choices, or another sampler",
        ),
        (
            "grid",
            Space({"rate": Real(0.0, 1.0)}),
            "grid search cannot use 'rate': a range without a step has no finite grid; give it a step, or name its "
            "choices",
        ),
        (
            "cmaes",
            Space({"kind": Choice(("a", "b")), "n": Integer(1, 4)}),
            "sampler 'cmaes' needs two or more ranges of numbers without a condition, found n; use 'tpe'",
        ),
    ],
)
def test_a_sampler_that_does_not_fit_is_refused(name: str, space: Space, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_fits(name, space)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("space", "trials", "name", "reason"),
    [
        (SPACES["steps"], 18, "grid", "the grid has 18 points and is tried whole within 18 trials"),
        (SPACES["steps"], 17, "tpe", "TPE learns about choices that have no order (kind)"),
        (
            SPACES["conditions"],
            13,
            "tpe",
            "TPE learns about parameters that apply only sometimes (units_2, slope)",
        ),
        (NUMBERS, 50, "gp", "there are only numbers to tune, and up to 250 trials a Gaussian process learns most"),
        (NUMBERS, 251, "cmaes", "there are only numbers to tune, and more than 250 trials are enough for CMA-ES"),
        (
            Space({"x": Real(0.0, 1.0)}),
            251,
            "tpe",
            "more than 250 trials are too many for a Gaussian process, and CMA-ES is not for this space",
        ),
    ],
)
def test_auto_picks_by_space_and_trials(space: Space, trials: int, name: str, reason: str) -> None:
    assert choose(space, trials) == (name, reason)
    check_fits(name, space)


def search(
    name: str, space: Space, score: Callable[[Params], float], *, trials: int, lag: int = 8
) -> list[TrialRecord]:
    sampler, records = make_sampler(name, startup=4, seed=0), list[TrialRecord]()
    for number in range(trials):
        params = sampler.propose(space, visible(records, number, lag), seed=7919 * number)
        assert params is not None
        records.append(TrialRecord(number, State.COMPLETE, params, score(params)))
    return records


def bowl(params: Params) -> float:
    return sum((float(value) - 0.3) ** 2 for value in params.values())


@pytest.mark.parametrize(("name", "trials"), [("tpe", 60), ("cmaes", 150)])
def test_a_sampler_that_learns_beats_chance(name: str, trials: int) -> None:
    space = Space({f"x{index}": Real(-2.0, 2.0) for index in range(4)})
    last = search(name, space, bowl, trials=trials)[-20:]
    chance = search("random", space, bowl, trials=trials)[-20:]
    assert sum(bowl(record.params) for record in last) < 0.4 * sum(bowl(record.params) for record in chance)


@pytest.mark.parametrize(("name", "row"), [("gp", 4), ("tpe", 6)])
def test_samplers_leave_where_trials_fail(name: str, row: int) -> None:
    """Scores fall towards what fails, so the lowest that is expected lies there."""
    space, records = Space({"x": Real(0.0, 1.0), "y": Real(0.0, 1.0)}), list[TrialRecord]()
    for number in range(30):
        params = maker(name)(0).propose(space, records, seed=number)
        assert params is not None
        score = 1.0 - float(params["x"])
        if score < 0.4:
            records.append(TrialRecord(number, State.FAILED, params))
        else:
            records.append(TrialRecord(number, State.COMPLETE, params, score, (score,)))
    rows = [len(list(group)) for state, group in groupby(one.state for one in records) if state is State.FAILED]
    assert 0 < max(rows) < row, "many in a row would end the study"
    assert sum(rows) < 15
    assert min(one.score for one in records if one.score is not None) < 0.45


def test_a_huge_score_hides_the_others_from_no_gaussian_process() -> None:
    space = Space({"x": Real(0.0, 1.0), "y": Real(0.0, 1.0)})

    def cliff(params: Params) -> float:
        x, y = float(params["x"]), float(params["y"])
        return (x - 0.3) ** 2 + (y - 0.6) ** 2 + 1e9 * max(0.0, x - 0.6)

    sampler, records = make_sampler("gp", startup=4, seed=0), list[TrialRecord]()
    for number in range(28):
        params = sampler.propose(space, records, seed=1000 + number)
        assert params is not None
        records.append(TrialRecord(number, State.COMPLETE, params, cliff(params), (cliff(params),)))
    assert min(cliff(one.params) for one in records) < 1e-4, "0.02 where huge ones are shown as they are"


def test_scores_are_tempered_and_order_is_kept() -> None:
    scores = [1.0, 2.0, 3.0, 1e9, 1e12]
    records = [TrialRecord(number, State.COMPLETE, {}, score, (score,)) for number, score in enumerate(scores)]
    assert [one.score for one in tempered(records)] == [1.0, 2.0, 3.0, 7.0, 7.0]
    alike = [replace(one, score=min(2.0, one.score or 0.0)) for one in records[1:]]
    assert tempered(alike) == alike, "where half are as good as the best, nothing tells how bad is bad"


@pytest.mark.parametrize("constant", [0, 1])
def test_an_objective_that_is_the_same_everywhere_leads_nobody_astray(constant: int) -> None:
    space, records = Space({"x": Real(0.0, 1.0), "y": Real(0.0, 1.0)}), list[TrialRecord]()
    sampler = make_sampler("gp", startup=4, seed=0, objectives=2)
    for number in range(16):
        params = sampler.propose(space, records, seed=number)
        assert params is not None
        told = [(float(params["x"]) - 0.3) ** 2 + (float(params["y"]) - 0.6) ** 2] * 2
        told[constant] = 5.0
        records.append(TrialRecord(number, State.COMPLETE, params, told[0], (told[0],), cost=told[1]))
    other = [one.cost if constant == 0 else one.score for one in records]
    assert min(value for value in other if value is not None) < 0.002


def test_a_pruned_trial_is_forecast_no_better_than_the_best() -> None:
    """The best may have been slow to begin."""
    curve = (1.0, 0.9, 0.8, 0.1)
    reports = tuple(Report(0, epoch, value) for epoch, value in enumerate(curve, 1))
    best = TrialRecord(0, State.COMPLETE, {}, 0.1, (0.1,), reports=reports)
    pruned = TrialRecord(1, State.PRUNED, {}, reports=(Report(0, 1, 0.7), Report(0, 2, 0.5)))
    assert with_forecasts([best, pruned])[1].score == 0.1
    behind = replace(pruned, reports=(Report(0, 1, 1.5),))
    assert with_forecasts([best, behind])[1].score == pytest.approx(0.6)


@pytest.mark.parametrize("name", ["tpe", "gp"])
def test_learning_begins_when_the_startup_trials_are_in_sight(name: str) -> None:
    """What the scores are makes no difference to trials 0 to startup + lag - 2, and one to the next."""
    trials, lag = 4 + 3, 3
    one = search(name, NUMBERS, lambda params: float(params["x"]), trials=trials, lag=lag)
    other = search(name, NUMBERS, lambda params: -float(params["x"]), trials=trials, lag=lag)
    differ = [a.params != b.params for a, b in zip(one, other, strict=True)]
    assert differ == [False] * (trials - 1) + [True]


def test_qmc_fills_each_part_of_a_range() -> None:
    space = Space({"n": Integer(0, 15), "kind": Choice(("a", "b")), "x": Real(0.0, 1.0)})
    records = search("qmc", space, lambda params: 0.0, trials=16)
    assert sorted(int(record.params["n"]) for record in records) == list(range(16))
    assert sum(record.params["kind"] == "a" for record in records) == 8
    assert sorted(int(float(record.params["x"]) * 16) for record in records) == list(range(16))


def test_the_gaussian_process_leaves_the_threads_as_they_were() -> None:
    before = torch.get_num_threads()
    search("gp", NUMBERS, bowl, trials=6, lag=1)
    assert torch.get_num_threads() == before


@pytest.mark.parametrize(
    "parameter",
    [
        Real(0.0, 1.0),
        Real(1e-4, 1.0, log=True),
        Real(0.0, 0.6, 0.3),
        Real(0.0, 1.0, 1e-9),
        Integer(2, 8, 2),
        Integer(1, 64, log=True),
        Integer(0, 2**53),
    ],
)
def test_positions_go_back_to_their_values(parameter: Real | Integer) -> None:
    for position in (0.0, 0.2, 0.5, 0.999, 1.0):
        value = from_unit(parameter, position)
        assert value in parameter
        assert from_unit(parameter, to_unit(parameter, value)) == pytest.approx(value)


def test_a_trial_pruned_in_a_later_fold_is_the_better_one_however_few_rungs_it_told() -> None:
    """TPE takes pruned trials by how far they came. Twelve epochs of fold 1 are not as far as four of fold 2."""
    space = Space({"x": Real(0.0, 1.0)})
    early = tuple(Report(0, epoch, 0.1) for epoch in range(1, 13))
    late = tuple(Report(fold, epoch, 0.9) for fold, epoch in ((0, 4), (1, 4)))
    history = [
        TrialRecord(number, State.PRUNED, {"x": 0.1 if far else 0.9}, fold_scores=(0.9,) if far else (),
                    reports=late if far else early)
        for number, far in enumerate([True, False] * 10)
    ]  # fmt: skip
    sampler = make_sampler("tpe", startup=2, seed=0)
    proposed = [sampler.propose(space, history, seed=seed) for seed in range(20)]
    near = sum(float(params["x"]) < 0.5 for params in proposed if params is not None)
    assert near >= 15, proposed
