"""Trained weights as a beginning, through the command line: what is told, what is refused, and that nothing leaks."""

import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from sklearn.datasets import load_digits

from cli_helpers import refusal, results, run_well, write_tiny

pytestmark = pytest.mark.usefixtures("unseen_stills")

QUICK = ("--workers", "1", "--quiet")
DIGITS = """
kind = "images"
[data]
source = "builtin:digits"
[model]
stages = 2
width = 4
max_width = 8
[training]
epochs = 1
batch_size = 64
[compute]
precision = "float32"
threads = 1
"""


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory, unseen_stills: None) -> Path:
    """A run on digits, a run on prices, and digits as other images with two classes."""
    folder = tmp_path_factory.mktemp("weights")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("TUNEWRIGHT_STATE", str(folder / "state"))
        Path("old.toml").write_text(DIGITS)
        run_well("tune", "old.toml", "--set", "training.epochs=3", "--out", "old", *QUICK)
        images, labels = load_digits(return_X_y=True)
        upright = (15 * images.reshape(-1, 8, 8)).astype(np.uint8)
        np.savez("parity.npz", x_train=np.rot90(upright, axes=(1, 2)), y_train=labels % 2)
        write_tiny(folder)
        lines = Path("prices.csv").read_text().splitlines()
        Path("first.csv").write_text("\n".join(lines[: len(lines) // 2]) + "\n")
        run_well("tune", "tiny.toml", *fixed, "--set", "data.source=first.csv", "--out", "past", *QUICK)
    return folder


fixed = ("--set", "model.units=4", "--set", "training.epochs=1", "--set", "space={}")


@pytest.fixture(autouse=True)
def _at_home(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(there)
    monkeypatch.setenv("TUNEWRIGHT_STATE", str(there / "state"))


def tuned(folder: Path, text: str, *options: str) -> str:
    Path("new.toml").write_text(text)
    return run_well("tune", "new.toml", "--out", folder, "--workers", "1", *options)


def with_weights(place: str | Path, more: str = "", *, text: str = DIGITS) -> str:
    return text.replace("[model]", f'[model]\nweights = "{place}"\n{more}')


def test_other_images_begin_with_the_weights_and_with_a_head_of_their_own(tmp_path: Path) -> None:
    text = with_weights("old", "frozen = 2").replace("builtin:digits", "parity.npz")
    text += (
        '[space]\nrate_decay = { low = 0.3, high = 1.0 }\n[search]\ntrials = 2\n[compare.scratch]\nweights = "none"\n'
    )
    told = tuned(tmp_path / "new", text)
    assert f"weights   {Path('old/bundle').resolve()}" in told
    assert "weights   the last layer begins anew, as its classes are others" in told
    assert "warning   " not in told
    old, new = (load_file(folder / "bundle/weights.safetensors") for folder in (Path("old"), tmp_path / "new"))
    assert all(torch.equal(old[name], new[name]) for name in old if name.startswith(("stages.0", "stages.1"))), "frozen"
    assert not torch.equal(old["stages.2.0.weight"], new["stages.2.0.weight"]), "trained"
    assert (old["head.weight"].shape, new["head.weight"].shape) == ((10, 8), (2, 8))
    found = {one["name"] for one in results(tmp_path / "new")["contestants"]}
    assert found == {"tuned", "default", "scratch"}
    again = tmp_path / "again"
    shutil.copytree(tmp_path / "new", again)
    (again / "results.json").unlink()
    run_well("tune", again / "experiment.toml", "--out", tmp_path / "more", "--workers", "2", "--quiet")
    prints = {results(tmp_path / name)["study"]["fingerprint"] for name in ("new", "more")}
    assert len(prints) == 1, "as many workers as one likes, and from its own file"


def test_the_same_images_sealed_otherwise_are_refused_and_sealed_alike_are_told(tmp_path: Path) -> None:
    told = tuned(tmp_path / "new", with_weights("old"))
    assert "that are trained and validated on here: scores in validation flatter, the sealed test does not" in told
    Path("new.toml").write_text(with_weights("old"))
    message = refusal("tune", "new.toml", "--seed", "5", *QUICK)
    assert " of the sealed test here, which would flatter; seal the same images" in message


def test_what_weights_of_weights_have_seen_is_known(tmp_path: Path) -> None:
    tuned(tmp_path / "between", with_weights("old").replace("builtin:digits", "parity.npz"), "--quiet")
    Path("new.toml").write_text(with_weights(tmp_path / "between"))
    message = refusal("tune", "new.toml", "--seed", "5", *QUICK)
    assert "between/bundle was trained on " in message
    assert " of the sealed test here, which would flatter" in message
    save_file(load_file("old/bundle/weights.safetensors"), "alone.safetensors")
    text = with_weights("alone.safetensors").replace("builtin:digits", "parity.npz")
    tuned(tmp_path / "unknown", text, "--quiet")
    told = tuned(tmp_path / "new", with_weights(tmp_path / "unknown"))
    assert "unknown/bundle began with weights that do not tell of which images: none of those should be" in told


def test_weights_are_found_beside_the_experiment_and_in_the_working_folder(tmp_path: Path) -> None:
    (tmp_path / "near.toml").write_text(with_weights("old"))
    run_well("tune", tmp_path / "near.toml", "--out", tmp_path / "near", *QUICK)
    assert f'weights = "{Path("old").resolve()}"' in (tmp_path / "near/experiment.toml").read_text()
    for name in ("~nobody-of-that-name/x", "x" * 300, "~" * 300):
        Path("new.toml").write_text(with_weights(name))
        assert "model.weights: " in refusal("tune", "new.toml", *QUICK)


def test_whose_weights_they_are_is_part_of_the_study(tmp_path: Path) -> None:
    tuned(tmp_path / "other", DIGITS, "--quiet")
    known: list[str] = []
    for ours, compared in (("old", tmp_path / "other"), (tmp_path / "other", "old")):
        text = with_weights(ours) + "[space]\nrate_decay = [0.5, 1.0]\n[search]\ntrials = 2\n"
        text += f'[compare.x]\nweights = "{compared}"\n'
        tuned(tmp_path / f"run-{len(known)}", text, "--quiet")
        known.append(results(tmp_path / f"run-{len(known)}")["study"]["fingerprint"])
    assert known[0] != known[1]


def test_a_file_of_safetensors_serves_and_a_pickle_does_not(tmp_path: Path) -> None:
    tensors = load_file("old/bundle/weights.safetensors")
    save_file(
        {name: one.half() if one.is_floating_point() else one for name, one in tensors.items()}, "half.safetensors"
    )
    told = tuned(tmp_path / "new", with_weights("half.safetensors"))
    assert "half.safetensors does not tell of which images it was trained" in told
    torch.save(tensors, "new.pth")
    Path("old.pth").write_bytes(pickle.dumps(tensors))
    for name in ("new.pth", "old.pth"):
        Path("new.toml").write_text(with_weights(name))
        assert f"{name} is a pickle, which may run any code when it is read" in refusal("tune", "new.toml", *QUICK)


def test_what_cannot_begin_images_is_one_line() -> None:
    Path("noise.safetensors").write_bytes(b"noise")
    for text, expected in {
        with_weights(
            "nowhere"
        ): "model.weights: there is no 'nowhere'; expected the folder of a run or a bundle, a file",
        with_weights("past"): "is a bundle of prices, expected one of images",
        with_weights("noise.safetensors"): "noise.safetensors holds no safetensors (",
        with_weights("old").replace(
            "width = 4", "width = 8"
        ): "holds 'stages.0.0.weight' as float32 of shape (4, 1, 3, 3), the network",
        with_weights("old", "frozen = 4"): "model.frozen = 4 leaves nothing to train: the network has 4 parts",
        with_weights("old") + "[space]\nwidth = [2, 4]": "[space] width = 2: model.weights: ",
        with_weights("old") + "[space]\nfrozen = { low = 0, high = 4 }": "[space] frozen = 4: model.frozen = 4 leaves",
        with_weights("old") + '[space]\nweights = ["none"]': "unknown parameter 'weights' in [space]",
        with_weights("none", "frozen = 1"): "[model] frozen changes nothing without trained weights",
        DIGITS + "[compare.held]\nfrozen = 1": "[compare.held] frozen changes nothing without trained weights",
        with_weights("old") + '[space]\nfamily = ["cnn", "feedforward"]': "[space] family and model.weights: trained",
        with_weights("old") + "[scale]\ntune_width = 4\nfinal_width = 8": "[scale] and model.weights",
        with_weights("old", "frozen = -1"): "model.frozen",
        with_weights("old", "rate_decay = 0.0"): "model.rate_decay",
    }.items():
        Path("new.toml").write_text(text)
        assert expected in refusal("tune", "new.toml", *QUICK), text


def test_images_of_another_colour_are_refused() -> None:
    rng = np.random.default_rng(0)
    np.savez("colour.npz", x_train=rng.integers(0, 255, (60, 8, 8, 3), np.uint8), y_train=np.arange(60) % 3)
    Path("new.toml").write_text(with_weights("old").replace("builtin:digits", "colour.npz"))
    message = refusal("tune", "new.toml", *QUICK)
    assert (
        "takes images of 1 channel, found 3 here; set data.colour, or give weights for images of 3 channels" in message
    )


def test_prices_begin_with_a_bundle_of_earlier_days(tmp_path: Path) -> None:
    text = Path("tiny.toml").read_text() + '\n[model]\nunits = 4\nweights = "past"\n'
    text = text[: text.index("[space]")] + text[text.index("[model]") :]
    told = tuned(tmp_path / "new", text, "--set", "training.epochs=1")
    assert f"weights   {Path('past/bundle').resolve()}" in told
    assert run_well("audit", "new.toml").count("past/bundle: trained on days before this sealed test alone") == 1
    tuned(tmp_path / "scratch", text.replace('weights = "past"\n', ""), "--set", "training.epochs=1", "--quiet")
    new, scratch = (results(tmp_path / one)["study"]["trials"][0]["score"] for one in ("new", "scratch"))
    assert new != scratch, "another beginning"
    tuned(tmp_path / "held", text + "frozen = 1\n", "--set", "training.epochs=1", "--quiet")
    old, held = (load_file(folder / "bundle/weights.safetensors") for folder in (Path("past"), tmp_path / "held"))
    assert [name for name in old if torch.equal(old[name], held[name])] == [name for name in old if "layers" in name]


def test_another_forecast_gets_a_last_layer_of_its_own_and_another_scaler_is_told(tmp_path: Path) -> None:
    text = Path("tiny.toml").read_text()
    text = text[: text.index("[space]")] + '\n[model]\nunits = 4\nweights = "past"\nfrozen = 1\n'
    told = tuned(tmp_path / "same", text, "--set", "training.epochs=1")
    assert "begins anew" not in told
    inputs = 'features = ["log_return", "high_low", "open_close"]'
    for changed in ("horizon = 2", f'target = "volatility"\n{inputs}'):
        folder = tmp_path / changed[:3]
        told = tuned(folder, text.replace("[preparation]", f"[preparation]\n{changed}"), "--set", "training.epochs=1")
        assert "weights   the last layer begins anew, as what is forecast is another" in told, changed
        old, new = (load_file(one / "bundle/weights.safetensors") for one in (Path("past"), folder))
        assert all(torch.equal(old[name], new[name]) for name in old if "layers" in name)
    told = tuned(tmp_path / "scaled", text.replace("[preparation]", '[preparation]\nscaler = "robust"'))
    assert "was trained on inputs of the scaler 'standard'; here they are of 'robust'" in told


def test_weights_whose_network_depends_on_the_time_step_are_tried_at_its_ends(tmp_path: Path) -> None:
    text = Path("tiny.toml").read_text()
    text = text[: text.index("[space]")] + '[model]\nfamily = "mlp"\nunits = 4\n'
    tuned(tmp_path / "mlp", text, "--set", "data.source=first.csv", "--quiet")
    Path("new.toml").write_text(text + f'weights = "{tmp_path / "mlp"}"\n[space]\ntime_step = [5, 8]\n')
    assert "[space] time_step = 8: model.weights: " in refusal("tune", "new.toml", *QUICK)


def test_what_cannot_begin_prices_is_one_line() -> None:
    text = Path("tiny.toml").read_text()
    text = text[: text.index("[space]")] + '[model]\nunits = 4\nweights = "past"\n'
    for changed, expected in {
        text.replace("[preparation]", "[preparation]\ntest_fraction = 0.7"): "it knows days of it; seal later days",
        text.replace('"past"', '"old"'): "is a bundle of images, expected one of prices",
        text.replace('"past"', '"nowhere"'): "expected the folder of a run on prices or of its bundle",
        text.replace("units = 4", "units = 8"): "[model]: model.weights: ",
        text + "[space]\nunits = [4, 8]": "[space] units = 8: model.weights: ",
        text + '[space]\nfamily = ["lstm", "gru"]': "[space] family and model.weights: trained weights",
        text.replace("[preparation]", '[preparation]\nfeatures = ["close"]'): "was trained on log_return",
        text.replace("units = 4", 'family = "ridge"'): "[model] weights mean nothing to the family 'ridge'",
        text.replace('weights = "past"', "frozen = 1"): "[model] frozen changes nothing without trained weights",
    }.items():
        Path("new.toml").write_text(changed)
        assert expected in refusal("tune", "new.toml", *QUICK), changed


def test_a_comparison_says_that_weights_mean_nothing_to_it() -> None:
    text = Path("tiny.toml").read_text()
    text = 'kind = "leakage-ladder"\n' + text[: text.index("[space]")] + '[model]\nunits = 4\nweights = "past"\n'
    Path("new.toml").write_text(text)
    assert "[scale] and model.weights mean nothing to a comparison" in refusal("tune", "new.toml", *QUICK)
