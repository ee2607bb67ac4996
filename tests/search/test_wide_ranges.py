"""Ranges of very many values: none of them is written down value by value."""

import time
from pathlib import Path

import pytest

import tunewright as tw
from tunewright.core.errors import ConfigError
from tunewright.core.space import Integer, Real, Space
from tunewright.search.importance import importances
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers.choosing import choose
from tunewright.search.samplers.grid import check_grid
from tunewright.search.samplers.making import make_sampler
from tunewright.search.samplers.smooth import GP_VALUES, exact, smooth
from tunewright.search.samplers.with_optuna import regret_bound
from tunewright.search.schedule import visible

WIDE = Space(
    {
        "n": Integer(0, 2**53),
        "even": Integer(-(10**9), 10**9, 2),
        "size": Integer(1, 10**12, log=True),
        "x": Real(0.0, 1.0, 1e-9),
        "few": Integer(0, 9),
    }
)


def search(name: str, *, trials: int) -> list[TrialRecord]:
    sampler, records = make_sampler(name, startup=4, seed=0), list[TrialRecord]()
    for number in range(trials):
        params = sampler.propose(WIDE, visible(records, number, 4), seed=7919 * number)
        assert params is not None
        score = float(params["x"]) + float(params["few"])
        records.append(TrialRecord(number, State.COMPLETE, params, score, (score,)))
    return records


@pytest.mark.parametrize("name", ["random", "qmc", "tpe", "gp", "cmaes"])
def test_ranges_of_very_many_values_cost_no_more_than_others(name: str) -> None:
    """Not one list of them is made: any would take more memory than there is."""
    began = time.process_time()
    records = search(name, trials=12)
    assert time.process_time() - began < 10
    assert all(record.params in WIDE for record in records)
    for parameter in ("n", "even", "size", "x"):
        assert len({record.params[parameter] for record in records}) > 6


def test_few_values_are_told_one_by_one() -> None:
    space = Space({"few": Integer(0, 9999), "many": Integer(0, 10_000), "rate": Real(0.0, 1.0, 1e-5)})
    seen = smooth(space, GP_VALUES)
    few, many, rate = space.parameters.values()
    assert seen.parameters["few"] is few
    assert seen.parameters["many"] == Real(-0.5, 10_000.5)
    for drawn, value in ((-0.5, 0), (0.4, 0), (0.6, 1), (9999.6, 10_000), (10_000.5, 10_000)):
        assert exact(many, drawn, seen=seen.parameters["many"]) == value
    assert exact(rate, 0.123456, seen=seen.parameters["rate"]) == 0.12346
    assert exact(few, 3, seen=few) == 3


def test_such_a_space_is_no_grid() -> None:
    assert [choose(WIDE, trials)[0] for trials in (100, 1000)] == ["gp", "cmaes"]
    with pytest.raises(ConfigError, match="points, at most 100,000 can be searched one by one"):
        check_grid(Space({"n": WIDE.parameters["n"]}))


def test_whole_numbers_that_floats_do_not_tell_apart_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"x: whole numbers must lie between .*, found 0\.\.10{20};"):
        tw.minimize(lambda params: 1.0, {"x": (0, 10**20)})


def test_the_rule_of_regret_knows_ranges_of_very_many_values() -> None:
    assert regret_bound(search("random", trials=20), WIDE) > 0


def test_steps_of_any_fineness_are_kept_and_judged(tmp_path: Path) -> None:
    """Optuna checks what it stores and judges, to 1e-8 of a step."""
    space = {"far": Real(1e6, 1e6 + 1, 1e-4), "fine": Real(0.0, 1.0, 1e-12), "even": Real(0.0, 1.0, 1e-9)}
    for sampler in ("random", "tpe", "gp"):
        found = tw.minimize(
            lambda params: params["fine"] + params["far"],
            space,
            trials=12,
            sampler=sampler,
            storage=tmp_path / f"{sampler}.db",
        )
        assert all(trial.params in Space(space) for trial in found.trials)
        assert importances(found.trials, Space(space)).keys() == {"ped_anova", "fanova"}
