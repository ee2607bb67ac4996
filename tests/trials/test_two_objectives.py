"""Two objectives: the front, the samplers that know of it, and what is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tunewright as tw
from cli_helpers import refusal, results, run_well, write_tiny
from tunewright.core.errors import ConfigError
from tunewright.core.space import Integer, Real, Space
from tunewright.search.course import Settled
from tunewright.search.records import State, TrialRecord, best, fingerprint, pareto
from tunewright.search.samplers.choosing import check_fits, choose
from tunewright.search.samplers.making import make_sampler

SPACE = Space({"units": Integer(1, 64), "rate": Real(1e-4, 1e-1, log=True)})
TWO = ("--set", "search.second_objective=parameters", "--trials", "5")


def complete(number: int, score: float, cost: float) -> TrialRecord:
    return TrialRecord(number, State.COMPLETE, {"units": number + 1, "rate": 0.01}, score, (score,), cost=cost)


@given(points=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20))
def test_the_front_is_what_no_other_trial_beats(points: list[tuple[int, int]]) -> None:
    records = [complete(number, float(score), float(cost)) for number, (score, cost) in enumerate(points)]
    front = {(record.score, record.cost) for record in pareto(records)}
    beaten = {
        (score, cost)
        for score, cost in points
        if any(a <= score and b <= cost and (a, b) != (score, cost) for a, b in points)
    }
    assert front == set(points) - beaten
    assert len(pareto(records)) == len(front), "of equal trials the earliest stands for all"


@given(points=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=20))
def test_the_best_is_on_the_front(points: list[tuple[int, int]]) -> None:
    records = [complete(number, float(score), float(cost)) for number, (score, cost) in enumerate(points)]
    assert best(records) == Settled.of(records).leader == pareto(records)[0]


def test_a_lower_cost_at_the_best_score_is_an_improvement() -> None:
    found = tw.minimize(
        lambda params: (5.0, 100.0 - params["q"]),
        {"q": (1, 10)},
        sampler="grid",
        stop=tw.StopRules(no_improvement=3),
        lag=1,
    )
    assert (len(found.trials), found.params) == (10, {"q": 10})
    assert found.params in [trial.params for trial in found.pareto]


def test_the_cost_counts_in_the_fingerprint() -> None:
    assert fingerprint([complete(0, 1.0, 2.0)]) != fingerprint([complete(0, 1.0, 3.0)])


@pytest.mark.parametrize("name", ["tpe", "gp", "random", "qmc"])
def test_samplers_take_both_objectives_into_account(name: str) -> None:
    sampler = make_sampler(name, startup=3, seed=0, objectives=2)
    history = [complete(number, float(number % 4), float(10 - number)) for number in range(8)]
    shown = [*history, TrialRecord(8, State.FAILED, history[0].params)]
    params = sampler.propose(SPACE, shown, seed=1)
    assert params is not None
    assert params in SPACE
    assert params == sampler.propose(SPACE, shown, seed=1)


def test_cma_es_is_for_one_objective() -> None:
    with pytest.raises(ConfigError, match="sampler 'cmaes' knows one objective; with two use 'tpe' or 'gp'"):
        check_fits("cmaes", SPACE, objectives=2)
    assert choose(SPACE, 1000, objectives=2)[0] == "tpe"
    assert choose(SPACE, 1000)[0] == "cmaes"


@pytest.mark.usefixtures("unseen_here")
def test_a_run_with_two_objectives_shows_the_front(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_tiny(tmp_path)
    run_well("tune", "tiny.toml", "--out", "run", *TWO)
    study = results(Path("run"))["study"]
    assert study["pruner"] == "none"
    assert study["second_objective"] == "parameters"
    records = [complete(trial["number"], trial["score"], trial["cost"]) for trial in study["trials"]]
    assert study["pareto"] == [record.number for record in pareto(records)]
    leader = best(records)
    assert leader is not None
    assert study["best"]["number"] == leader.number
    assert Path("run/figures/pareto.png").exists()


def test_pruning_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_tiny(tmp_path)
    assert refusal("tune", "tiny.toml", *TWO, "--set", "pruner.name=median") == (
        "tiny.toml: pruner.name = 'median' cannot judge two objectives, as a rung tells of the first alone; "
        "take search.second_objective out, or set pruner.name = 'none'"
    )
