"""Trials on a Ray of this machine: the same study, whoever dies, and a clear line where nothing can run."""

import signal
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import optuna
import pytest

pytest.importorskip("ray", reason="needs the extra `ray`")

from test_same_study import experiment
from test_workers import SPACE

import tunewright
from bowl import Bowl
from plain_functions import slow_descent
from ray_objectives import Broken, GoesOn, LoadsOnce, branching, working_folder
from tunewright.core.errors import ConfigError, RunFolderError
from tunewright.core.seeds import SeedTree
from tunewright.experiment.plan import make_plan
from tunewright.functions.minimize import minimize
from tunewright.interop.optuna.optimizing import optimize
from tunewright.prices.data.synthetic import ar1
from tunewright.prices.experiment.objective import PriceObjective
from tunewright.prices.experiment.settings import TUNING
from tunewright.prices.preparation.seal import seal
from tunewright.runs.folder import RunFolder
from tunewright.runs.searching import Crew, search
from tunewright.search.memory import MemoryLedger
from tunewright.search.records import State, TrialRecord, fingerprint
from tunewright.search.samplers.making import SAMPLERS
from tunewright.search.storage import sqlite_url
from tunewright.search.study import StudyStore
from tunewright.trials.cluster.place import RayCluster
from tunewright.trials.cluster.tokens import Token
from tunewright.trials.executors import DEATHS_ALLOWED
from tunewright.trials.jobs import Parcel
from tunewright.trials.places import HERE, Place, Resources, Work
from tunewright.trials.search import Plan, run_search
from tunewright.trials.tasks import Task

RAY = RayCluster()


@pytest.fixture(scope="module", autouse=True)
def _one_ray() -> Iterator[None]:
    """For all tests here, as it takes seconds to start. It may not answer SIGTERM in the place of the program."""
    before = signal.getsignal(signal.SIGTERM)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("RAY_ADDRESS", raising=False)
        with RAY.opened():
            assert signal.getsignal(signal.SIGTERM) is before
            yield


def bowl(place: Place, objective: object, *, trials: int = 14) -> Sequence[TrialRecord]:
    plan = Plan(SPACE, SAMPLERS["tpe"](4), trials, 6, SeedTree(0))
    with place.executor(Work(objective, plan.lag)) as executor:
        return run_search(MemoryLedger(), plan, executor, watch=lambda records: None).records


def unwatched(records: Sequence[TrialRecord]) -> None:
    """Nobody looks."""


def test_the_study_is_that_of_one_process_with_failures_too(tmp_path: Path) -> None:
    objective = Bowl(fails=(0, 5, 13), raises=(2, 7), epochs=3)
    runs = [bowl(place, objective) for place in (HERE, RAY)]
    assert fingerprint(runs[0]) == fingerprint(runs[1])
    assert runs[1][2].reason == "ZeroDivisionError: of the user's own making"


def test_a_worker_that_dies_is_replaced_and_nothing_is_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    disturbed = bowl(RAY, Bowl(dies_once=str(tmp_path / "died")))
    assert (tmp_path / "died").exists()
    assert fingerprint(disturbed) == fingerprint(bowl(HERE, Bowl()))
    assert capfd.readouterr() == ("", "")


def test_a_trial_that_kills_every_worker_fails_alone() -> None:
    records = bowl(RAY, Bowl(dies=(3,)))
    assert [record.number for record in records if record.state is State.FAILED] == [3]
    assert f"its worker died {DEATHS_ALLOWED + 1} times; if memory ran out" in str(records[3].reason)


def test_a_training_goes_on_from_its_checkpoint_in_the_folder_or_at_a_url(tmp_path: Path) -> None:
    for name, place in (("folder", RAY), ("url", RayCluster(checkpoints=f"file://{tmp_path}/shelf"))):
        folder = RunFolder(tmp_path / name)
        folder.path.mkdir()
        plan = Plan(SPACE, SAMPLERS["random"](4), 1, 1, SeedTree(0), checkpoints=folder.checkpoints)
        store = StudyStore(sqlite_url(folder.study), name="study", space=SPACE)
        objective = GoesOn(str(folder.path / "died"))
        (record,) = search(Crew(folder, place), store, plan, objective=objective).records
        assert record.score == 3.0, "that of the snapshot"
        assert not folder.checkpoints.exists()
    assert [path for path in (tmp_path / "shelf").rglob("*") if path.is_file()] == []


def test_trainings_on_prices_with_a_pruner_are_the_same(tmp_path: Path) -> None:
    chosen = experiment("tpe", "racing")
    development, _ = seal(ar1(240, seed=3), 0.2)
    folds = chosen.preparation.walk_forward().cut(len(development.table))
    prints = set()
    for name, place in (("here", HERE), ("ray", RAY)):
        folder = RunFolder(tmp_path / name)
        folder.path.mkdir()
        plan = make_plan(chosen, TUNING.space(chosen), checkpoints=folder.checkpoints)
        store = StudyStore(sqlite_url(folder.study), name="study", space=plan.space)
        objective = PriceObjective(chosen, development, folds)
        prints.add(search(Crew(folder, place), store, plan, objective=objective).fingerprint)
    assert len(prints) == 1


def test_a_worker_unpacks_the_objective_once() -> None:
    scores = [record.score for record in bowl(RAY, LoadsOnce(), trials=10)]
    assert scores == [1.0] * 10


def test_functions_come_to_the_same_whatever_they_need_from_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = {"x": (-2.0, 2.0), "y": (-2.0, 2.0)}
    runs = [minimize(slow_descent, space, trials=8, pruner="median", executor=name) for name in ("processes", RAY)]
    assert runs[0].fingerprint == runs[1].fingerprint
    offset = 3
    runs = [minimize(lambda params: params["x"] ** 2 + offset, space, trials=4, executor=one) for one in (HERE, RAY)]
    assert runs[0].fingerprint == runs[1].fingerprint
    monkeypatch.chdir(tmp_path)
    Path("number.txt").write_text("2.5")
    assert minimize(working_folder, space, trials=2, executor=RAY).score >= 2.5


def test_an_optuna_study_is_the_same() -> None:
    studies = [optuna.create_study(sampler=optuna.samplers.TPESampler()) for _ in range(2)]
    places: tuple[str | Place, ...] = ("processes", RAY)
    found = [optimize(one, branching, trials=8, executor=place) for one, place in zip(studies, places, strict=True)]
    assert found[0].fingerprint == found[1].fingerprint


def test_a_node_without_the_folder_is_named(tmp_path: Path) -> None:
    from tunewright.trials.cluster.executor import RayExecutor

    token = Token(tmp_path / "elsewhere" / "token")
    executor = RayExecutor[Any](Work(Bowl(), 2), Resources(0.5), token=token)
    with pytest.raises(
        RunFolderError, match=r"^the node \S+ does not see \S+/elsewhere; every finished trial is saved"
    ):
        run_search(MemoryLedger(), Plan(SPACE, SAMPLERS["random"](4), 2, 2, SeedTree(0)), executor, watch=unwatched)
    executor.close()


def test_a_node_with_another_version_is_named() -> None:
    from tunewright.trials.cluster.working import Home, NotBegun, carry_out

    home = Home("key", "/", (), {}, version="0.0.1")
    task = Task(TrialRecord(0, State.RUNNING, {}), SeedTree(0))
    (refused,) = carry_out(None, home, Parcel.of(task, sent=0), ())
    assert isinstance(refused, NotBegun)
    assert refused.reason == f"it has tunewright {tunewright.__version__}, and the coordinator 0.0.1"


def test_what_cannot_be_loaded_or_sent_is_said_in_one_line() -> None:
    with pytest.raises(ConfigError, match=r"could not load what it is to run: .*'only_at_home'; install the same"):
        bowl(RAY, Broken())
    with pytest.raises(ConfigError, match="what is to run cannot be sent to a Ray cluster: TypeError: cannot pickle"):
        bowl(RAY, threading.Lock())


def test_more_than_this_machine_has_is_refused_at_once() -> None:
    with pytest.raises(ConfigError, match=r"^a trial reserves 4000 CPUs and 3 GPUs, and the most that one of 1 node"):
        bowl(RayCluster(cpus=4000, gpus=3), Bowl())


def test_where_a_node_may_join_it_is_said_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from tunewright.trials.cluster import executor as module

    monkeypatch.setattr(module, "LOOK_AFTER", 0.05)
    monkeypatch.setattr(module, "TELL_AGAIN", 0.1)
    told: list[str] = []

    def tell(line: str) -> None:
        told.append(line)
        if len(told) == 3:
            raise KeyboardInterrupt

    executor = module.RayExecutor[Any](Work(Bowl(), 2, tell=tell), Resources(4000, 0))
    plan = Plan(SPACE, SAMPLERS["random"](4), 2, 2, SeedTree(0))
    with pytest.raises(KeyboardInterrupt):
        run_search(MemoryLedger(), plan, executor, watch=unwatched)
    executor.close()
    assert told == [told[0]] * 3
    assert told[0].startswith("waiting: a trial reserves 4000 CPUs, and the most that one of 1 node has is ")
