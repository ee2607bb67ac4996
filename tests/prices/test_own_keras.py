"""A `build_model(hp)` of the user's own on prices: its space found, tuned and judged, saved as a file of Keras."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from cli_helpers import outcome, refusal, results, run, run_well, write_prices
from tunewright.bundle.folder import open_bundle
from tunewright.bundle.keras_file import model_of, pack
from tunewright.core.errors import ConfigError
from tunewright.experiment.by_keras import KerasSettings, loaded
from tunewright.prices.bundle.bundle import read_bundle
from tunewright.prices.families.family import Shape
from tunewright.prices.families.keras import FAMILY
from tunewright.prices.networks.keras import KerasNetwork
from tunewright.prices.testing import check_family

pytestmark = pytest.mark.usefixtures("unseen_stills")

MODELS = """
import keras
from keras import layers

def build_model(hp):
    model = keras.Sequential()
    model.add(keras.Input((time_step, n_features)))
    many = hp.Int("layers", 1, 2)
    for number in range(many):
        model.add(layers.Dense(hp.Int(f"units_{number}", 2, 6, step=2), activation="tanh"))
    model.add(layers.Flatten())
    if hp.Boolean("dropped"):
        with hp.conditional_scope("dropped", [True]):
            model.add(layers.Dropout(hp.Float("rate", 0.1, 0.5, step=0.1)))
    model.add(layers.Dense(1))
    rate = hp.Float("learning_rate", 1e-3, 1e-1, sampling="log", default=1e-2)
    model.compile(optimizer=keras.optimizers.Adam(rate), loss="mae")
    return model

class Scaled(layers.Layer):
    def __init__(self, by=0.5, **others):
        super().__init__(**others)
        self.by = by

    def call(self, given):
        return given * self.by

    def get_config(self):
        return {**super().get_config(), "by": self.by}

def finished(*parts):
    model = keras.Sequential([keras.Input((time_step, n_features)), *parts])
    model.compile("sgd", "mse")
    return model

def own_layer(hp):
    return finished(Scaled(), layers.Flatten(), layers.Dense(1))

def without_input(hp):
    model = keras.Sequential([layers.LSTM(2), layers.Dense(1)])
    model.compile("sgd", "mse")
    return model

def with_lambda(hp):
    return finished(layers.Flatten(), layers.Dense(1), layers.Lambda(lambda x: x * 2))

def every_step(hp):
    return finished(layers.Dense(1))

def other_shape(hp):
    model = keras.Sequential([keras.Input((time_step, 60)), layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", "mse")
    return model

def nothing(hp):
    finished(layers.Flatten(), layers.Dense(1))

def uncompiled(hp):
    return keras.Sequential([keras.Input((time_step, n_features)), layers.Flatten(), layers.Dense(1)])

def raising(hp):
    raise ValueError("no such width")

def of_a_notebook(hp):
    return finished(layers.Reshape((X_train.shape[1],)), layers.Dense(1))

def twice(hp):
    kind = hp.Choice("kind", ["a", "b"])
    with hp.conditional_scope("kind", ["a"]):
        hp.Int("width", 1, 4)
    with hp.conditional_scope("kind", ["b"]):
        hp.Int("width", 10, 40)
    return finished(layers.Flatten(), layers.Dense(1))

def epochs_asked(hp):
    hp.Int("epochs", 1, 4)
    return finished(layers.Flatten(), layers.Dense(1))
"""
MINE = """
[data]
source = "prices.csv"

[preparation]
folds = 2
time_step = 5
features = ["log_return", "high_low"]

[model]
family = "keras"
call = "models.py:build_model"

[training]
epochs = 2

[search]
trials = 3
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, unseen_stills: None) -> Path:
    folder = tmp_path_factory.mktemp("own")
    write_prices(folder / "prices.csv")
    (folder / "models.py").write_text(MODELS)
    (folder / "mine.toml").write_text(MINE)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run_well("tune", "mine.toml", "--out", "run", "--workers", "2")
    return folder


@pytest.fixture(autouse=True)
def _there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


@pytest.mark.parametrize("call", ["build_model", "own_layer", "without_input"])
def test_it_keeps_what_every_family_promises(call: str, folder: Path) -> None:
    given = {"call": f"{folder / 'models.py'}:{call}"}
    check_family(FAMILY, given, factory=loaded(given["call"]))


def test_its_space_is_what_it_asks_for_in_whichever_branch() -> None:
    space = results(Path("run"))["study"]["space"]
    assert set(space) == {"layers", "units_0", "units_1", "dropped", "rate", "learning_rate"}
    text = Path("run/experiment.toml").read_text()
    assert "[space.rate.when]" in text or "when = " in text, "under its condition"


def test_it_is_tuned_and_judged_like_any_other_for_any_number_of_workers() -> None:
    assert results(Path("run"))["test"]["verdict"]
    assert "ok        what is fitted to data sees the fold's training rows alone" in run_well("audit", "mine.toml")
    run_well("tune", "mine.toml", "--out", "again", "--workers", "1")
    assert outcome(Path("run")) == outcome(Path("again"))


@pytest.mark.slow
def test_whether_tuning_helped_is_told_over_seeds() -> None:
    few = ("training.epochs=1", "preparation.folds=1", "final.seeds=2", "search.sampler=random")
    run_well("tune", "mine.toml", *(part for one in few for part in ("--set", one)), "--trials", "2", "--out", "seeds",
             "--workers", "1")  # fmt: skip
    told = results(Path("seeds"))
    seeds, shipped = told["tuning"]["seeds"], told["test"]["metrics"]["model"]["mse"]
    assert [(one["name"], len(set(one["mse"]))) for one in seeds["models"]] == [("tuned", 2), ("default", 2)]
    assert seeds["models"][0]["mse"][0] == pytest.approx(shipped, rel=1e-6)
    assert [one["name"] for one in seeds["missing"]] == ["random"]


def test_what_the_user_writes_stays_and_what_he_fixes_is_not_tuned() -> None:
    fixed = ("--set", "model.options={layers=2}", "--set", "space={units_0=[2, 3]}", "--trials", "1")
    run_well("tune", "mine.toml", *fixed, "--out", "fixed", "--workers", "1")
    space = results(Path("fixed"))["study"]["space"]
    assert "layers" not in space
    assert space["units_0"]["choices"] == [2, 3]
    assert "units_1" in space


def test_its_bundle_is_a_file_of_keras_which_predicts_without_the_function() -> None:
    assert {path.name for path in Path("run/bundle").iterdir()} >= {"model.keras", "bundle.json"}
    plain = run_well("predict", "run", "--last", "2", "--json")
    assert len(json.loads(plain)) == 2
    assert run_well("predict", "run", "--last", "2", "--json", "--custom", "models.py:build_model") == plain


def test_the_same_weights_predict_the_same_through_keras_and_the_bundle() -> None:
    import keras

    forecaster = read_bundle(open_bundle(Path("run"))).forecaster
    ours = forecaster.model
    windows = np.random.default_rng(0).normal(size=(1000, 5, 2)).astype(np.float32)
    theirs = keras.saving.load_model("run/bundle/model.keras").predict(windows, verbose=0)[:, 0]
    found = ours(torch.from_numpy(windows).transpose(0, 1)).numpy()
    assert np.abs(found - theirs).max() < 1e-5


def test_layers_of_ones_own_need_the_function_and_no_archive_brings_them() -> None:
    given = f"{Path('models.py').resolve()}:own_layer"
    model = FAMILY.build(KerasSettings(call=given).spec(), Shape(5, 2), torch.Generator())
    assert isinstance(model, KerasNetwork)
    data = pack(model)
    assert model_of(data, loaded(given)).count_params() == model.model.count_params()
    with pytest.raises(ValueError, match=r"a part Scaled of .*, which is not Keras's own"):
        model_of(data, None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((b'"units": 1,', b'"units": 9000000,'), "larger than its weights|cannot be loaded|incompatible"),
        ((b'"class_name": "Dense"', b'"class_name": "Lambda"'), "has a layer Lambda, which is code"),
        ((b'"module": "keras.layers"', b'"module": "os.path"'), "of os.path, which is not Keras's own"),
    ],
)
def test_a_file_that_says_something_else_is_refused(change: tuple[bytes, bytes], said: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile("run/bundle/model.keras") as archive, zipfile.ZipFile(out, "w") as changed:
        for name in archive.namelist():
            content = archive.read(name)
            assert name != "config.json" or change[0] in content
            changed.writestr(name, content.replace(*change) if name == "config.json" else content)
    with pytest.raises(ValueError, match=said):
        model_of(out.getvalue(), None)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"nothing at all"])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no file of Keras"):
        model_of(data, None)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("with_lambda", "the model has a layer Lambda, which is code and not data, so no bundle holds it"),
        ("every_step", "gave shape (2, 5, 1) for 2 windows; expected one forecast each, of shape (2,) or (2, 1)"),
        ("other_shape", "failed on windows of shape (2, 5, 2), (batch, time_step, features)"),
        ("nothing", "must return a keras.Model, found None; is a `return` missing?"),
        ("uncompiled", "must return a compiled model; call model.compile(optimizer=..., loss=...)"),
        ("raising", "cannot be built with its default values: ValueError: no such width"),
        ("of_a_notebook", "name 'X_train' is not defined; time_step and n_features"),
        ("twice", "width is asked for with other values under another condition"),
        ("epochs_asked", "epochs has the name of a key of [training]; take another"),
        ("missing", "has no function 'missing'"),
    ],
)
def test_wrong_models_are_refused_in_one_line(call: str, said: str) -> None:
    assert said in refusal("tune", "mine.toml", "--set", f"model.call=models.py:{call}", "--out", "refused")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("model.options={width=4}",), "[model.options] width: "),
        (("space={optimizer=['adam', 'sgd']}",), "[space] optimizer means nothing to the family 'keras'; remove it"),
        (("space={family=['lstm', 'keras']}",), "the family 'keras' is tuned by itself"),
        (("model.call=other.py:build_model",), "defines time_step = 60, and the experiment has 5"),
    ],
)
def test_what_does_not_fit_it_is_refused(change: tuple[str, ...], said: str) -> None:
    Path("other.py").write_text("time_step = 60\n" + MODELS)
    parts = [part for one in change for part in ("--set", one)]
    assert said in refusal("tune", "mine.toml", *parts, "--out", "refused")


def test_a_tuned_time_step_reaches_the_function() -> None:
    run_well("tune", "mine.toml", "--set", "space={time_step=[4, 7]}", "--out", "steps", "--workers", "1")
    assert results(Path("steps"))["test"]["verdict"]


def test_without_keras_the_line_to_install_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tunewright.experiment.keras_installed.find_spec", lambda name: None)
    assert "pip install 'tunewright[keras]'" in refusal("tune", "mine.toml", "--out", "refused")
    assert "pip install 'tunewright[keras]'" in run("predict", "run").stderr
    with pytest.raises(ConfigError, match="Keras 3 is not installed"):
        loaded("models.py:build_model")
