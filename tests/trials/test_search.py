"""Schedule, samplers, the study on disk, and a search that is a pure function of its seed."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tunewright.core.errors import RunFolderError, StudyFailure, TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Choice, Integer, Params, Real, Space
from tunewright.prices.experiment.objective import FoldResult
from tunewright.search.records import State, TrialRecord, best, fingerprint
from tunewright.search.samplers.making import SAMPLERS
from tunewright.search.schedule import visible
from tunewright.search.storage import sqlite_url
from tunewright.search.study import StudyStore
from tunewright.trials.executors import SerialExecutor
from tunewright.trials.rungs import Rungs
from tunewright.trials.search import Plan, run_search

SPACE = Space(
    {
        "units": Integer(16, 64, 16),
        "rate": Real(1e-4, 1e-1, log=True),
        "dropout": Real(0.0, 0.5, 0.1),
        "optimizer": Choice(("adam", "sgd")),
    }
)
GRID = Space({"units": Integer(1, 3), "optimizer": Choice(("adam", "sgd"))})
FOLDS = 3


def plan(sampler: str = "tpe", *, trials: int = 14, lag: int = 3, seed: int = 0) -> Plan:
    space = GRID if sampler == "grid" else SPACE
    return Plan(space, SAMPLERS[sampler](4), trials, lag, SeedTree(seed))


@dataclass(frozen=True)
class Given:
    """An objective that is a plain function."""

    function: Callable[[Params, int, SeedTree], FoldResult]
    folds: int = FOLDS

    def __call__(self, params: Params, fold: int, *, seeds: SeedTree, rungs: Rungs) -> FoldResult:
        return self.function(params, fold, seeds)


def objective(params: Params, fold: int, seeds: SeedTree) -> FoldResult:
    """A bowl with noise from the trial's own stream."""
    noise = seeds.integer("noise", bits=20) / 2**20
    score = (float(params["units"]) - 40) ** 2 / 1000 + 0.1 * fold + 0.01 * noise
    return FoldResult(score, (score + 1, score), (score + 1, score), best_epoch=1, cost=None, forecasts=np.zeros(1))


def store(path: Path, space: Space = SPACE) -> StudyStore:
    return StudyStore(sqlite_url(path), name="study", space=space)


def run(
    opened: StudyStore, chosen: Plan, function: Callable[[Params, int, SeedTree], FoldResult]
) -> Sequence[TrialRecord]:
    return run_search(opened, chosen, SerialExecutor(Given(function)), watch=lambda records: None).records


def search(path: Path, chosen: Plan) -> Sequence[TrialRecord]:
    return run(store(path, chosen.space), chosen, objective)


def record(number: int, *, state: State = State.COMPLETE, score: float | None = 1.0) -> TrialRecord:
    params: Params = {"units": 16, "rate": 0.01, "dropout": 0.1, "optimizer": "adam"}
    return TrialRecord(number, state, params, score, () if score is None else (score,))


@given(number=st.integers(0, 40), lag=st.integers(1, 12), extra=st.integers(0, 5))
def test_a_proposal_sees_what_is_old_enough(number: int, lag: int, extra: int) -> None:
    records = [record(index, score=float(index)) for index in range(number + extra)]
    seen = visible(records, number, lag)
    assert [trial.number for trial in seen] == list(range(number))
    for trial in seen:
        assert trial.finished == (trial.number <= number - lag)
        assert (trial.score is not None) == trial.finished


def test_a_proposal_waits_for_no_one_within_the_lag() -> None:
    records = [record(0), record(1, state=State.RUNNING, score=None), record(2, state=State.RUNNING, score=None)]
    assert len(visible(records, 3, lag=3)) == 3
    with pytest.raises(ValueError, match="trial 3 needs the result of trial 1, which is still running"):
        visible(records, 3, lag=2)
    with pytest.raises(ValueError, match=r"proposed from trials 0 \.\. 2, found 2"):
        visible(records[:2], 3, lag=2)


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_sampler_is_a_pure_function_into_the_space(name: str) -> None:
    space = GRID if name == "grid" else SPACE
    sampler = SAMPLERS[name](2)
    history: list[TrialRecord] = []
    for number in range(6):
        seen = visible(history, number, 2)
        params = sampler.propose(space, seen, seed=number)
        assert params == SAMPLERS[name](2).propose(space, seen, seed=number)
        assert params is not None
        assert params in space
        assert name == "grid" or params["dropout"] in {0.0, 0.1, 0.2, 0.3, 0.4, 0.5}
        history.append(TrialRecord(number, State.COMPLETE, params, float(number % 3), (0.0,)))
    if name != "grid":
        assert sampler.propose(space, history, seed=1) != sampler.propose(space, history, seed=2)


def test_the_grid_ends_when_every_point_was_tried(tmp_path: Path) -> None:
    records = search(tmp_path / "study.db", plan("grid", trials=100))
    assert [trial.params for trial in records] == list(GRID.grid())


@pytest.mark.parametrize("name", SAMPLERS)
def test_the_same_seed_gives_the_same_study(name: str, tmp_path: Path) -> None:
    trials = {"grid": 6, "gp": 8}.get(name, 10)
    runs = [search(tmp_path / f"{index}.db", plan(name, trials=trials)) for index in range(2)]
    assert fingerprint(runs[0]) == fingerprint(runs[1])
    if name != "grid":
        assert fingerprint(runs[0]) != fingerprint(search(tmp_path / "other.db", plan(name, trials=trials, seed=1)))


def test_the_fingerprint_tells_every_difference_that_counts() -> None:
    one = TrialRecord(0, State.COMPLETE, {"a": 1}, 0.5, (0.4, 0.6), seconds=1.0)
    variants = [
        TrialRecord(0, State.COMPLETE, {"a": 2}, 0.5, (0.4, 0.6)),
        TrialRecord(0, State.COMPLETE, {"a": 1}, 0.5000000000000001, (0.4, 0.6)),
        TrialRecord(0, State.COMPLETE, {"a": 1}, 0.5, (0.6, 0.4)),
        TrialRecord(0, State.FAILED, {"a": 1}, None, (0.4, 0.6)),
        TrialRecord(1, State.COMPLETE, {"a": 1}, 0.5, (0.4, 0.6)),
    ]
    prints = {fingerprint([variant]) for variant in variants}
    assert len(prints) == len(variants)
    assert fingerprint([one]) not in prints
    same = TrialRecord(0, State.COMPLETE, {"a": 1}, 0.5, (0.4, 0.6), seconds=9.0)
    assert fingerprint([one]) == fingerprint([same, TrialRecord(1, State.RUNNING, {"a": 1})])


def test_the_study_on_disk_gives_the_same_records_back(tmp_path: Path) -> None:
    records = search(tmp_path / "study.db", plan())
    assert store(tmp_path / "study.db").records() == tuple(records)


def test_optuna_reads_the_study(tmp_path: Path) -> None:
    records = search(tmp_path / "study.db", plan())
    study = optuna.load_study(study_name="study", storage=sqlite_url(tmp_path / "study.db"))
    leader = best(records)
    assert leader is not None
    assert study.best_value == leader.score
    assert [trial.params for trial in study.trials] == [dict(trial.params) for trial in records]
    assert [len(trial.intermediate_values) for trial in study.trials] == [FOLDS] * len(records)


@pytest.mark.parametrize("stop_at", [0, 1, 2, 3, 7, 17, 29, 41])
def test_a_stopped_search_goes_on_as_if_it_never_had(stop_at: int, tmp_path: Path) -> None:
    calls = itertools.count()
    trained: list[tuple[object, int]] = []

    def stopping(params: Params, fold: int, seeds: SeedTree) -> FoldResult:
        if next(calls) == stop_at:
            raise KeyboardInterrupt
        trained.append((seeds, fold))
        return objective(params, fold, seeds)

    chosen = plan()
    with pytest.raises(KeyboardInterrupt):
        run(store(tmp_path / "study.db"), chosen, stopping)
    records = run(store(tmp_path / "study.db"), chosen, stopping)
    assert fingerprint(records) == fingerprint(search(tmp_path / "undisturbed.db", chosen))
    assert len(trained) == len(set(trained)) == chosen.trials * FOLDS, "no fold lost, none trained twice"


def test_trials_are_counted_over_the_whole_study(tmp_path: Path) -> None:
    search(tmp_path / "study.db", plan(trials=5))
    assert len(search(tmp_path / "study.db", plan(trials=5))) == 5
    longer = search(tmp_path / "study.db", plan(trials=9))
    assert fingerprint(longer) == fingerprint(search(tmp_path / "once.db", plan(trials=9)))


def failing(when: Sequence[int]) -> Callable[[Params, int, SeedTree], FoldResult]:
    def fail(params: Params, fold: int, seeds: SeedTree) -> FoldResult:
        if seeds.path[1] in when and fold == 1:
            raise TrialFailure("the training diverged")
        return objective(params, fold, seeds)

    return fail


def test_a_failed_trial_is_recorded_and_replaced(tmp_path: Path) -> None:
    opened = store(tmp_path / "study.db")
    records = run(opened, plan(trials=6), failing([1, 4]))
    assert [trial.number for trial in records if trial.state is State.FAILED] == [1, 4]
    assert sum(trial.state is State.COMPLETE for trial in records) == 6
    assert records[1].reason == "the training diverged"
    assert records[1].score is None
    assert opened.records() == tuple(records)


@pytest.mark.parametrize(("good", "row"), [(0, 5), (2, 7)])
def test_failures_in_a_row_stop_the_study(tmp_path: Path, good: int, row: int) -> None:
    """After two good trials the rate is reckoned as 1 in 4."""
    opened = store(tmp_path / "study.db")
    with pytest.raises(StudyFailure, match=f"{row} trials in a row failed, the last with: the training diverged"):
        run(opened, plan(), failing(range(good, 99)))
    assert len(opened.records()) == good + row + 2, "two trials began before the last of the row was in sight"
    with pytest.raises(StudyFailure, match=f"{row} trials in a row failed"):
        run(store(tmp_path / "study.db"), plan(), objective)
    assert len(opened.records()) == good + row + 2, "resumed, it fails at the same place"


def test_a_study_belongs_to_one_experiment(tmp_path: Path) -> None:
    store(tmp_path / "study.db").claim({"seed": 1})
    store(tmp_path / "study.db").claim({"seed": 1})
    with pytest.raises(RunFolderError, match="this study belongs to another experiment"):
        store(tmp_path / "study.db").claim({"seed": 2})


def test_openings_that_were_told_of_are_counted_for_good(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    assert store(path).record_opening("noon") == 1
    assert store(path).record_opening("again") == 1, "whoever opened it at noon ended before anybody saw a result"
    store(path).mark_shown()
    assert store(path).record_opening("later") == 2
    assert store(path).openings() == ["again", "later"]


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "study.db").write_text("this is text, long enough to be looked at" * 50)
    with pytest.raises(RunFolderError, match="cannot be opened: file is not a database"):
        store(tmp_path / "study.db")


@pytest.mark.parametrize("sampler", ["tpe", "random"])
def test_a_space_smaller_than_five_configurations_fails_too(tmp_path: Path, sampler: str) -> None:
    def never(params: Params, fold: int, seeds: SeedTree) -> FoldResult:
        raise TrialFailure("the training diverged")

    space = Space({"optimizer": Choice(("adam", "sgd"))})
    few = Plan(space, SAMPLERS[sampler](4), 3, 2, SeedTree(0))
    store = StudyStore(sqlite_url(tmp_path / "study.db"), name="study", space=space)
    with pytest.raises(StudyFailure, match="trials in a row failed, the last with: the training diverged"):
        run_search(store, few, SerialExecutor(Given(never)), watch=lambda records: None)
    assert len(store.records()) <= 25
    store.close()
