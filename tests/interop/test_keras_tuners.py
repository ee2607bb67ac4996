"""KerasTuner's tuners here: the same trials for any number of workers, nothing twice, one search in a folder."""

import gc
import itertools
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import keras
import keras_models as models
import numpy as np
import optuna
import pytest
from keras_searches import GIVEN, made, print_of, searched, trials, values

import tunewright.interop.keras as kt
from tunewright.core.errors import ConfigError, RunFolderError, StudyFailure
from tunewright.experiment import keras_installed

TUNERS = [kt.RandomSearch, kt.GridSearch, kt.BayesianOptimization, kt.Hyperband]


@pytest.fixture(autouse=True)
def _uncollected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody goes through all that a test process holds, before each search and each trial."""
    monkeypatch.setattr(gc, "collect", lambda *generation: 0)


@pytest.mark.parametrize("kind", [kt.BayesianOptimization, kt.Hyperband], ids=lambda kind: kind.__name__)
def test_any_number_of_workers_gives_the_same_search(kind: Any, tmp_path: Path) -> None:
    for workers in (1, 2):
        searched(kind, tmp_path / str(workers), workers=workers)
    assert print_of(tmp_path / "1") == print_of(tmp_path / "2")


@pytest.mark.slow
@pytest.mark.parametrize("kind", TUNERS, ids=lambda kind: kind.__name__)
def test_four_workers_and_ten_trials_too(kind: Any, tmp_path: Path) -> None:
    limit = {} if kind is kt.Hyperband else {"max_trials": 10}
    for workers in (1, 2, 4):
        searched(kind, tmp_path / str(workers), workers=workers, **limit)
    assert len({print_of(tmp_path / str(workers)) for workers in (1, 2, 4)}) == 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kt.BayesianOptimization, kt.Hyperband], ids=lambda kind: kind.__name__)
def test_a_ray_gives_it_too(kind: Any, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="needs the extra `ray`")
    for place in ("processes", "ray"):
        searched(kind, tmp_path / place, executor=place)
    assert print_of(tmp_path / "processes") == print_of(tmp_path / "ray")


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "4"])
def test_ten_kills_change_nothing(workers: str, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    command = [sys.executable, str(script)]
    places = {"PYTHONPATH": os.pathsep.join((str(Path(__file__).parent), *filter(None, sys.path)))}
    for folder, kills in (("whole", 0), ("broken", 10)):
        environment = {**os.environ, **places, "TUNEWRIGHT_WORKERS": workers, "FOLDER": str(tmp_path / folder)}
        ended, killed = None, 0
        while ended != 0:
            with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
                before = count(tmp_path / folder)
                while killed < kills and process.poll() is None and count(tmp_path / folder) < before + 1:
                    time.sleep(0.05)
                if killed < kills and process.poll() is None:
                    time.sleep(0.02 * killed)
                    process.kill()
                    killed += 1
                ended = process.wait(timeout=600)
        assert killed == kills
    assert print_of(tmp_path / "whole") == print_of(tmp_path / "broken")


SCRIPT = """
import os
import keras_models as models
import tunewright.interop.keras as kt

if __name__ == "__main__":
    tuner = kt.RandomSearch(
        models.branching, objective="val_loss", max_trials=26, directory=os.environ["FOLDER"], project_name="p"
    )
    tuner.search(models.x, models.y, epochs=2, validation_split=0.25, verbose=0)
    assert len(tuner.get_best_models(3)) == 3
"""


def count(folder: Path) -> int:
    """Trials that were begun."""
    file = folder / "p" / "study.db"
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            return int(connection.execute("select count(*) from trials").fetchone()[0])
    except sqlite3.Error:
        return 0


def test_what_there_is_to_ask_afterwards(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tuner = made(kt.RandomSearch, tmp_path)
    stop = keras.callbacks.EarlyStopping(patience=1, restore_best_weights=True)
    tuner.search(models.x, models.y, **{**GIVEN, "verbose": 2}, callbacks=[stop])
    best = tuner.get_best_models(2)
    held_out = models.x[60:], models.y[60:]
    assert best[0].evaluate(*held_out, verbose=0) == pytest.approx(tuner.oracle.get_best_trials()[0].score, rel=1e-4)
    assert best[0].evaluate(*held_out, verbose=0) <= best[1].evaluate(*held_out, verbose=0)
    expected = best[0].predict(models.x, verbose=0)
    for name in ("x.h5", "x.keras"):
        best[0].save(tmp_path / name)
        again = keras.saving.load_model(tmp_path / name, compile=False)
        assert np.abs(again.predict(models.x, verbose=0) - expected).max() < 1e-5
    best[0].fit(models.x, models.y, verbose=0)
    assert tuner.get_best_hyperparameters()[0].values in values(tuner)
    tuner.results_summary(1)
    tuner.search_space_summary()
    said = capsys.readouterr().out
    for part in ("Trial 0000: val_loss ", "best so far", "Showing 1 best trials", "units_0 (Int)"):
        assert part in said
    reloaded = made(kt.RandomSearch, tmp_path)
    assert values(reloaded) == values(tuner)


def test_it_goes_on_and_no_folder_answers_for_another_search(tmp_path: Path) -> None:
    searched(kt.RandomSearch, tmp_path / "whole")
    searched(kt.RandomSearch, tmp_path / "parts", max_trials=2)
    searched(kt.RandomSearch, tmp_path / "parts")
    assert print_of(tmp_path / "whole") == print_of(tmp_path / "parts")
    folder = tmp_path / "parts"
    mend = "bring it back as it was, give another project_name, or overwrite=True to begin anew"
    with pytest.raises(
        RunFolderError, match=rf"^the study 'p' was searched with another model: build \(its code\); {mend}$"
    ):
        searched(kt.RandomSearch, folder, models.another)
    with pytest.raises(RunFolderError, match="another tuner"):
        searched(kt.GridSearch, folder)
    with pytest.raises(RunFolderError, match="another seed"):
        searched(kt.RandomSearch, folder, seed=3)
    with pytest.raises(RunFolderError, match="another epochs"):
        made(kt.RandomSearch, folder).search(models.x, models.y, **{**GIVEN, "epochs": 3})
    with pytest.raises(RunFolderError, match="another y"):
        made(kt.RandomSearch, folder).search(models.x, models.y + 1, **GIVEN)
    searched(kt.RandomSearch, folder, models.another, overwrite=True, max_trials=1)


def test_a_folder_of_kerastuners_own_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "oracle.json").write_text("{}")
    with pytest.raises(RunFolderError, match="holds a search of KerasTuner's own"):
        made(kt.RandomSearch, tmp_path)


@pytest.mark.parametrize("kind", TUNERS[:3], ids=lambda kind: kind.__name__)
def test_no_configuration_twice_and_an_end_where_all_were_tried(kind: Any, tmp_path: Path) -> None:
    tuner = searched(kind, tmp_path, models.few, max_trials=9)
    found = [tuple(sorted(one.items())) for one in values(tuner)]
    assert len(found) == len(set(found)) == 3


def test_a_grid_goes_through_what_fit_asks_for_too(tmp_path: Path) -> None:
    tuner = searched(kt.GridSearch, tmp_path, models.Fitted(), max_trials=None)
    found = [(one["units"], one["batch_size"]) for one in values(tuner)]
    assert found == list(itertools.product([2, 4], [16, 40]))


def test_what_fit_and_run_trial_ask_for_is_drawn(tmp_path: Path) -> None:
    asked = {one["batch_size"] for one in values(searched(kt.RandomSearch, tmp_path / "fit", models.Fitted()))}
    assert asked == {16, 40}
    sizes = [one["batch_size"] for one in values(searched(models.InTrials, tmp_path / "trial", models.few))]
    assert set(sizes) <= {16, 32, 48}
    assert len(set(sizes)) > 1


def test_hyperparameters_that_are_given_stand_for_those_of_the_code(tmp_path: Path) -> None:
    hp = kt.HyperParameters()
    hp.Int("units_0", 6, 8, step=2)
    hp.Fixed("layers", 1)
    tuner = searched(kt.RandomSearch, tmp_path, hyperparameters=hp, tune_new_entries=False, max_trials=2)
    assert {one["units_0"] for one in values(tuner)} == {6, 8}
    assert {(one["layers"], one["dropout"], one["rate"]) for one in values(tuner)} == {(1, 0.0, 1e-4)}


def test_executions_are_averaged(tmp_path: Path) -> None:
    once = searched(kt.RandomSearch, tmp_path / "1", max_trials=1)
    twice = searched(kt.RandomSearch, tmp_path / "2", max_trials=1, executions_per_trial=2)
    assert trials(once)[0].hyperparameters.values == trials(twice)[0].hyperparameters.values
    assert trials(once)[0].score != trials(twice)[0].score


def test_epochs_are_rungs(tmp_path: Path) -> None:
    pruner = optuna.pruners.MedianPruner(n_startup_trials=1)
    tuner = made(kt.RandomSearch, tmp_path, max_trials=6, pruner=pruner)
    tuner.search(models.x, models.y, **{**GIVEN, "epochs": 3})
    assert {one.status for one in trials(tuner)} == {"COMPLETED", "STOPPED"}


def test_a_generator_is_read_from_its_start_by_every_trial(tmp_path: Path) -> None:
    found = []
    for name, given in (("once", models.batches()), ("again", models.batches())):
        tuner = made(kt.RandomSearch, tmp_path / name, max_trials=2)
        tuner.search(given, steps_per_epoch=2, epochs=2, shuffle=False, validation_data=(models.x, models.y), verbose=0)
        found.append([one.score for one in trials(tuner)])
    assert found[0] == found[1]
    with pytest.raises(ConfigError, match="x is a generator, which 2 workers cannot read at once"):
        made(kt.RandomSearch, tmp_path / "two", workers=2).search(models.batches(), steps_per_epoch=2, verbose=0)


def test_training_that_diverges_is_the_worst_and_no_crash(tmp_path: Path) -> None:
    tuner = searched(kt.GridSearch, tmp_path, models.diverging, max_trials=None)
    assert [np.isfinite(one.score) for one in trials(tuner)] == [True, False]


def test_files_of_callbacks_lie_apart(tmp_path: Path) -> None:
    log = keras.callbacks.CSVLogger(tmp_path / "log" / "log.csv")
    made(kt.RandomSearch, tmp_path, max_trials=2).search(models.x, models.y, **GIVEN, callbacks=[log])
    assert sorted(one.name for one in (tmp_path / "log").iterdir()) == ["trial_0000", "trial_0001"]


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (models.nothing, "the model's build(hp) must return a keras.Model, found None; is a `return` missing?"),
        (models.uncompiled, "the model that build(hp) returns is not compiled; call its compile(optimizer, loss)"),
        (models.another_shape, "the model that build(hp) returns cannot take x, whose shape is (80, 4): "),
    ],
)
def test_models_that_cannot_be_searched_are_refused_in_one_line(model: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        searched(kt.RandomSearch, tmp_path, model)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


def test_what_training_does_not_tell_ends_the_search_with_what_it_does(tmp_path: Path) -> None:
    with pytest.raises(StudyFailure, match=r"the objective 'val_accuracy' is not among what training told .loss, val_"):
        searched(kt.RandomSearch, tmp_path, objective="val_accuracy", max_trials=1)
    with pytest.raises(
        StudyFailure,
        match=r"every trial failed, the last with: .* HyperModel.fit\(\) is None",
    ):
        searched(kt.RandomSearch, tmp_path / "silent", models.Silent(), max_trials=1)


def test_callbacks_that_cannot_be_copied_and_settings_that_are_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigError, match=r"callbacks\[0\]: Uncopied cannot be copied .* needs a fresh"):
        made(kt.RandomSearch, tmp_path).search(models.x, models.y, **GIVEN, callbacks=[models.Uncopied()])
    monkeypatch.setenv("TUNEWRIGHT_WORKERS", "many")
    with pytest.raises(ConfigError, match="TUNEWRIGHT_WORKERS: expected a whole number from 1, found 'many'"):
        made(kt.RandomSearch, tmp_path)
    with pytest.raises(ConfigError, match="workers: expected a whole number from 1, found 0"):
        made(kt.RandomSearch, tmp_path, workers=0)


def test_without_keras_the_line_to_install_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras_installed, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'tunewright\[keras\]'"):
        keras_installed.ready()
