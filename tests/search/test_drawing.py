"""Which trials were drawn at random: against the samplers themselves."""

import pytest

from tunewright.core.space import Integer, Real, Space
from tunewright.search.course import Course
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers.drawing import drawn_at_random
from tunewright.search.samplers.making import make_sampler
from tunewright.search.samplers.proposing import propose_next

SPACE = Space({"a": Real(0.0, 1.0), "b": Integer(1, 100)})


def study(sampler: str, *, startup: int, lag: int, count: int = 14) -> list[TrialRecord]:
    """Complete trials whose score is `a`, one after another."""
    records: list[TrialRecord] = []
    made = make_sampler(sampler, startup=startup, seed=1)
    for number in range(count):
        params = propose_next(made, SPACE, Course(records, lag), seed=1000 + number).params
        assert params is not None
        records.append(TrialRecord(number, State.COMPLETE, params, score=float(params["a"])))
    return records


@pytest.mark.parametrize("sampler", ["tpe", "cmaes"])
@pytest.mark.parametrize(("startup", "lag"), [(4, 4), (3, 1), (1, 2)])
def test_random_trials_are_those_that_no_result_told_on(sampler: str, startup: int, lag: int) -> None:
    seen = study(sampler, startup=startup, lag=lag)
    blind = study(sampler, startup=1000, lag=lag)
    same = [one.number for one, other in zip(seen, blind, strict=True) if one.params == other.params]
    assert same == [one.number for one in drawn_at_random(sampler, seen, given=0, startup=startup, lag=lag)]
    assert same == list(range(startup + lag - 1))


def test_given_configurations_are_no_random_ones_and_some_samplers_draw_none() -> None:
    records = [TrialRecord(number, State.COMPLETE, {"a": 0.5, "b": 1}, score=0.5) for number in range(9)]
    found = drawn_at_random("tpe", records, given=2, startup=4, lag=2)
    assert [one.number for one in found] == [2, 3, 4]
    found = drawn_at_random("random", records, given=2, startup=4, lag=2)
    assert [one.number for one in found] == [2, 3, 4, 5, 6, 7, 8]
    assert drawn_at_random("gp", records, given=0, startup=1, lag=1) == tuple(records[:1])
    assert drawn_at_random("grid", records, given=0, startup=4, lag=2) == ()
    assert drawn_at_random("qmc", records, given=0, startup=4, lag=2) == ()
