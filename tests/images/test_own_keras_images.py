"""A `build_model(hp)` of the user's own on images: tuned and judged as other networks, saved as a file of Keras."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from cli_helpers import refusal, results, run, run_well
from tunewright.bundle.folder import open_bundle
from tunewright.core.errors import ConfigError
from tunewright.experiment.by_keras import KerasSettings, loaded
from tunewright.images.bundle.bundle import read_image_bundle
from tunewright.images.families.keras import FAMILY
from tunewright.images.networks.keras import KerasClassifier, as_keras_has
from tunewright.images.testing import check_family

pytestmark = pytest.mark.usefixtures("unseen_stills")

MODELS = """
import keras
from keras import layers

def finished(*parts, loss="sparse_categorical_crossentropy", last="softmax", outputs=None):
    model = keras.Sequential([keras.Input(input_shape), *parts, layers.Flatten()])
    model.add(layers.Dense(outputs or num_classes, activation=last))
    model.compile("adam", loss, metrics=["accuracy"])
    return model

def build_model(hp):
    filters = hp.Int("filters", 4, 8, step=4)
    return finished(layers.Conv2D(filters, 3, activation="relu"), layers.Dropout(hp.Float("dropout", 0, 0.4, step=0.2)))

def logits(hp):
    return finished(loss=keras.losses.CategoricalCrossentropy(from_logits=True), last=None)

def too_few(hp):
    return finished(outputs=3)

def with_lambda(hp):
    return finished(layers.Lambda(lambda given: given / 2))
"""
MINE = """
kind = "images"

[data]
source = "builtin:digits"

[model]
family = "keras"
call = "models.py:build_model"

[training]
epochs = 2
batch_size = 64

[search]
trials = 3
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, unseen_stills: None) -> Path:
    folder = tmp_path_factory.mktemp("own")
    (folder / "models.py").write_text(MODELS)
    (folder / "mine.toml").write_text(MINE)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run_well("tune", "mine.toml", "--out", "run", "--workers", "2")
    return folder


@pytest.fixture(autouse=True)
def _there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


def network(call: str, shape: tuple[int, int, int] = (1, 8, 8), classes: int = 10) -> KerasClassifier:
    made = FAMILY.build(KerasSettings(call=f"{Path('models.py').resolve()}:{call}").spec(), shape, classes)
    assert isinstance(made, KerasClassifier)
    return made


def test_it_keeps_what_every_family_promises(folder: Path) -> None:
    given = {"call": f"{folder / 'models.py'}:build_model"}
    check_family(FAMILY, given, factory=loaded(given["call"]))


def test_it_is_the_same_for_any_number_of_workers() -> None:
    run_well("tune", "mine.toml", "--out", "again", "--workers", "1")
    one, two = results(Path("run")), results(Path("again"))
    assert one["study"]["fingerprint"] == two["study"]["fingerprint"]
    assert one["test"] == two["test"]
    assert set(one["study"]["space"]) == {"filters", "dropout"}


def test_its_bundle_predicts_without_the_function_and_as_keras_does() -> None:
    import keras

    assert (Path("run/bundle") / "model.keras").exists()
    done = run("predict", "run", "--data", "builtin:digits", "--json")
    assert done.exit_code == 0
    assert len(json.loads(done.stdout)) == 1797
    ours = read_image_bundle(open_bundle(Path("run"))).classifier.model
    images = torch.from_numpy(np.random.default_rng(0).normal(size=(1000, 1, 8, 8)).astype(np.float32))
    theirs = keras.saving.load_model("run/bundle/model.keras").predict(as_keras_has(images), verbose=0)
    assert np.abs(ours(images).softmax(dim=1).numpy() - theirs).max() < 1e-5


def test_outputs_without_softmax_are_scores() -> None:
    import keras

    made, images = network("logits"), torch.rand(5, 1, 8, 8)
    assert np.abs(made(images).numpy() - keras.ops.convert_to_numpy(made.model(as_keras_has(images)))).max() < 1e-6
    run_well("tune", "mine.toml", "--set", "model.call=models.py:logits", "--out", "logits", "--workers", "1")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (["model.call=models.py:too_few"], "expected a network that gives one score for each of 10 classes"),
        (["model.call=models.py:with_lambda"], "the model has a layer Lambda, which is code and not data"),
        (["augmentation.mixup=0.2"], "augmentation.mixup: the loss of a Keras model takes one label for an image"),
        (["final.hold_out=false"], "final.hold_out: a Keras model is stopped on validation images"),
        (["space={momentum=[0.8, 0.9]}"], "[space] momentum means nothing to the family 'keras'; remove it"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(changes: list[str], said: str) -> None:
    parts = [part for one in changes for part in ("--set", one)]
    assert said in refusal("tune", "mine.toml", *parts, "--out", "refused")


def test_another_shape_in_the_file_is_told() -> None:
    Path("other.py").write_text("input_shape = (28, 28, 1)\n" + MODELS)
    made: Any = KerasSettings(call=f"{Path('other.py').resolve()}:build_model").spec()
    with pytest.raises(ConfigError, match=r"defines input_shape = \(28, 28, 1\), and the experiment has \(8, 8, 1\)"):
        FAMILY.build(made, (1, 8, 8), 10)
