"""A search with real training is a pure function of its seed: any number of workers, with a pruner and without."""

from pathlib import Path

import pytest

from tunewright.experiment.plan import make_plan
from tunewright.prices.data.synthetic import ar1
from tunewright.prices.experiment.objective import PriceObjective
from tunewright.prices.experiment.settings import TUNING, Experiment
from tunewright.prices.preparation.seal import seal
from tunewright.search.records import State
from tunewright.search.storage import sqlite_url
from tunewright.search.study import StudyStore
from tunewright.trials.executors import make_executor
from tunewright.trials.search import Found, run_search

WORKERS = (0, 2, 4)
"""0 trains one trial after another, as one worker does."""

LEARNING_RATES = {"low": 1e-3, "high": 0.1, "log": True}


def experiment(sampler: str, pruner: str, *, seed: int = 0) -> Experiment:
    space = {"units": {"low": 4, "high": 8, "step": 2}, "learning_rate": LEARNING_RATES, "optimizer": ["adam", "sgd"]}
    if sampler == "grid":
        space["learning_rate"] = [1e-3, 1e-2, 0.1]
    return Experiment.model_validate(
        {
            "seed": seed,
            "preparation": {"folds": 3, "time_step": 5, "features": ["log_return"]},
            "training": {"epochs": 5, "patience": 2},
            "search": {"sampler": sampler, "trials": 9, "lag": 4, "startup_trials": 3},
            "pruner": {"name": pruner, "min_trials": 2, "min_epochs": 1},
            "space": space,
        }
    )


def search(chosen: Experiment, path: Path, *, workers: int) -> Found:
    development, _ = seal(ar1(240, seed=3), 0.2)
    folds = chosen.preparation.walk_forward().cut(len(development.table))
    objective = PriceObjective(chosen, development, folds)
    plan = make_plan(chosen, TUNING.space(chosen), checkpoints=path.parent)
    store = StudyStore(sqlite_url(path), name="study", space=plan.space)
    with make_executor(objective, workers) as executor:
        return run_search(store, plan, executor, watch=lambda records: None)


@pytest.mark.parametrize("pruner", ["none", "racing"])
@pytest.mark.parametrize("sampler", ["tpe", "gp", "random", "grid"])
def test_the_study_is_the_same_for_any_number_of_workers(sampler: str, pruner: str, tmp_path: Path) -> None:
    chosen = experiment(sampler, pruner)
    runs = [search(chosen, tmp_path / f"{index}.db", workers=workers) for index, workers in enumerate(WORKERS)]
    assert len({found.fingerprint for found in runs}) == 1
    assert len({found.ended for found in runs}) == 1
    states = {record.state for record in runs[0].records}
    assert states == ({State.COMPLETE} if pruner == "none" else {State.COMPLETE, State.PRUNED})
    assert sorted(path.suffix for path in tmp_path.iterdir() if "safetensors" in path.name) == []


def test_one_worker_and_a_rerun_give_it_too(tmp_path: Path) -> None:
    chosen = experiment("tpe", "racing")
    runs = [search(chosen, tmp_path / f"{index}.db", workers=workers) for index, workers in enumerate((0, 1, 1))]
    assert len({found.fingerprint for found in runs}) == 1


def test_another_seed_is_another_study(tmp_path: Path) -> None:
    runs = [search(experiment("tpe", "none", seed=seed), tmp_path / f"{seed}.db", workers=0) for seed in (0, 1)]
    assert runs[0].fingerprint != runs[1].fingerprint
