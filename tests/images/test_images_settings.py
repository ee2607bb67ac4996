"""Experiments on images: what a file may say, and each mistake in one line, word for word."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch

from cli_helpers import refusal, run_well
from tunewright.core.errors import ConfigError
from tunewright.core.space import Choice, Integer, Real
from tunewright.entrance import load_experiment
from tunewright.experiment.files import to_toml
from tunewright.experiment.shipped import recipe_names
from tunewright.images.experiment.final import contestants
from tunewright.images.experiment.settings import TUNING, ImageExperiment
from tunewright.images.families.network import Network

NETWORKS = """
from torch import nn

def linear(shape, classes, *, width=8, rate=0.5, deep=False):
    pixels = shape[0] * shape[1] * shape[2]
    return nn.Sequential(nn.Flatten(), nn.Linear(pixels, width), nn.ReLU(), nn.Linear(width, classes))

def flat(shape, classes):
    return nn.Flatten()

def broken(shape, classes):
    raise KeyError("no such layer")

class Failing(nn.Module):
    def forward(self, images):
        return (images, images) if self.pair else {}["pixels"]

def failing(shape, classes):
    made = Failing()
    made.pair = False
    return made

def pair(shape, classes):
    made = Failing()
    made.pair = True
    return made

def number(shape, classes):
    return 3

def bare(shape, classes):
    return nn.Sequential(nn.Flatten(), nn.ReLU(), Head())

class Head(nn.Module):
    def forward(self, images):
        return images[:, :10]

value = 4
"""
DIGITS = "\n[data]\nsource = 'builtin:digits'\n"
OWN = "[model]\nfamily = 'custom'\ncall = 'net.py:{}'\n"
COMPARED = (
    "activation, averaging, averaging_decay, batch_size, colour, crop, cutout, depth, depths, dropout, epochs, family, "
    "flip, frozen, head, kernel, label_smoothing, learning_rate, max_width, mirror, mixup, momentum, norm, optimizer, "
    "patience, pooling, rate_decay, residual, schedule, stages, warmup, weight_decay, weights, width, widths"
)

IN_THE_FILE = {
    "unknown section": ("[modell]\nwidth = 3", "unknown key 'modell' in the experiment; did you mean 'model'?"),
    "unknown key": ("[training]\nepoch = 3", "unknown key 'epoch' in [training]; did you mean 'epochs'?"),
    "a key of prices": (
        "[preparation]\nhorizon = 5",
        "unknown key 'horizon' in [preparation]; expected one of folds, test_fraction, validation_fraction",
    ),
    "a metric of prices": (
        "[search]\nmetric = 'mse'",
        "search.metric: input should be 'error' or 'log_loss', found 'mse'",
    ),
    "unknown parameter": ("[space]\nwidht = [8, 16]", "unknown parameter 'widht' in [space]; did you mean 'width'?"),
    "a parameter that cannot be tuned": (
        "[space]\ncall = ['a']",
        "[space] call means nothing to the family 'cnn'; remove it",
    ),
    "a parameter of another family": (
        "[space]\nunits = [8, 16]",
        "[space] units means nothing to the family 'cnn'; remove it",
    ),
    "a wrong choice": (
        "[space]\npooling = ['max', 'min']",
        "[space] pooling: model.pooling: input should be 'max', 'average' or 'stride', found 'min'",
    ),
    "a wrong end": (
        "[space]\ndropout = { low = 0.0, high = 1.0 }",
        "[space] dropout: model.dropout: input should be less than 1, found 1.0",
    ),
    "no whole numbers": (
        "[space]\nwidth = { low = 8.5, high = 16.5 }",
        "[space] width: expected whole numbers, found 8.5, 16.5",
    ),
    "custom among the families": (
        "[space]\nfamily = ['cnn', 'custom']",
        '[space] family: model: family = "custom" and call = "file.py:function" go together',
    ),
    "options without custom": (
        "[model]\noptions = { width = 3 }",
        "unknown key 'options' in [model] of the family 'cnn'; it is a key of the family 'custom' or 'keras'",
    ),
    "custom without call": (
        "[model]\nfamily = 'custom'",
        'model: family = "custom" and call = "file.py:function" go together',
    ),
    "call without custom": (
        "[model]\ncall = 'net.py:linear'",
        "unknown key 'call' in [model] of the family 'cnn'; it is a key of the family 'custom' or 'keras'",
    ),
    "a key like no other": (
        "[model]\nfamily = 'custom'\ncall = 'net.py:linear'\nzzz = 1",
        "unknown key 'zzz' in [model] of the family 'custom'; expected one of call, family, frozen, mirror, options, "
        "rate_decay, weights",
    ),
    "depths of the wrong length": (
        "[model]\nstages = 2\ndepths = [1, 1]",
        "model: depths needs one number for the first convolution and one for each stage, 3 in all, found [1, 1]",
    ),
    "widths and a tuned width": (
        "[model]\nwidths = [8, 16]\n[space]\nwidth = [8, 16]",
        "[space] width changes nothing, as model.widths is written out; remove one of them",
    ),
    "depths and a tuned depth": (
        "[model]\ndepths = [0, 1, 0, 1]\n[space]\ndepth = [1, 2]",
        "[space] depth changes nothing, as model.depths is written out; remove one of them",
    ),
    "a key in compare": ("[compare.wide]\nwidht = 32", "[compare.wide]: unknown key 'widht'; did you mean 'width'?"),
    "a key of the search in compare": (
        "[compare.wide]\ntrials = 32",
        f"[compare.wide]: unknown key 'trials'; expected one of {COMPARED}",
    ),
    "a reserved name in compare": (
        "[compare.tuned]\nwidth = 32",
        "[compare.tuned]: take a name of letters, digits, dashes and underscores, not tuned or default or model",
    ),
    "a bad name in compare": (
        "[compare.'a b']\nwidth = 32",
        "[compare.a b]: take a name of letters, digits, dashes and underscores, not tuned or default or model",
    ),
    "a wrong value in compare": (
        "[compare.wide]\nwidth = 'wide'",
        "[compare.wide] model.width: input should be a valid integer, found 'wide'",
    ),
    "a value in place of a section": (
        "[compare]\nwide = 3",
        "compare.wide: expected a section with keys, found 3",
    ),
    "another family's key in compare": (
        "[compare.wide]\nunits = 32",
        "[compare.wide] units means nothing to the family 'cnn'; remove it",
    ),
    "a key without effect in compare": (
        "[model]\nwidths = [8, 16]\n[compare.wide]\nwidth = 32",
        "[compare.wide] width changes nothing, as model.widths is written out; remove one of them",
    ),
    "a network in compare that is not there": (
        "[compare.own]\nfamily = 'custom'\ncall = 'nets.py:linear'",
        "[compare.own] call: {here}/nets.py does not exist; a relative path starts where the experiment file is",
    ),
    "epochs fixed and tuned": (
        "[fidelity]\nepochs = 2\n[space]\nepochs = [2, 4]",
        "fidelity.epochs fixes what [space] epochs would tune; remove one of them",
    ),
    "a constant rate without validation images": (
        "[training]\nschedule = 'constant'",
        "training.schedule = 'constant' keeps the epoch of the lowest validation loss, so the final models need "
        "validation images too; set final.hold_out = true, or take a schedule that ends low",
    ),
    "a tuned schedule without validation images": (
        "[space]\nschedule = ['one_cycle', 'constant']",
        "training.schedule = 'constant' keeps the epoch of the lowest validation loss, so the final models need "
        "validation images too; set final.hold_out = true, or take a schedule that ends low",
    ),
    "a compared schedule without validation images": (
        "[compare.same]\nschedule = 'constant'",
        "training.schedule = 'constant' keeps the epoch of the lowest validation loss, so the final models need "
        "validation images too; set final.hold_out = true, or take a schedule that ends low",
    ),
    "an empty subset": ("[fidelity]\nsubset = 0.0", "fidelity.subset: input should be greater than 0, found 0.0"),
    "no file of a network": (
        "[model]\nfamily = 'custom'\ncall = 'nets.py:linear'",
        "model.call: {here}/nets.py does not exist; a relative path starts where the experiment file is",
    ),
    "no such network": (
        OWN.format("linea"),
        "model.call: {here}/net.py has no function 'linea'; it has linear, flat, broken, Failing, failing, pair, "
        "number, bare, Head",
    ),
    "no function": (OWN.format("value"), "model.call: {here}/net.py:value is no function: found int"),
    "no place": (
        "[model]\nfamily = 'custom'\ncall = 'net.py'",
        'model.call: expected "package.module:name" or "path/file.py:name", found \'net.py\'',
    ),
    "an option that is not given": (
        OWN.format("linear") + "options = { width = 8 }\n[space]\nwidht = [0.1, 0.2]",
        "unknown parameter 'widht' in [space]; did you mean 'width'?",
    ),
    "an option beside another family": (
        OWN.format("linear") + "options = { width = 8 }\n[space]\nwidth = [4, 8]\nfamily = ['custom', 'feedforward']",
        "[space] width is an option of the user's own network, but other families are tried too; "
        'give it when = { family = ["custom"] }',
    ),
    "an option of two families": (
        OWN.format("linear") + "options = { width = 8 }\n[space]\nfamily = ['custom', 'feedforward']\n"
        "width = { choices = [4, 8], when = { family = ['custom', 'feedforward'] } }",
        "[space] width is an option of the user's own network, but other families are tried too; "
        'give it when = { family = ["custom"] }',
    ),
    "an option that a key of another section would hide": (
        OWN.format("linear") + "options = { epochs = 8 }",
        "[model.options] epochs has the name of a key of [training]; take another",
    ),
    "two objectives and a pruner": (
        "[search]\nsecond_objective = 'parameters'\n[pruner]\nname = 'median'",
        "pruner.name = 'median' cannot judge two objectives, as a rung tells of the first alone; take "
        "search.second_objective out, or set pruner.name = 'none'",
    ),
    "one side": (
        "[data]\nsize = [4]",
        "data.size: list should have at least 2 items after validation, not 1, found [4]",
    ),
    "a grid of a range without steps": (
        "[search]\nsampler = 'grid'\n[space]\nlearning_rate = { low = 0.1, high = 1.0 }",
        "grid search cannot use 'learning_rate': a range without a step has no finite grid; give it a step, or name "
        "its choices",
    ),
    "a start outside": (
        "[space]\nwidth = [8, 16]\n[[start]]\nwidth = 12",
        "[[start]] 1: width = 12 is not in the space, which has type = choice, choices = [8, 16]",
    ),
    "a start of nothing tuned": (
        "[[start]]\nwidth = 12",
        "[[start]] 1: 'width' is no parameter of [space], which has none",
    ),
}
WITH_THE_IMAGES = {
    "crop": (
        "[augmentation]\ncrop = 8",
        "model: augmentation.crop = 8: expected fewer pixels than the images' shorter side, found images 8 high and 8 "
        "wide",
    ),
    "crop in compare": (
        "[compare.cropped]\ncrop = 9",
        "cropped: augmentation.crop = 9: expected fewer pixels than the images' shorter side, found images 8 high and "
        "8 wide",
    ),
    "six stages": (
        "[model]\nstages = 6",
        "model: its network cannot take images of 1 x 8 x 8 (channels, height, width): Given input size: (64x1x1). "
        "Calculated output size: (64x0x0). Output size is too small",
    ),
    "six stages in compare": (
        "[compare.deep]\nstages = 6",
        "deep: its network cannot take images of 1 x 8 x 8 (channels, height, width): Given input size: (64x1x1). "
        "Calculated output size: (64x0x0). Output size is too small",
    ),
    "a network of the wrong shape": (
        OWN.format("flat"),
        "model: expected a network that gives one score for each of 10 classes, shape (images, 10), found (2, 64) for "
        "2 images",
    ),
    "a network that gives two things": (
        OWN.format("pair"),
        "model: expected a network that gives one score for each of 10 classes, shape (images, 10), found tuple for 2 "
        "images",
    ),
    "a function that raises": (
        OWN.format("broken"),
        "model: its network cannot take images of 1 x 8 x 8 (channels, height, width): {here}/net.py:broken failed "
        "with {{}}: KeyError: 'no such layer'",
    ),
    "a network that raises": (
        OWN.format("failing"),
        "model: its network cannot take images of 1 x 8 x 8 (channels, height, width): 'pixels'",
    ),
    "nothing to train": (
        OWN.format("bare"),
        "model: its network has no parameter to train; give it layers with weights",
    ),
    "fixed values where something is tuned": (
        "[model]\nstages = 6\n[space]\nlearning_rate = [0.1, 0.2]",
        "default: its network cannot take images of 1 x 8 x 8 (channels, height, width): Given input size: (64x1x1). "
        "Calculated output size: (64x0x0). Output size is too small",
    ),
    "a tuned crop": (
        "[space]\ncrop = { low = 0, high = 8 }",
        "[space] crop = 8: augmentation.crop = 8: expected fewer pixels than the images' shorter side, found images 8 "
        "high and 8 wide",
    ),
    "tuned stages of a tuned family": (
        "[model]\nfamily = 'feedforward'\n[space]\nfamily = ['cnn', 'feedforward']\n"
        "stages = { low = 1, high = 4, when = { family = ['cnn'] } }",
        "[space] stages = 4: its network cannot take images of 1 x 8 x 8 (channels, height, width): Given input size: "
        "(64x1x1). Calculated output size: (64x0x0). Output size is too small",
    ),
    "no network": (OWN.format("number"), "model: {here}/net.py:number must return a torch.nn.Module, found int"),
    "an unknown option": (
        OWN.format("linear") + "options = { height = 3 }",
        "model: its network cannot take images of 1 x 8 x 8 (channels, height, width): {here}/net.py:linear failed "
        "with {{'height': 3}}: TypeError: linear() got an unexpected keyword argument 'height'",
    ),
    "size": (
        "[data]\nsource = 'builtin:digits'\nsize = [4, 4]",
        "builtin:digits: expected no size, found (4, 4): its images have one. Leave size out.",
    ),
    "no images": (
        "[data]\nsource = 'images'",
        "{here}/images: expected a file or a folder of images, found none. Check the path.",
    ),
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(NETWORKS)


def write(text: str, name: str = "made.toml") -> str:
    Path(name).write_text("kind = 'images'\n" + text + ("" if "[data]" in text else DIGITS))
    return name


def load(text: str, changes: Mapping[str, Any] | None = None) -> ImageExperiment:
    experiment = load_experiment(write(text), changes)
    assert isinstance(experiment, ImageExperiment)
    return experiment


@pytest.mark.parametrize("case", IN_THE_FILE)
def test_refuses_a_file(case: str) -> None:
    text, message = IN_THE_FILE[case]
    with pytest.raises(ConfigError) as refused:
        load(text)
    assert str(refused.value) == "made.toml: " + message.replace("{here}", str(Path.cwd()))


@pytest.mark.parametrize("case", WITH_THE_IMAGES)
def test_refuses_what_does_not_go_with_the_images(case: str) -> None:
    text, message = WITH_THE_IMAGES[case]
    assert refusal("tune", write(text), "--out", "run") == message.format(here=Path.cwd())
    assert not Path("run").exists()


def test_a_gpu_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    said = 'compute.device = "cuda", but PyTorch finds no such GPU here; set compute.device = "cpu" or "auto"'
    assert refusal("tune", write("[compute]\ndevice = 'cuda'"), "--out", "run") == said


def test_an_unknown_kind_is_told_all_of_them() -> None:
    Path("made.toml").write_text("kind = 'image'\n")
    assert refusal("tune", "made.toml") == (
        "made.toml: kind: expected one of 'prices', 'function', 'images', 'feature-study', 'leakage-ladder', "
        "found 'image'"
    )


def test_what_is_for_prices_alone() -> None:
    said = "`audit` expects an experiment on prices or a comparison, found an experiment on images"
    assert refusal("audit", "digits-cnn") == said
    said = "digits-cnn: unknown key 'with' in [data]; expected one of colour, labels, size, source"
    assert refusal("tune", "digits-cnn", "--with", "other.csv") == said


def test_recipes_load_and_are_listed() -> None:
    said = run_well("recipes")
    kinds = {name: load_experiment(name) for name in recipe_names()}
    images = {name for name, experiment in kinds.items() if isinstance(experiment, ImageExperiment)}
    assert images >= {"digits-cnn", "cifar10-cnn", "cifar10-feedforward", "cifar10-tune", "cnn-vs-feedforward"}
    assert all(f"{name} " in said for name in images)
    for name in images:
        assert run_well("recipes", "show", name).startswith("# ")


@pytest.mark.parametrize("name", [name for name in recipe_names() if name.startswith(("cifar10", "cnn", "digits"))])
def test_recipes_come_back_from_their_toml(name: str) -> None:
    experiment = load_experiment(name)
    Path("again.toml").write_text(to_toml(experiment))
    assert load_experiment("again.toml") == experiment


def test_everything_comes_back_from_its_toml() -> None:
    experiment = load(
        "[model]\nfamily = 'custom'\ncall = 'net.py:linear'\noptions = { width = 4, rate = 0.5, deep = true }\n"
        "[search]\nsecond_objective = 'parameters'\n[pruner]\nname = 'none'\n[stop]\nseconds = 60.0\n"
        "[space]\nwidth = { low = 2, high = 8, step = 2 }\ndeep = [true, false]\n"
        "rate = { low = 0.1, high = 0.9, when = { deep = [true] } }\n"
        "[[start]]\nwidth = 4\ndeep = true\nrate = 0.25\n"
        "[compare.plain]\nfamily = 'cnn'\nwidths = [4, 8]\ndepths = [0, 1]\n"
        "[compare.own]\noptions = { width = 16 }\ncall = 'net.py:linear'\n"
    )
    Path("else").mkdir()
    Path("else/again.toml").write_text(to_toml(experiment))
    assert load_experiment("else/again.toml") == experiment
    assert experiment.compare["own"]["call"] == f"{Path.cwd()}/net.py:linear"


def test_params_go_to_their_sections() -> None:
    experiment = load("[space]\nwidth = [8, 16]")
    found = TUNING.with_params(experiment, {"width": 8, "epochs": 3, "mixup": 0.5, "widths": [2, 3]})
    assert (found.model.own.width, found.training.epochs, found.augmentation.mixup, found.model.own.widths) == (
        8,
        3,
        0.5,
        [2, 3],
    )
    assert (experiment.model.own.width, found.space) == (16, experiment.space)


def test_defaults_are_of_what_applies() -> None:
    space = (
        "[space]\nfamily = ['cnn', 'feedforward']\n"
        "units = { choices = [4, 8, 1024], when = { family = ['feedforward'] } }\n"
        "depth = { low = 1, high = 2, when = { family = ['cnn'], stages = [3] } }\nstages = [2, 3]\n"
    )
    assert TUNING.default_params(load(space)) == {"family": "cnn", "depth": 1, "stages": 3}
    assert TUNING.default_params(load(space, {"model.stages": 2})) == {"family": "cnn", "stages": 2}
    wide = load(space, {"model.family": "feedforward"})
    assert TUNING.default_params(wide) == {"units": 1024, "family": "feedforward", "stages": 3}


def test_options_of_a_network_are_tuned_by_what_they_are() -> None:
    """They may have names that other families use for their own settings."""
    space = "[space]\nwidth = { low = 2, high = 8 }\nrate = { low = 0, high = 1 }\ndeep = [true, false]\n"
    experiment = load(OWN.format("linear") + "options = { width = 4, rate = 0.5, deep = true }\n" + space)
    assert TUNING.space(experiment).parameters == {
        "width": Integer(2, 8),
        "rate": Real(0.0, 1.0),
        "deep": Choice((True, False)),
    }
    assert TUNING.default_params(experiment) == {"width": 4, "rate": 0.5, "deep": True}
    found = TUNING.with_params(experiment, {"width": 8, "rate": 1.0})
    assert found.model.options == {"width": 8, "rate": 1.0, "deep": True}
    made = Network(found.model.spec(), (1, 8, 8), 10).build()
    assert [tuple(one.shape) for one in made.parameters()] == [(8, 64), (8,), (10, 8), (10,)]
    with pytest.raises(ConfigError, match=r"\[space\] width: expected whole numbers, found 2.5, 8"):
        load(OWN.format("linear") + "options = { width = 4 }\n[space]\nwidth = { low = 2.5, high = 8 }")


def test_another_family_takes_the_place_of_the_users_network() -> None:
    text = OWN.format("linear") + "options = { width = 4 }\n[compare.plain]\nfamily = 'cnn'\nwidth = 12\n"
    own, plain = contestants(load(text), {})
    assert (own.name, own.experiment.model.options) == ("model", {"width": 4})
    assert (plain.experiment.model.own.width, "call" in plain.experiment.model.as_dict()) == (12, False)


def test_contestants_are_the_tuned_the_default_and_the_compared() -> None:
    experiment = load("[space]\nwidth = [8, 16]\n[compare.long]\nepochs = 60\n")
    found = contestants(experiment, {"width": 8})
    assert [one.name for one in found] == ["tuned", "default", "long"]
    assert [one.experiment.model.own.width for one in found] == [8, 16, 16]
    assert [one.experiment.training.epochs for one in found] == [20, 20, 60]
    assert all(not one.experiment.space for one in found)


def test_starts_are_written_out() -> None:
    text = "[space]\nwidth = [8, 16]\ndropout = { low = 0.0, high = 0.5 }\n[[start]]\ndropout = 0\nwidth = 8\n"
    assert load(text).start == [{"width": 8, "dropout": 0.0}]
    (Path("old")).mkdir()
    Path("old/results.json").write_text('{"study": {"best": {"params": {"width": 16, "dropout": 0.5}}}}')
    from_run = load(text.replace("dropout = 0\nwidth = 8", "run = 'old'"))
    assert from_run.start == [{"width": 16, "dropout": 0.5}]
