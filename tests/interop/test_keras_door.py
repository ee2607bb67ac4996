"""KerasTuner's scripts at the door: what a folder answers for, what a trial may count on, and faults told early."""

import gc
import multiprocessing
from pathlib import Path
from typing import Any

import keras
import keras_models as models
import numpy as np
import optuna
import pytest
from keras_searches import GIVEN, made, print_of, searched, trials, values
from keras_tuner.src.engine.tuner_utils import get_best_step

import tunewright.interop.keras as kt
from tunewright.core.errors import ConfigError, RunFolderError, StudyFailure
from tunewright.interop.keras.data import digest_of
from tunewright.interop.keras.identity import tuner_parts, values_of
from tunewright.interop.keras.results import outcome_of


@pytest.fixture(autouse=True)
def _uncollected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gc, "collect", lambda *generation: 0)


def preset(*units: int) -> kt.HyperParameters:
    hp = kt.HyperParameters()
    hp.Choice("units_0", list(units))
    return hp


OTHERS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("loss", {}, {"loss": "mae"}),
    ("loss", {"loss": models.Weighed(1)}, {"loss": models.Weighed(2)}),
    ("optimizer", {"optimizer": keras.optimizers.SGD(0.1)}, {"optimizer": keras.optimizers.SGD(0.2)}),
    ("list of metrics", {}, {"metrics": ["mae"]}),
    ("max_model_size", {}, {"max_model_size": 1}),
    ("list of given hyperparameters", {"hyperparameters": preset(2)}, {"hyperparameters": preset(8)}),
    ("tune_new_entries", {"hyperparameters": preset(2)}, {"hyperparameters": preset(2), "tune_new_entries": False}),
    (
        "setting of the pruner",
        {"pruner": optuna.pruners.MedianPruner(n_startup_trials=50)},
        {"pruner": optuna.pruners.MedianPruner(n_startup_trials=0)},
    ),
]


@pytest.mark.parametrize(("named", "given", "other"), OTHERS)
def test_what_a_tuner_is_given_is_what_its_search_is_known_by(
    named: str, given: dict[str, Any], other: dict[str, Any], tmp_path: Path
) -> None:
    searched(kt.RandomSearch, tmp_path, models.another, max_trials=1, **given)
    searched(kt.RandomSearch, tmp_path, models.another, max_trials=1, **given)
    with pytest.raises(RunFolderError, match=f"was searched with another {named}; "):
        searched(kt.RandomSearch, tmp_path, models.another, max_trials=1, **other)


def test_what_a_tuner_of_ones_own_keeps_counts_as_it_was_before_any_trial(tmp_path: Path) -> None:
    tuner = searched(models.Kept, tmp_path, models.few, max_trials=1, folds=3)
    tuner.search(models.x, models.y, **GIVEN)
    assert tuner.ended == [tuner.oracle.get_best_trials()[0].score]
    searched(models.Kept, tmp_path, models.few, max_trials=1, folds=3)
    with pytest.raises(RunFolderError, match=r"was searched with another tuner: its values; "):
        searched(models.Kept, tmp_path, models.few, max_trials=1, folds=5)


@pytest.mark.parametrize("kind", [kt.RandomSearch, kt.GridSearch, kt.BayesianOptimization, kt.Hyperband])
def test_a_tuner_that_keeps_nothing_of_its_own_says_nothing_of_it(kind: Any, tmp_path: Path) -> None:
    own = type("Own", (kind,), {"__module__": __name__})
    assert values_of(searched(own, tmp_path, models.few)) == digest_of({})


def test_what_keras_counts_and_learns_does_not_change_a_search(tmp_path: Path) -> None:
    def parts(folder: str) -> Any:
        given = {"loss": models.Weighed(1), "metrics": [keras.metrics.AUC()], "optimizer": keras.optimizers.Adam()}
        tuner = made(kt.RandomSearch, tmp_path / folder, models.another, **given)
        return tuner_parts(tuner, tuner._space, tuner._settings.pruner)

    assert parts("one") == parts("two")


def test_a_list_of_hyperparameters_stays_as_it_was_given(tmp_path: Path) -> None:
    given = preset(2, 8)
    tuner = searched(kt.RandomSearch, tmp_path, max_trials=1, hyperparameters=given)
    assert [one.name for one in given.space] == ["units_0"]
    tuner.reload()
    tuner.search(models.x, models.y, **GIVEN)


def test_every_trial_has_a_data_set_as_the_search_began_and_its_hooks_are_called(tmp_path: Path) -> None:
    seen = []
    for workers in (1, 2):
        data, folder = models.Shuffled(), tmp_path / str(workers)
        tuner = made(models.Hooked, folder, workers=workers)
        given = {"epochs": 2, "validation_data": (models.x, models.y), "verbose": 0}
        tuner.search(data, **given)
        made(models.Hooked, folder, workers=workers).search(data, **given)  # the same object is the same data
        seen.append([path.read_text() for path in sorted((folder / "p").glob("hooks_*.txt"))])
        for one, text in zip(trials(tuner), seen[-1], strict=True):
            asked = sorted(one.hyperparameters.values.items())
            assert text == f"began {asked}\nended COMPLETED {one.score}\n"
    assert print_of(tmp_path / "1") == print_of(tmp_path / "2")
    assert seen[0] == seen[1]


def test_a_data_set_that_cannot_be_copied_is_told(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="the data set Locked cannot be copied .* each trial goes on with it"):
        made(kt.RandomSearch, tmp_path, max_trials=1).search(models.Locked(), validation_data=(models.x, models.y))


def test_hooks_of_a_trial_that_fails_are_called(tmp_path: Path) -> None:
    with pytest.raises(StudyFailure):
        made(models.Hooked, tmp_path, models.few, max_trials=1).search(models.x, models.y[:7], verbose=0)
    assert "ended INVALID None" in (tmp_path / "p" / "hooks_0000.txt").read_text()


def test_hooks_that_would_never_be_called_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^Counting.pre_create_trial would never be called: .* on_trial_begin"):
        searched(models.Counting, tmp_path)


def test_a_run_trial_that_takes_no_callbacks_is_given_none(tmp_path: Path) -> None:
    tuner = made(models.Evaluated, tmp_path, models.few, max_trials=2)
    tuner.search(models.x, models.y, epochs=1)
    assert [one.status for one in trials(tuner)] == ["COMPLETED", "COMPLETED"]
    with pytest.raises(ConfigError, match=r"^Evaluated.run_trial does not take what search hands it: .* 'verbose'"):
        tuner.search(models.x, models.y, verbose=0)
    with pytest.warns(UserWarning, match="Evaluated.run_trial takes no callbacks, so .* no trial is pruned"):
        made(
            models.Evaluated, tmp_path / "pruned", models.few, max_trials=1, pruner=optuna.pruners.MedianPruner()
        ).search(models.x, models.y)


def test_workers_show_no_progress_bars(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: "another process")
    made(kt.RandomSearch, tmp_path, models.few, max_trials=2).search(models.x, models.y, validation_split=0.2)
    keras.config.enable_interactive_logging()
    assert "val_loss: " not in capsys.readouterr().out


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_metrics_are_to_be_returned(workers: int, tmp_path: Path) -> None:
    with pytest.raises(StudyFailure, match=r"run_trial calls self.oracle.update_trial.* let it return the metrics"):
        searched(models.Updating, tmp_path, workers=workers)


@pytest.mark.parametrize("name", ["Oracle", "SklearnTuner", "Tuner", "engine", "oracles", "synchronized"])
def test_names_that_stay_with_kerastuner_say_so(name: str) -> None:
    with pytest.raises(AttributeError, match=rf"^keras_tuner.{name} is not in tunewright.interop.keras: "):
        getattr(kt, name)
    assert not hasattr(kt, "nothing_of_this_name")


def test_the_best_step_is_the_epoch_of_the_best_value(tmp_path: Path) -> None:
    histories = []
    for told in ([3.0, 1.0, 2.0], [float("nan"), 4.0, 3.0, 2.0, 2.0], [1.0, 1.0]):
        histories.append(keras.callbacks.History())
        histories[-1].history = {"val_loss": told, "loss": told}
    objective = kt.Objective("val_loss", "min")
    assert [outcome_of(one, objective).step for one in histories] == [1, 3, 0]
    assert outcome_of(histories, objective).step == 1
    assert get_best_step([histories[0], histories[2]], objective) == outcome_of([*histories[::2]], objective).step
    tuner = made(kt.RandomSearch, tmp_path, models.another, max_trials=2)
    tuner.search(models.x, models.y, **{**GIVEN, "epochs": 4})
    study = optuna.load_study(study_name=None, storage=f"sqlite:///{tmp_path / 'p' / 'study.db'}")
    told_by = [[value for _, value in sorted(one.intermediate_values.items())] for one in study.get_trials()]
    steps = [int(np.argmin(one)) for one in told_by]
    assert [one.best_step for one in trials(tuner)] == steps
    assert any(steps)
    assert [one.metrics.get_best_step("val_loss") for one in trials(tuner)] == steps


def test_declared_hyperparameters_are_there_before_the_model(tmp_path: Path) -> None:
    tuner = searched(kt.RandomSearch, tmp_path, models.Declaring())
    assert {one["units"] for one in values(tuner)} == {2, 4}


def test_what_no_trial_can_mend_ends_the_search_at_the_first(tmp_path: Path) -> None:
    with pytest.raises(StudyFailure, match=r"^every trial failed, the last with: the objective 'val_accuracy' is not"):
        searched(kt.RandomSearch, tmp_path, objective="val_accuracy")
    with pytest.raises(StudyFailure, match=r"HyperModel.fit\(\) is None"):
        searched(kt.RandomSearch, tmp_path / "silent", models.Silent())
    for folder in (tmp_path, tmp_path / "silent"):
        study = optuna.load_study(study_name=None, storage=f"sqlite:///{folder / 'p' / 'study.db'}")
        assert len(study.trials) == 1


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (kt.BayesianOptimization, {"alpha": 1e-4}),
        (kt.BayesianOptimization, {"beta": 9.0}),
        (kt.RandomSearch, {"max_retries_per_trial": 3}),
        (kt.Hyperband, {"max_consecutive_failed_trials": 3}),
    ],
)
def test_arguments_without_effect_are_told(kind: Any, given: dict[str, Any], tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match=f"^{next(iter(given))} has no effect here: "):
        made(kind, tmp_path, models.few, **given)
