"""An Optuna study is the same for any number of workers, after a kill, and sees what its trials' numbers allow."""

import os
import random
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import optuna
import optuna_objectives as objectives
import pytest
from optuna.pruners import BasePruner, HyperbandPruner, MedianPruner, NopPruner, SuccessiveHalvingPruner
from optuna.samplers import BaseSampler, CmaEsSampler, GPSampler, NSGAIISampler, RandomSampler, TPESampler

from tunewright import optimize
from tunewright.interop.optuna.jobs import Objective
from tunewright.interop.optuna.optimizing import Optimized

pytestmark = pytest.mark.usefixtures("unseen_stills")

SAMPLERS: dict[str, Callable[[], BaseSampler]] = {
    "tpe": TPESampler,
    "multivariate": lambda: TPESampler(multivariate=True, group=True, constant_liar=True),
    "random": lambda: RandomSampler(seed=3),
    "gp": lambda: GPSampler(n_startup_trials=5),
    "cmaes": lambda: CmaEsSampler(n_startup_trials=4),
    "nsga": lambda: NSGAIISampler(population_size=4),
}
PRUNERS: dict[str, Callable[[], BasePruner]] = {
    "none": NopPruner,
    "median": lambda: MedianPruner(n_startup_trials=2),
    "halving": SuccessiveHalvingPruner,
    "hyperband": lambda: HyperbandPruner(max_resource=4),
}
PAIRS = [(name, "median") for name in SAMPLERS] + [("tpe", name) for name in PRUNERS if name != "median"]


@pytest.fixture(autouse=True)
def _quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)


def study(
    sampler: BaseSampler | None = None, pruner: BasePruner | None = None, storage: str | None = None
) -> optuna.Study:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return optuna.create_study(
            sampler=sampler, pruner=pruner, load_if_exists=True, study_name="mine", storage=storage
        )


def search(
    objective: Objective = objectives.flat, *, trials: int = 12, workers: int = 1
) -> tuple[Optimized, optuna.Study]:
    made = study(TPESampler(n_startup_trials=3))
    return optimize(made, objective, trials=trials, workers=workers), made


@pytest.mark.parametrize(("sampler", "pruner"), PAIRS)
def test_any_number_of_workers_gives_the_same_study(sampler: str, pruner: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        made = [study(SAMPLERS[sampler](), PRUNERS[pruner]()) for _ in range(3)]
    found = [optimize(one, objectives.branching, trials=14, workers=n) for one, n in zip(made, (1, 2, 4), strict=True)]
    assert len({one.fingerprint for one in found}) == 1
    assert {one.ended for one in found} == {"the study has its 14 trials"}
    rows = [[(one.number, one.state, one.params, one.values, one.user_attrs) for one in each.trials] for each in made]
    assert rows[0] == rows[1] == rows[2]
    if pruner in ("median", "hyperband"):
        assert any(one.state.name == "PRUNED" for one in made[0].trials)


def test_hyperband_goes_by_a_studys_name_only_where_somebody_gave_it_one() -> None:
    def found(name: str | None, workers: int) -> str:
        pruner = HyperbandPruner(min_resource=1, max_resource=4)
        made = optuna.create_study(study_name=name, sampler=RandomSampler(), pruner=pruner)
        return optimize(made, objectives.branching, trials=20, workers=workers).fingerprint

    assert found(None, 1) == found(None, 1) == found(None, 2) != found("mine", 1)


def test_enqueued_trials_too_see_only_what_their_numbers_entitle_them_to() -> None:
    """They stand in the study from the first on, so a worker that is fast could come to one too early."""
    made = []
    for workers in (1, 3):
        one = study(TPESampler(n_startup_trials=2))
        for number in range(9):
            one.enqueue_trial({"y": number / 4})
        optimize(one, objectives.dawdling, trials=10, workers=workers)
        made.append([(trial.params, trial.values, trial.user_attrs) for trial in one.trials])
    assert made[0] == made[1]
    assert [attrs["seen"] for _, _, attrs in made[0]] == [[*range(max(0, number - 3))] for number in range(10)]


def test_another_seed_is_another_study() -> None:
    prints = {optimize(study(), objectives.flat, trials=5, seed=seed).fingerprint for seed in (0, 1)}
    assert len(prints) == 2


def test_a_trial_sees_results_as_its_number_allows_and_nothing_else() -> None:
    for workers in (1, 3):
        _, made = search(objectives.looking, trials=10, workers=workers)
        for trial in made.trials:
            assert trial.user_attrs["there"] == list(range(trial.number))
            assert trial.user_attrs["seen"] == list(range(max(0, trial.number - 3)))


def test_the_seeds_of_an_objective_without_seeds_are_set() -> None:
    assert len({search(objectives.random_of_its_own, workers=n)[0].fingerprint for n in (1, 2)}) == 1


def test_torch_that_is_imported_late_is_seeded_in_the_first_trials_of_each_process_too() -> None:
    python, numpy = random.getstate(), np.random.get_state()[1].tolist()  # type: ignore[index]
    for objective in (objectives.late, partial(objectives.late), objectives.Late()):
        assert len({search(objective, trials=5, workers=n)[0].fingerprint for n in (1, 2)}) == 1
    assert random.getstate() == python
    assert np.random.get_state()[1].tolist() == numpy  # type: ignore[index]


def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'study.db'}"
    for trials in (5, 11, 11):
        found = optimize(study(TPESampler(n_startup_trials=3), storage=url), objectives.flat, trials=trials, workers=2)
    whole, _ = search(trials=11)
    assert found.fingerprint == whole.fingerprint


def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    found, made = search(partial(objectives.dying, marker=tmp_path / "died"), workers=2)
    assert (tmp_path / "died").exists()
    assert found.fingerprint == search()[0].fingerprint
    assert len(made.trials) == 12


def test_the_objective_asks_to_stop() -> None:
    for workers in (1, 4):
        found, made = search(objectives.stopping, trials=30, workers=workers)
        assert found.ended == "the search was asked to stop"
        assert [one.number for one in made.trials] == list(range(9)), "lag trials later"


def test_callbacks_come_in_order_and_may_stop(tmp_path: Path) -> None:
    for workers in (1, 4):
        called: list[int] = []

        def callback(made: optuna.Study, trial: optuna.trial.FrozenTrial, called: list[int] = called) -> None:
            called.append(trial.number)
            if trial.number == 6:
                made.stop()

        made = study()
        found = optimize(made, objectives.slow, trials=30, workers=workers, callbacks=[callback])
        assert (called, found.ended) == (list(range(10)), "the search was asked to stop")
        assert optimize(made, objectives.slow, trials=30, workers=1).ended == found.ended, "and stays so"


PROGRAM = """
import sys
sys.path[:0] = {paths}
import optuna
import optuna_objectives
from tunewright import optimize

if __name__ == "__main__":
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.TPESampler(n_startup_trials=3)
    study = optuna.create_study(study_name="mine", storage={url!r}, load_if_exists=True, sampler=sampler)
    print(optimize(study, optuna_objectives.slow, trials=24, workers={workers}).fingerprint)
"""


def finished(url: str) -> int:
    try:
        return sum(one.state.is_finished() for one in optuna.load_study(study_name="mine", storage=url).trials)
    except (KeyError, optuna.exceptions.StorageInternalError, RuntimeError):
        return 0  # not made yet


def killed(tmp_path: Path, *, workers: int, kills: int) -> str:
    """The fingerprint of a search that was killed so often, at other places each time."""
    url = f"sqlite:///{tmp_path / f'killed-{workers}.db'}"
    program = tmp_path / f"program-{workers}.py"
    program.write_text(PROGRAM.format(paths=[str(Path(__file__).parent), *sys.path], url=url, workers=workers))
    for number in range(1, kills + 1):
        with subprocess.Popen([sys.executable, program], stdout=subprocess.DEVNULL) as process:
            while finished(url) < number * 12 // kills:
                assert process.poll() is None, "the search ended too early"
                time.sleep(0.1)
            process.send_signal(signal.SIGKILL)
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, check=True)
    made = optuna.load_study(study_name="mine", storage=url)
    assert [one.number for one in made.trials] == list(range(24))
    return done.stdout.strip()


@pytest.mark.skipif(os.name == "nt", reason="kills with SIGKILL")
def test_a_killed_search_goes_on_to_the_same_study(tmp_path: Path) -> None:
    assert killed(tmp_path, workers=2, kills=1) == search(objectives.slow, trials=24)[0].fingerprint


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kills with SIGKILL")
@pytest.mark.parametrize("workers", [1, 4])
def test_ten_kills_leave_the_same_study(workers: int, tmp_path: Path) -> None:
    assert killed(tmp_path, workers=workers, kills=10) == search(objectives.slow, trials=24)[0].fingerprint
