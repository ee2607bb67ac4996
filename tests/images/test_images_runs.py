"""Whole runs on images through the program: what they leave, what they tell, and how they go on."""

import csv
import hashlib
import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cli_helpers import RUN_FILES, outcome, refusal, results, run, run_well, start
from image_writers import made_up, write_folders
from report_reading import read_image_run
from tunewright.core.errors import StudyFailure, TrialFailure
from tunewright.entrance import begin, load_experiment, reopen
from tunewright.images.bundle.bundle import load_image_bundle
from tunewright.images.bundle.predict import predict_images
from tunewright.images.data.imageset import ImageSet
from tunewright.images.experiment.objective import train_images
from tunewright.images.experiment.settings import ImageExperiment
from tunewright.images.preparation.seal import OpenedImages, SealedImages
from tunewright.images.training.compute import Compute
from tunewright.runs.life import Run, conduct
from tunewright.training.observer import Epoch
from tunewright.trials.finals import Keeping

pytestmark = pytest.mark.usefixtures("unseen_stills")

FILES = RUN_FILES | {"predictions_by_seed.csv", "views.npz"}
TINY = """
kind = "images"

[data]
source = "builtin:digits"

[model]
stages = 1
width = 4
max_width = 8

[training]
epochs = 2
batch_size = 64

[search]
trials = 3
startup_trials = 2

[final]
hold_out = true

[compute]
precision = "float32"
threads = 1

[space]
learning_rate = { low = 0.02, high = 0.2, log = true }
width = [2, 4]

[compare.feedforward]
family = "feedforward"
layers = 1
units = 16
learning_rate = 0.05

[compare.longer]
epochs = 3
"""
NETWORK = """
from torch import nn

def net(shape, classes, *, width=4):
    channels, height, pixels_wide = shape
    return nn.Sequential(
        nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(), nn.Flatten(),
        nn.Linear(width * height * pixels_wide, classes),
    )
"""
FOLDERS = """
kind = "images"

[data]
source = "set"

[model]
stages = 1
width = 4
max_width = 4

[training]
epochs = 2
batch_size = 16
learning_rate = 0.05

[preparation]
validation_fraction = 0.25

[compute]
precision = "float32"
threads = 1
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished run of digits in it, its experiment, and what was said."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "tiny.toml").write_text(TINY)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        (folder / "said.txt").write_text(run_well("tune", "tiny.toml", "--out", "run", "--workers", "1"))
    return folder


def opened(path: Path) -> OpenedImages:
    """The sealed images of a run, looked at for the test."""
    sealed: SealedImages = reopened(path).prepared.sealed
    return sealed.open(lambda: 1)


def table(path: Path) -> tuple[list[str], np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """predictions.csv: its classes, actual and predicted names, probabilities."""
    with (path / "predictions.csv").open() as stream:
        header, *rows = csv.reader(stream)
    assert header[:3] == ["index", "actual", "predicted"]
    assert [row[0] for row in rows] == [str(number) for number in range(len(rows))]
    cells = np.array(rows)
    return header[3:], cells[:, 1], cells[:, 2], cells[:, 3:].astype(np.float64)


def accuracies(path: Path) -> dict[str, list[float]]:
    return {one["name"]: one["seeds"]["accuracies"] for one in results(path)["contestants"]}


def test_the_folder_and_its_results(finished: Path) -> None:
    path = finished / "run"
    assert {one.name for one in path.iterdir()} == FILES
    names = ("tuned", "default", "feedforward", "longer")
    assert {one.name for one in (path / "final").iterdir()} == {f"{name}-0.safetensors" for name in names}
    images, record = read_image_run(path), results(path)
    assert images is not None
    assert tuple(one.name for one in images.contestants) == names
    assert record.keys() == {
        "schema", "tunewright", "name", "kind", "seed", "created", "data", "folds", "compute", "contestants", "failed",
        "model", "test", "tuning", "study", "timing", "provenance",
    }  # fmt: skip
    assert (record["kind"], record["failed"], record["test"]["openings"]) == ("images", {}, 1)
    assert record["compute"] == {"device": "cpu", "precision": "float32", "threads": 1}
    data, (fold,) = record["data"], record["folds"]
    assert (data["shape"], data["classes"]) == ([1, 8, 8], [str(digit) for digit in range(10)])
    assert data["train"] + data["test"] == sum(data["card"]["train"]) == 1797
    assert fold["train"] + fold["validation"] == data["train"]
    assert record["study"]["counts"]["complete"] == 3
    # What tuning was worth.
    tuning, (tuned, default, *_) = record["tuning"], record["contestants"]
    assert tuning["against_default"] == default["against_tuned"]
    assert tuning["validation"] == tuned["validation"]
    winner = record["study"]["best"]
    assert tuning["search_error"] == tuning["search_score"] == winner["score"]
    assert {name: tuned["settings"][name] for name in winner["params"]} == winner["params"]
    assert (default["settings"]["width"], default["settings"]["learning_rate"]) == (4, 0.1)
    assert record["model"] == {name: tuned[name] for name in ("parameters", "seconds", "epochs")}


def test_contestants_are_what_their_settings_say(finished: Path) -> None:
    record = results(finished / "run")
    (fold,) = record["folds"]
    _, _, feedforward, longer = record["contestants"]
    assert (feedforward["family"], feedforward["parameters"]) == ("feedforward", 64 * 16 + 2 * 16 + 17 * 10)
    assert feedforward["mflops"] == pytest.approx(2 * (64 * 16 + 16 * 10) / 1e6)
    assert "width" not in feedforward["settings"]
    assert feedforward["settings"]["units"] == 16
    assert (longer["epochs"], longer["settings"]["epochs"]) == (3, 3)
    for one in record["contestants"]:
        assert one["images"] == fold["train"], "the validation images were held out"
        assert one["validation"]["count"] == fold["validation"]
        assert {len(curve) for curve in one["curves"].values()} == {one["epochs"]}
        reached = one["test"]["accuracy"]
        assert one["seeds"] == {"count": 1, "accuracies": [reached], "mean": reached, "sd": None}
        assert one["curves"]["validation_accuracy"][-1] == pytest.approx(one["validation"]["accuracy"])


def test_predictions_agree_with_the_metrics(finished: Path) -> None:
    path = finished / "run"
    classes, actual, predicted, probabilities = table(path)
    images, test = opened(path).images, results(path)["test"]
    assert tuple(classes) == images.classes
    assert list(actual) == [images.classes[label] for label in images.labels]
    assert list(predicted) == [classes[place] for place in probabilities.argmax(axis=1)]
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)
    metrics = test["metrics"]["model"]
    assert (len(actual), np.mean(actual == predicted)) == (test["count"], pytest.approx(metrics["accuracy"]))
    sure = probabilities[np.arange(len(actual)), images.labels]
    assert -np.log(np.maximum(sure, 1e-6)).mean() == pytest.approx(metrics["log_loss"], rel=1e-2)
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (actual.astype(int), predicted.astype(int)), 1)
    assert confusion.tolist() == test["confusion"]
    for one in test["mistakes"]:
        named = (classes[one["actual"]], classes[one["predicted"]])
        assert named == (actual[one["index"]], predicted[one["index"]])
    views = np.load(path / "views.npz")
    assert np.array_equal(views["mistakes"], images.images[[one["index"] for one in test["mistakes"]]])


def test_what_is_said_of_each_sealed_image_is_kept_by_what_is_on_it(finished: Path) -> None:
    path = finished / "run"
    with (path / "predictions_by_seed.csv").open() as stream:
        header, *rows = csv.reader(stream)
    assert header == ["image", "actual", "seed_0"]
    images, (_, actual, predicted, _) = opened(path).images, table(path)
    assert [row[0] for row in rows] == [hashlib.blake2b(image, digest_size=16).hexdigest() for image in images.images]
    assert [row[1:] for row in rows] == [list(pair) for pair in zip(actual, predicted, strict=True)]


def test_the_bundle_predicts_the_same(finished: Path) -> None:
    path = finished / "run"
    bundle = load_image_bundle(path / "bundle")
    found = predict_images(bundle, opened(path).images.images, Compute("cpu", "float32", threads=1))
    np.testing.assert_allclose(found, table(path)[3], rtol=1e-4, atol=1e-6)
    assert predicted_well(path, out=finished / "predicted.csv").startswith("accuracy on these 1797 images: ")


def predicted_well(path: Path, *more: str, out: Path) -> str:
    """The last line of what `predict` says of all digits."""
    result = run("predict", path, "--data", "builtin:digits", "--out", out, *more)
    assert (result.exit_code, result.stderr) == (0, "builtin:digits: no part for tests: all of it, 1797 images\n")
    return result.stdout.splitlines()[-1]


def test_what_is_said(finished: Path) -> None:
    said = (finished / "said.txt").read_text()
    record = results(finished / "run")
    assert "compute   cpu, float32, 1 thread a training\n" in said
    assert record["test"]["verdict"] + "\n" + record["tuning"]["sentence"] + "\n" in said
    shown = said[said.index("\non the sealed test") :].splitlines()[2:6]
    assert [line.split()[0] for line in shown] == ["tuned", "default", "feedforward", "longer"]
    assert [float(line.split()[-2]) for line in shown] == pytest.approx(
        [100 * one["seeds"]["mean"] for one in record["contestants"]], abs=0.006
    )


def test_a_finished_run_is_left_as_it_is(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(finished)
    before = Path("run/results.json").read_bytes()
    assert run_well("resume", "run").startswith("run is finished; `tunewright report run` writes its report again")
    assert Path("run/results.json").read_bytes() == before
    assert refusal("resume", "run", "--set", "final.seeds=3").startswith("final.seeds cannot change")


def test_more_trials_and_another_winner(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(finished)
    shutil.copytree("run", "more")
    before = results(Path("more"))
    run_well("resume", "more", "--trials", "6", "--set", "space.width=[2, 4, 32]", "--workers", "1")
    after = results(Path("more"))
    assert after["study"]["trials"][:3] == before["study"]["trials"]
    assert after["study"]["best"]["number"] > 2, "the trials that were added hold the winner"
    tuned, default, *_ = after["contestants"]
    assert {name: tuned["settings"][name] for name in ("width", "learning_rate")} == after["study"]["best"]["params"]
    assert tuned["settings"] != before["contestants"][0]["settings"]
    assert tuned["test"] != before["contestants"][0]["test"]
    assert default["test"] == before["contestants"][1]["test"], "what was not tuned stays as it was"
    assert after["test"]["openings"] == 2
    bundle = load_image_bundle(Path("more/bundle"))
    found = predict_images(bundle, opened(Path("more")).images.images, Compute("cpu", "float32", threads=1))
    np.testing.assert_allclose(found, table(Path("more"))[3], rtol=1e-4, atol=1e-6)
    assert not (Path("more/checkpoints")).exists()


def test_all_images_two_seeds_and_one_that_diverges(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(finished)
    changes = ("final.hold_out=false", "final.seeds=2", "compare.wild.learning_rate=1e30", "search.trials=1")
    said = run_well("tune", "tiny.toml", "--out", "seeds", "--workers", "1", *with_changes(changes))
    record = results(Path("seeds"))
    assert {one["name"] for one in record["contestants"]} == {"tuned", "default", "feedforward", "longer"}
    (name,), (reason,) = record["failed"].keys(), record["failed"].values()
    assert f"{name} is left out: it could not be trained: {reason}\n" in said
    assert name == "wild"
    assert len(reason.splitlines()) == 1
    for one in record["contestants"]:
        assert one["images"] == record["data"]["train"]
        assert one["validation"] is None
        assert one["curves"]["validation_accuracy"] == one["curves"]["validation_loss"] == []
        first, second = one["seeds"]["accuracies"]
        assert first == one["test"]["accuracy"]
        assert one["seeds"]["mean"] == pytest.approx((first + second) / 2)
        assert one["seeds"]["sd"] == pytest.approx(abs(first - second) / 2**0.5)
    with Path("seeds/predictions_by_seed.csv").open() as stream:
        rows = [row[1:] for row in csv.reader(stream)][1:]
    shares = [sum(row[0] == row[1 + seed] for row in rows) / len(rows) for seed in range(2)]
    assert shares == accuracies(Path("seeds"))["tuned"]
    assert len({tuple(accuracy) for accuracy in accuracies(Path("seeds")).values()}) > 1
    assert (record["tuning"]["validation"], record["tuning"]["bias"]) == (None, None)
    assert read_image_run(Path("seeds")).contestants


def with_changes(changes: Sequence[str]) -> list[str]:
    return [part for change in changes for part in ("--set", change)]


def test_a_network_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an option that is tuned, whose name another family has too."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "code").mkdir()
    (tmp_path / "code/net.py").write_text(NETWORK)
    start, end = TINY.index("[model]"), TINY.index("[training]")
    own = "[model]\nfamily = 'custom'\ncall = 'net.py:net'\noptions = { width = 3 }\n\n"
    text = TINY[:start] + own + TINY[end:].replace("[compare.longer]\nepochs = 3\n", "")
    (tmp_path / "code/own.toml").write_text(text)
    run_well("tune", "code/own.toml", "--out", "run", "--workers", "2")
    record = results(Path("run"))
    tuned, default, feedforward = record["contestants"]
    assert tuned["settings"]["width"] == record["study"]["best"]["params"]["width"]
    assert (default["settings"]["width"], default["parameters"]) == (3, 9 * 3 + 3 + 3 * 64 * 10 + 10)
    assert feedforward["family"] == "feedforward"
    assert "call" not in feedforward["settings"]
    monkeypatch.chdir(tmp_path / "code")
    assert "give it with --custom" in refusal("predict", "../run", "--data", "builtin:digits")
    said = predicted_well(Path("../run"), "--custom", "net.py:net", out=Path("predicted.csv"))
    assert said.startswith("accuracy on these 1797 images: ")


def bands(count: int, seed: int) -> ImageSet:
    """Noise with a bright row that tells the class, of three."""
    noise = made_up(count, seed, shape=(3, 8, 8), classes=3)
    pixels = noise.images // 4
    for number, label in enumerate(noise.labels):
        pixels[number, :, 2 * label + 1] = 200
    return ImageSet(pixels, noise.labels, noise.classes)


def test_folders_with_an_official_test_and_nothing_tuned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain.toml").write_text(FOLDERS)
    train, test = bands(60, 1), bands(18, 2)
    pixels = test.images.copy()
    pixels[:2] = train.images[[0, 1]]
    write_folders(Path("set/train"), train)
    write_folders(Path("set/test"), ImageSet(pixels, test.labels, test.classes))
    said = run_well("tune", "plain.toml", "--out", "run", "--workers", "1")
    record = results(Path("run"))
    warning = "2 test images are there for training too, pixel for pixel: the test flatters"
    assert f"warning   {warning}\n" in said
    assert record["data"]["warnings"] == [warning]
    assert (record["data"]["train"], record["data"]["test"], record["data"]["card"]["test"]) == (60, 18, [6, 6, 6])
    assert record["tuning"] is None
    (only,) = record["contestants"]
    assert (only["name"], only["against_tuned"], only["images"]) == ("model", None, 60)
    assert len(record["study"]["trials"]) == 1
    assert "tuned" not in record["test"]["verdict"]
    assert "tuned" not in said
    assert read_image_run(Path("run")).contestants


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of images, an experiment with something to tune, and a run of it that nothing disturbed."""
    folder = tmp_path_factory.mktemp("small")
    write_folders(folder / "set", bands(60, 1))
    tuned = FOLDERS.replace("epochs = 2", "epochs = 4") + "\n[final]\nseeds = 2\n"
    tuned += "[search]\ntrials = 2\n[space]\nwidth = [2, 4]\n[compare.longer]\nepochs = 6\n"
    (folder / "tiny.toml").write_text(tuned)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run_well("tune", "tiny.toml", "--out", "whole", "--workers", "1")
    return folder


def told(path: Path) -> list[Any]:
    """What two equal runs have in common."""
    record = results(path)
    own = [{key: one[key] for key in ("name", "settings", "curves", "test", "seeds")} for one in record["contestants"]]
    return [outcome(path), record["test"], own, record["tuning"]]


@pytest.mark.skipif(os.name == "nt", reason="kills with SIGKILL")
def test_a_run_that_is_killed_among_its_final_models_goes_on(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small)
    out, deadline = Path("killed"), time.monotonic() + 120
    process = start("tune", "tiny.toml", "--out", out, "--workers", "1")
    while not list(out.glob("final/*.safetensors")):
        assert process.poll() is None, "the run ended too early"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert not (out / "results.json").exists()
    run_well("resume", out, "--workers", "2")
    assert told(out) == told(Path("whole"))


def begun(out: str) -> Run[Any, Any]:
    experiment = load_experiment("tiny.toml")
    assert isinstance(experiment, ImageExperiment)
    return begin(experiment, out=Path(out))


def reopened(path: Path) -> Run[Any, Any]:
    return reopen(path, {})


def test_a_final_model_goes_on_in_the_middle_of_its_training(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small)
    monkeypatch.setattr("tunewright.trials.rungs.CHECKPOINT_SECONDS", 0.0)
    after, epochs = Keeping.after, list[int]()

    def stopping(keeping: Keeping, epoch: Epoch) -> None:
        after(keeping, epoch)
        epochs.append(epoch.number)
        if len(epochs) == 6:
            raise KeyboardInterrupt

    monkeypatch.setattr(Keeping, "after", stopping)
    with pytest.raises(KeyboardInterrupt):
        conduct(begun("halfway"))
    assert epochs == [1, 2, 3, 4, 1, 2]
    conduct(reopened(Path("halfway")))
    assert epochs[6:8] == [3, 4], "it goes on where it was"
    assert told(Path("halfway")) == told(Path("whole"))
    assert {one.suffix for one in Path("halfway/final").iterdir()} == {".safetensors"}, "nothing is left behind"


def test_a_tuned_model_that_cannot_be_trained_ends_the_run(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small)

    def failing(*given: object, **more: object) -> None:
        raise TrialFailure("the loss of epoch 1 is not a finite number")

    with monkeypatch.context() as patch:
        patch.setattr("tunewright.images.experiment.final.train_images", failing)
        with pytest.raises(StudyFailure) as failed:
            conduct(begun("failed"))
    assert "the loss of epoch 1 is not a finite number" in str(failed.value)
    assert not Path("failed/results.json").exists()


def test_a_final_model_that_trains_at_the_second_try_counts(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small)
    tries = 0

    def once(*given: Any, **more: Any) -> Any:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise RuntimeError("the machine hiccupped")
        return train_images(*given, **more)

    with monkeypatch.context() as patch:
        patch.setattr("tunewright.images.experiment.final.train_images", once)
        conduct(begun("again"))
    (kept,) = Path("again/failures").iterdir()
    assert kept.name == "final-0000.txt", "not taken for the first trial of the search"
    assert "the machine hiccupped" in kept.read_text()
    assert json.loads(Path("again/results.json").read_text())["failed"] == {}
    assert told(Path("again")) == told(Path("whole"))


def flipped(raw: bytes) -> bytes:
    return raw[:-4] + bytes([raw[-4] ^ 128]) + raw[-3:]


@pytest.mark.parametrize("damage", [lambda raw: b"no weights", flipped], ids=["other bytes", "a bit"])
def test_a_final_model_that_was_changed_is_trained_again(
    damage: Callable[[bytes], bytes], small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small)
    changed = tmp_path / "changed"
    shutil.copytree("whole", changed)
    (changed / "results.json").unlink()
    (changed / "storage.txt").unlink(missing_ok=True)
    weights = changed / "final/tuned-0.safetensors"
    weights.write_bytes(damage(weights.read_bytes()))
    said = run_well("resume", str(changed), "--workers", "1")
    assert "training tuned from seed 0 again, as its file is damaged: " in said
    assert outcome(changed) == outcome(Path("whole"))
    assert results(changed)["test"]["openings"] == 2, "what the first let see had been told"


def refusal_of_resume(path: str) -> str:
    """A run prints its card before it looks at what was trained."""
    result = run("resume", path, "--workers", "1")
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    return line.removeprefix("error: ")
