"""The user's own Optuna study: what it keeps, what it had before, and what is refused in one line."""

import math
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import optuna
import optuna_objectives as objectives
import pytest
from optuna.samplers import (
    BaseSampler,
    BruteForceSampler,
    GridSampler,
    PartialFixedSampler,
    QMCSampler,
    RandomSampler,
    TPESampler,
)
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from postgres import Server
from tunewright import optimize
from tunewright.core.errors import ConfigError, RunFolderError, StudyFailure
from tunewright.interop.optuna.jobs import Objective
from tunewright.interop.optuna.keeping import held

Direction = Literal["minimize", "maximize"]


@pytest.fixture(autouse=True)
def _quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)


def of(sampler: Callable[[], BaseSampler]) -> optuna.Study:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return optuna.create_study(sampler=sampler())


def test_trials_that_were_there_are_seen_and_those_enqueued_come_first() -> None:
    study = optuna.create_study(sampler=TPESampler(n_startup_trials=3, seed=1))
    study.optimize(objectives.flat, n_trials=3)
    study.enqueue_trial({"x": 1.0, "y": 0.0})
    study.enqueue_trial({"x": 0.5})
    optimize(study, objectives.looking, trials=9, workers=2)
    assert study.trials[3].params == {"x": 1.0}
    assert study.trials[4].params == {"x": 0.5}
    assert len(study.trials) == 9
    assert study.trials[5].user_attrs["seen"] == [0, 1, 2], "those that others ran are seen at once"


def test_optunas_own_ways_to_look_at_a_study_go_on_working(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'study.db'}"
    study = optuna.create_study(storage=url, study_name="mine", pruner=optuna.pruners.MedianPruner(n_startup_trials=2))
    optimize(study, objectives.branching, trials=12)
    loaded = optuna.load_study(study_name="mine", storage=url)
    assert loaded.best_trial.user_attrs["units"]
    frame = loaded.trials_dataframe()
    assert len(frame) == 12
    assert {"params_rate", "params_layers", "user_attrs_units"} <= set(frame.columns)
    assert optuna.importance.get_param_importances(loaded)
    assert optuna.visualization.plot_optimization_history(loaded).data
    assert optuna.visualization.plot_intermediate_values(loaded).data
    loaded.optimize(objectives.branching, n_trials=2)
    assert len(loaded.trials) == 14


def test_two_objectives() -> None:
    studies = [optuna.create_study(directions=["minimize", "minimize"]) for _ in range(2)]
    prints = {
        optimize(one, objectives.paired, trials=14, workers=n).fingerprint
        for one, n in zip(studies, (1, 4), strict=True)
    }
    assert len(prints) == 1
    assert len(studies[0].best_trials) > 1


def test_a_study_that_maximizes() -> None:
    study = optuna.create_study(direction="maximize", sampler=TPESampler(n_startup_trials=5))
    optimize(study, objectives.flat, trials=30)
    assert study.best_value == max(trial.value for trial in study.trials if trial.value is not None)
    assert study.best_value > 20, "the corner has 25"


def test_constraints_are_kept_with_the_trials() -> None:
    study = optuna.create_study(sampler=TPESampler(n_startup_trials=4))
    optimize(study, objectives.constrained, trials=20)
    assert study.best_trial.params["x"] <= 0


@pytest.mark.parametrize("workers", [1, 4])
def test_a_grid_has_each_point_once(workers: int) -> None:
    study = optuna.create_study(sampler=GridSampler({"a": [0, 1, 2], "b": [0, 1]}))
    found = optimize(study, objectives.gridded, trials=50, workers=workers)
    assert found.ended == "every point of the grid was tried"
    assert sorted((trial.params["a"], trial.params["b"]) for trial in study.trials) == [
        (a, b) for a in range(3) for b in range(2)
    ]


def test_brute_force_runs_one_at_a_time_and_says_so() -> None:
    study = of(BruteForceSampler)
    with pytest.warns(UserWarning, match="BruteForceSampler: it leaves out what the trials under way have"):
        found = optimize(study, objectives.gridded, trials=50, workers=4)
    assert found.ended == "the search was asked to stop"
    assert len({tuple(trial.params.values()) for trial in study.trials}) == len(study.trials) == 6


def test_fixed_parameters() -> None:
    study = of(lambda: PartialFixedSampler({"x": 0.25}, RandomSampler(seed=1)))
    optimize(study, objectives.flat, trials=4)
    assert {trial.params["x"] for trial in study.trials} == {0.25}
    assert len({trial.params["y"] for trial in study.trials}) == 4


@pytest.mark.parametrize("sampler", [QMCSampler, lambda: PartialFixedSampler({"x": 1}, QMCSampler())])
def test_a_sampler_that_no_seed_makes_the_same_is_refused_by_name(sampler: Callable[[], BaseSampler]) -> None:
    study = of(sampler)
    with pytest.raises(ConfigError, match=r"QMCSampler is not the same for any number of workers: .*RandomSampler"):
        optimize(study, objectives.flat)


class Own(RandomSampler):
    """A sampler of the user's own."""


def test_a_sampler_of_ones_own_runs_with_a_warning() -> None:
    studies = [optuna.create_study(sampler=Own()) for _ in range(2)]
    with pytest.warns(UserWarning, match="Own is not one of Optuna's own"):
        prints = {optimize(one, objectives.flat, trials=6).fingerprint for one in studies}
    assert len(prints) == 1, "its generators start from the trial's seed"


def test_a_journal_is_a_storage_too(tmp_path: Path) -> None:
    storage = JournalStorage(JournalFileBackend(str(tmp_path / "journal.log")))
    study = optuna.create_study(storage=storage, study_name="mine")
    optimize(study, objectives.branching, trials=4, workers=2)
    again = optuna.load_study(
        study_name="mine", storage=JournalStorage(JournalFileBackend(str(tmp_path / "journal.log")))
    )
    assert (
        optimize(again, objectives.branching, trials=6).fingerprint
        == optimize(optuna.create_study(), objectives.branching, trials=6).fingerprint
    )


def answering(*values: object, direction: Direction = "minimize") -> optuna.Study:
    """A study of an objective with these answers, by the number of the trial."""
    study = optuna.create_study(direction=StudyDirection[direction.upper()])

    def objective(trial: optuna.Trial) -> object:
        trial.suggest_float("x", 0, 1)
        return values[trial.number] if trial.number < len(values) else 1.0

    optimize(study, objective, trials=3)
    return study


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "the objective returned None, expected a number; is a `return` missing?"),
        (float("nan"), "the objective returned NaN; return inf where a configuration is not allowed"),
        ("low", "the objective returned 'low', expected a number"),
        ("0.5", "the objective returned '0.5', expected a number"),
        ((1.0, 2.0), "the objective returned 2 values, expected a number, as the study has directions"),
    ],
)
def test_what_is_no_number_fails_its_trial(value: object, reason: str) -> None:
    study = answering(value)
    assert [trial.state for trial in study.trials] == [TrialState.FAIL, *[TrialState.COMPLETE] * 3]
    assert study.trials[0].system_attrs["tunewright:reason"] == reason


def test_what_a_storage_will_not_keep_fails_the_trial_that_sets_it(tmp_path: Path) -> None:
    study = optuna.create_study(storage=f"sqlite:///{tmp_path / 'study.db'}")

    def objective(trial: optuna.Trial) -> float:
        trial.set_user_attr("figure", np.float32(1) if trial.number == 1 else 1.0)
        return trial.suggest_float("x", 0, 1)

    optimize(study, objective, trials=3)
    assert [trial.state.name for trial in study.trials] == ["COMPLETE", "FAIL", "COMPLETE", "COMPLETE"]
    assert "float32 is not JSON serializable" in study.trials[1].system_attrs["tunewright:reason"]


def test_constraints_that_raise_fail_their_trial() -> None:
    def broken(trial: optuna.trial.FrozenTrial) -> tuple[float]:
        raise ZeroDivisionError("of the user's own")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        study = optuna.create_study(sampler=TPESampler(constraints_func=broken))
    with pytest.raises(StudyFailure, match="ZeroDivisionError: of the user's own"):
        optimize(study, objectives.flat, trials=3)
    assert {trial.state for trial in study.trials} == {TrialState.FAIL}


def test_a_trial_that_a_callback_adds_is_refused_with_its_reason() -> None:
    study = optuna.create_study()
    with pytest.raises(RunFolderError, match="was added by another process or a callback"):
        optimize(study, objectives.flat, trials=5, callbacks=[lambda made, trial: made.enqueue_trial({"x": 0.5})])


@pytest.mark.parametrize(("direction", "worst", "best"), [("minimize", math.inf, 2.0), ("maximize", -math.inf, 3.0)])
def test_the_worst_infinity_is_a_value_and_the_best_one_a_failure(
    direction: Direction, worst: float, best: float
) -> None:
    study = answering(worst, 2.0, 3.0, direction=direction)
    assert [trial.value for trial in study.trials] == [worst, 2.0, 3.0]
    assert study.best_value == best
    study = answering(-worst, math.nan, 2.0, 3.0, direction=direction)
    assert [trial.state.name for trial in study.trials] == ["FAIL", "FAIL", "COMPLETE", "COMPLETE", "COMPLETE"]
    assert [trial.system_attrs.get("tunewright:reason") for trial in study.trials[:2]] == [
        f"the objective returned {-worst}, than which nothing is better where the study is to {direction}; "
        f"return {worst} where a configuration is not allowed",
        f"the objective returned NaN; return {worst} where a configuration is not allowed",
    ]


def test_five_failures_in_a_row_end_the_search() -> None:
    with pytest.raises(
        StudyFailure, match="5 trials in a row failed, the last with: the objective returned None"
    ) as failed:
        answering(*[None] * 9)
    assert len(failed.value.trials) >= 5


def test_what_the_objective_raises_is_told_with_its_trial() -> None:
    study = optuna.create_study()
    optimize(study, lambda trial: 1 / trial.number, trials=2)
    assert study.trials[0].system_attrs["tunewright:reason"] == "ZeroDivisionError: division by zero"


def test_other_choices_for_a_known_name_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"trial 1 suggests 'x' from .* and trial 0 from .* a name of its own"):
        optimize(optuna.create_study(), objectives.changing_choices)


def test_a_trial_cannot_write_on_its_study() -> None:
    with pytest.raises(StudyFailure, match="a trial cannot write 'best' on its study"):
        optimize(optuna.create_study(), objectives.writing_on_the_study)


def towards(goal: float) -> Objective:
    return lambda trial: (trial.suggest_float("x", 0, 1) - goal) ** 2


def test_a_changed_objective_is_refused_unless_vouched_for() -> None:
    study = optuna.create_study(study_name="mine")
    for goal in (1.0, 1.0):
        optimize(study, towards(goal), trials=3)
    changed = towards(2.0)
    with pytest.raises(RunFolderError, match=r"'mine' was searched with another objective \(the variable 'goal'\)"):
        optimize(study, changed, trials=6)
    assert optimize(study, changed, trials=6, vouched=True).ended == "the study has its 6 trials"
    assert optimize(study, changed, trials=7).ended == "the study has its 7 trials", "vouched for once is enough"


def test_another_seed_or_lag_is_refused() -> None:
    study = optuna.create_study()
    optimize(study, objectives.flat, trials=2)
    with pytest.raises(RunFolderError, match="was searched with another seed"):
        optimize(study, objectives.flat, trials=4, seed=1)
    with pytest.raises(RunFolderError, match="was searched with another lag"):
        optimize(study, objectives.flat, trials=4, lag=2)


def test_one_process_at_a_time(tmp_path: Path) -> None:
    study = optuna.create_study(storage=f"sqlite:///{tmp_path / 'study.db'}", study_name="mine")
    with held(study), pytest.raises(RunFolderError, match="another process works on the study"):
        optimize(study, objectives.flat, trials=2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"trials": 0}, "trials: expected a whole number from 1, found 0"),
        ({"workers": 1.5}, "workers: expected a whole number from 1"),
        ({"seed": None}, "seed: expected a whole number, found None"),
        ({"seed": 1.5}, "seed: expected a whole number, found 1.5"),
        (
            {"callbacks": print},
            r"callbacks: expected a list of functions of \(study, trial\), found <built-in function",
        ),
        ({"callbacks": [print, 3]}, r"callbacks: expected a list of functions of .*, found \[<built-in .*, 3\]"),
        ({"callbacks": None}, r"callbacks: expected a list of functions of .*, found None"),
        ({"study": "mine"}, "study: expected an optuna.Study, found str"),
        ({"objective": 3}, r"objective: expected a function of \(trial\), found 3"),
        ({"objective": lambda trial: 1.0, "workers": 2}, "cannot be sent to 2 workers"),
    ],
)
def test_wrong_arguments_are_one_line(arguments: dict[str, object], said: str) -> None:
    given = {"study": optuna.create_study(), "objective": objectives.flat, **arguments}
    with pytest.raises(ConfigError, match=said) as refused:
        optimize(**given)  # type: ignore[arg-type]
    assert len(str(refused.value).splitlines()) == 1


def test_a_study_in_postgresql_is_held_and_survives_its_server(postgres: Server, tmp_path: Path) -> None:
    wanted = optuna.create_study(sampler=TPESampler(n_startup_trials=3, seed=1))
    in_memory = optimize(wanted, objectives.flat, trials=8)
    study = optuna.create_study(
        storage=postgres.url.replace("postgresql:", "postgresql+psycopg:"),
        study_name=f"mine {tmp_path}",
        sampler=TPESampler(n_startup_trials=3, seed=1),
    )
    own, called = study._storage, []

    def restart(study: optuna.Study, trial: FrozenTrial) -> None:
        with pytest.raises(RunFolderError, match="another process works on the study"), held(study):
            pass
        if trial.number == 3:
            postgres.restart()
        called.append(len(study.get_trials(deepcopy=False)))

    kept = optimize(study, objectives.flat, trials=8, callbacks=[restart])
    assert kept.fingerprint == in_memory.fingerprint
    assert called == list(range(1, 9))
    assert study._storage is own
    own._backend.engine.dispose()  # type: ignore[attr-defined]  # its connections ended with the server
    assert study.best_value == wanted.best_value
    assert [trial.params for trial in study.trials] == [trial.params for trial in wanted.trials]
    own._backend.engine.dispose()  # type: ignore[attr-defined]
