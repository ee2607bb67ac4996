"""The classifiers of torchvision: trained, saved, begun with weights by their names, and refused in one line."""

import json
import sys
import urllib.error
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from cli_helpers import results, run
from tunewright.core.errors import ConfigError
from tunewright.entrance import begin, load_experiment
from tunewright.images.bundle.bundle import load_image_bundle
from tunewright.images.experiment.settings import ImageExperiment
from tunewright.images.families.vision import FAMILY, TorchvisionSpec
from tunewright.images.networks.vision import trained
from tunewright.images.run.beginnings import with_input_size
from tunewright.images.run.setup import set_up_images
from tunewright.runs.life import conduct
from tunewright.training.pretrained import parts_of
from with_torchvision import torchvision_models

pytestmark = pytest.mark.usefixtures("unseen_stills", "vision")

SMALL = "shufflenet_v2_x0_5"
FILE = "shufflenetv2_x0.5-f707e7126e.pth"
TINY = f"""
kind = "images"
[data]
source = "builtin:digits"
[model]
family = "torchvision"
architecture = "{SMALL}"
input_size = 16
[fidelity]
subset = 0.2
[training]
epochs = 1
batch_size = 64
learning_rate = 0.02
[compute]
precision = "float32"
threads = 1
"""
QUICK = ("--workers", "1", "--quiet")


@pytest.fixture(scope="module")
def vision() -> Any:
    return torchvision_models()


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No weights of the user's, and no network."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))

    def nowhere(*arguments: object, **options: object) -> None:
        raise urllib.error.URLError("no network")

    monkeypatch.setattr(torch.hub, "download_url_to_file", nowhere)


@pytest.fixture
def kept(vision: Any, tmp_path: Path) -> dict[str, torch.Tensor]:
    """Weights for a thousand classes, where torchvision keeps what it has downloaded."""
    torch.manual_seed(3)
    weights: dict[str, torch.Tensor] = vision.get_model(SMALL, weights=None, num_classes=1000).state_dict()
    place = tmp_path / "torch/hub/checkpoints"
    place.mkdir(parents=True)
    torch.save(weights, place / FILE)
    return weights


def tuned(folder: str = "run") -> Path:
    """tiny.toml, run in this process: what is declared here is not declared in others."""
    conduct(begin(load_experiment("tiny.toml"), out=folder))
    return Path(folder)


def refusal(*arguments: str) -> str:
    """The last line on stderr: what is being fetched is told there, too."""
    result = run(*arguments)
    assert result.exit_code == 2, result.output + repr(result.exception)
    return result.stderr.splitlines()[-1]


def test_a_run_trains_it_saves_it_and_predicts() -> None:
    Path("tiny.toml").write_text(TINY)
    tuned()
    told = json.loads(Path("run/bundle/bundle.json").read_text())["network"]["spec"]
    assert told == {"family": "torchvision", "architecture": SMALL, "input_size": 16}
    model = load_image_bundle(Path("run")).module
    assert model(torch.zeros(2, 1, 8, 8)).shape == (2, 10)
    assert run("predict", "run", "--data", "builtin:digits", "--out", "out.csv").exit_code == 0
    assert len(Path("out.csv").read_text().splitlines()) == 1798


def test_named_weights_bring_their_normalisation_and_their_size(kept: dict[str, torch.Tensor]) -> None:
    text = TINY.replace("[model]", '[model]\nweights = "DEFAULT"\nfrozen = 1')
    Path("tiny.toml").write_text(text)
    tuned()
    bundle = json.loads(Path("run/bundle/bundle.json").read_text())
    assert bundle["normalisation"]["mean"] == pytest.approx([sum((0.485, 0.456, 0.406)) / 3])
    found = load_file("run/bundle/weights.safetensors")
    assert torch.equal(found["conv1.0.weight"], kept["conv1.0.weight"]), "frozen"
    assert torch.equal(found["conv1.1.running_mean"], kept["conv1.1.running_mean"]), "its norm, too"
    assert not torch.equal(found["stage2.0.branch1.0.weight"], kept["stage2.0.branch1.0.weight"]), "trained"
    assert found["fc.weight"].shape == (10, 1024)
    Path("whole.toml").write_text(text.replace("input_size = 16\n", ""))
    experiment = load_experiment(Path("whole.toml"))
    assert isinstance(experiment, ImageExperiment)
    prepared = set_up_images(experiment)
    assert prepared.experiment.model.own.input_size == 224
    assert prepared.told[0] == f"weights   IMAGENET1K_V1 of {SMALL}"
    bare = text.replace("input_size = 16\n", "").replace('weights = "DEFAULT"\nfrozen = 1\n', "")
    Path("whole.toml").write_text(f'{bare}[compare.known]\nweights = "DEFAULT"\n')
    experiment = load_experiment(Path("whole.toml"))
    assert isinstance(experiment, ImageExperiment)
    known = with_input_size(experiment)
    assert (known.model.own.input_size, known.compare["known"]["input_size"]) == (None, 224)


def test_a_bundle_brings_the_size_of_its_images() -> None:
    Path("tiny.toml").write_text(TINY)
    tuned()
    save_file(load_file("run/bundle/weights.safetensors"), "alone.safetensors")
    for place, side in (("run", 16), ("alone.safetensors", None)):
        text = TINY.replace("[model]", f'[model]\nweights = "{place}"').replace("input_size = 16\n", "")
        Path("next.toml").write_text(text)
        experiment = load_experiment(Path("next.toml"))
        assert isinstance(experiment, ImageExperiment)
        assert with_input_size(experiment).model.own.input_size == side


@pytest.mark.parametrize("name", ["googlenet", "inception_v3"])
def test_weights_of_inception_get_images_as_torchvision_gives_them(
    name: str, vision: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There the normalisation is brought to that of these networks within them."""
    form = vision.get_model_weights(name)["DEFAULT"]
    state = {"fc.bias": torch.zeros(1000)}
    monkeypatch.setattr(type(form), "get_state_dict", lambda *args, **options: state)
    found = trained(name, "DEFAULT")
    module = vision.get_model(name, weights=None, init_weights=False, transform_input=True)
    images = torch.rand(2, 3, 5, 5)
    mean, std = (torch.tensor(one).reshape(3, 1, 1) for one in (form.transforms().mean, form.transforms().std))
    own_mean, own_std = (torch.tensor(one).reshape(3, 1, 1) for one in (found.mean, found.std))
    expected = module._transform_input((images - mean) / std)
    torch.testing.assert_close((images - own_mean) / own_std, expected)


def test_each_architecture_that_is_tuned_has_its_own_weights(kept: dict[str, torch.Tensor]) -> None:
    text = TINY.replace("[model]", '[model]\nweights = "DEFAULT"')
    Path("tiny.toml").write_text(f'{text}[space]\narchitecture = ["{SMALL}", "mobilenet_v3_small"]\n')
    assert "IMAGENET1K_V1 of mobilenet_v3_small cannot be fetched" in refusal("tune", "tiny.toml", *QUICK)
    Path("tiny.toml").write_text(
        f'{TINY}[space]\narchitecture = ["{SMALL}", "mobilenet_v3_small"]\n[search]\ntrials = 2\n'
    )
    assert len(results(tuned())["study"]["trials"]) == 2


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("resnet18", "conv1", "fc"),
        ("vit_b_16", "conv_proj", "heads"),
        ("mobilenet_v3_small", "features.0", "classifier"),
        ("googlenet", "conv1", "fc"),
        ("densenet121", "features.conv0", "classifier"),
    ],
)
def test_architectures_are_made_of_parts_from_the_first_layer_to_the_head(name: str, first: str, last: str) -> None:
    with torch.device("meta"):
        model = FAMILY.build(TorchvisionSpec(name), (3, 64, 64), 5)
    parts = parts_of(model)
    assert (parts[0].names[0], parts[-1].names[0]) == (first, last)
    assert all(sum(part.holds(one) for part in parts) == 1 for one, _ in model.named_parameters())


def test_what_cannot_be_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for text, expected in {
        TINY.replace(SMALL, "resnet19"): "torchvision has no classifier 'resnet19'; did you mean 'resnet18'?",
        TINY.replace(
            "[model]", '[model]\nweights = "V9"'
        ): f"none of torchvision's weights of {SMALL}; expected one of",
        TINY.replace("[model]", '[model]\nweights = "DEFAULT"'): "cannot be fetched (<urlopen error no network>); put "
        f"https://download.pytorch.org/models/{FILE} there as {tmp_path}/torch/hub/checkpoints/{FILE}, or run once",
    }.items():
        Path("tiny.toml").write_text(text)
        assert expected in refusal("tune", "tiny.toml", *QUICK)
    Path("tiny.toml").write_text(TINY)
    monkeypatch.setitem(sys.modules, "torchvision.models", None)
    assert "torchvision is not installed; install it with: pip install 'tunewright[vision]'" in refusal(
        "tune", "tiny.toml", *QUICK
    )


def test_a_torchvision_for_another_torch_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> Any:
        raise RuntimeError("operator torchvision::nms does not exist")

    monkeypatch.setattr("tunewright.images.networks.vision.import_module", broken)
    with pytest.raises(ConfigError) as told:
        FAMILY.build(TorchvisionSpec(SMALL), (3, 8, 8), 2)
    assert str(told.value) == (
        "torchvision cannot be loaded (operator torchvision::nms does not exist); it was built for another torch than "
        f"{torch.__version__}: install both again, from one index"
    )
