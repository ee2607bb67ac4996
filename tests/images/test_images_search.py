"""The search on images: what a trial may see, what it makes do with, and the same study however it runs."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from image_writers import made_up
from tunewright.core.errors import TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.experiment.plan import make_plan
from tunewright.images.data.imageset import ImageSet, Pixels
from tunewright.images.experiment.objective import ImageObjective, ImageScore
from tunewright.images.experiment.settings import TUNING, ImageExperiment
from tunewright.images.preparation.dealing import same_pixels
from tunewright.images.preparation.folds import ImageFold, stratified_folds
from tunewright.images.preparation.normalise import fit_normalisation
from tunewright.images.preparation.seal import ImageDevelopment, seal_images
from tunewright.images.preparation.store import PixelStore
from tunewright.images.run.setup import with_compute
from tunewright.images.training.engines import engine
from tunewright.images.training.loop import ImageConfiguration
from tunewright.search.records import State, best, fingerprint
from tunewright.search.storage import sqlite_url
from tunewright.search.study import StudyStore
from tunewright.trials.executors import make_executor
from tunewright.trials.search import Found, run_search

pytestmark = pytest.mark.usefixtures("unseen_stills")

SEEDS = SeedTree(3)
SPACE = {
    "learning_rate": {"low": 0.01, "high": 0.3, "log": True},
    "width": [2, 4],
    "dropout": {"low": 0.0, "high": 0.5},
}


def experiment(**sections: Any) -> ImageExperiment:
    """Tiny, with what is given in place of its own keys."""
    content: dict[str, Any] = {
        "kind": "images",
        "preparation": {"validation_fraction": 0.25},
        "augmentation": {"flip": True, "crop": 1, "cutout": 2},
        "model": {"stages": 1, "width": 4, "max_width": 4},
        "training": {"epochs": 2, "batch_size": 8},
        "compute": {"device": "cpu", "precision": "float32", "threads": 1},
        "search": {"trials": 4, "lag": 2, "startup_trials": 2},
    }
    for name, keys in sections.items():
        content[name] = {**content.get(name, {}), **keys}
    return ImageExperiment.model_validate(content)


def bands(count: int = 60, seed: int = 1) -> ImageSet:
    """Noise with a bright row that tells the class, of three."""
    noise = made_up(count, seed, shape=(1, 8, 8), classes=3)
    pixels = noise.images // 4
    for number, label in enumerate(noise.labels):
        pixels[number, 0, 2 * label + 1] = 200
    return ImageSet(pixels, noise.labels, noise.classes)


def objective(chosen: ImageExperiment, images: ImageSet) -> ImageObjective:
    settings = chosen.preparation
    folds = stratified_folds(
        images.labels,
        folds=settings.folds,
        fraction=settings.validation_fraction,
        seed=chosen.seed,
        groups=same_pixels(images.images),
    )
    return ImageObjective(chosen, ImageDevelopment(images), folds)


def weights(score: ImageScore) -> list[torch.Tensor]:
    return list(score.trained.classifier.model.state_dict().values())


def same(one: ImageScore, other: ImageScore) -> bool:
    pairs = zip(weights(one), weights(other), strict=True)
    return all(torch.equal(ours, theirs) for ours, theirs in pairs) and (
        one.trained.classifier.normalisation == other.trained.classifier.normalisation
    )


@pytest.mark.parametrize("planted", ["pixels", "labels"])
def test_a_trial_learns_nothing_from_validation_images(planted: str) -> None:
    images = bands()
    before = objective(experiment(), images)
    fold = before.cuts[0]
    pixels, labels = images.images.copy(), images.labels.copy()
    if planted == "pixels":
        pixels[fold.validation] = 255 - pixels[fold.validation]
    else:
        labels[fold.validation] = (labels[fold.validation] + 1) % 3
    after = replace(before, development=ImageDevelopment(ImageSet(pixels, labels, images.classes)))
    one, other = (each({}, 0, seeds=SEEDS) for each in (before, after))
    assert same(one, other)
    assert one.trained.train_loss == other.trained.train_loss
    assert one.trained.validation_loss != other.trained.validation_loss, "they are what it is judged on"
    assert one.trained.classifier.normalisation == fit_normalisation(images.images[fold.train])


def test_a_trial_depends_on_its_training_images() -> None:
    images = bands()
    before = objective(experiment(), images)
    pixels = images.images.copy()
    pixels[before.cuts[0].train[0]] = 255
    after = replace(before, development=ImageDevelopment(ImageSet(pixels, images.labels, images.classes)))
    assert not same(*(each({}, 0, seeds=SEEDS) for each in (before, after)))


def test_sealed_images_change_no_trial() -> None:
    """The official test, and a sealed share of our own."""
    images, chosen = bands(), experiment()
    for fraction in (None, 0.2):
        found = []
        for level in (0, 255):
            test = ImageSet(np.full((6, 1, 8, 8), level, np.uint8), np.arange(6) % 3, images.classes)
            development, sealed = seal_images(images, test if fraction is None else None, fraction=0.2, seed=5)
            if fraction is not None:
                opened = sealed.open(lambda: 1).images
                known = {image.tobytes() for image in opened.images}
                changed = images.images.copy()
                changed[[image.tobytes() in known for image in images.images]] ^= np.uint8(level)
                development, _ = seal_images(
                    ImageSet(changed, images.labels, images.classes), None, fraction=0.2, seed=5
                )
            found.append(objective(chosen, development.images)({}, 0, seeds=SEEDS))
        assert same(*found)


def test_seeds_make_a_trial() -> None:
    judged = objective(experiment(), bands())
    assert same(judged({}, 0, seeds=SEEDS), judged({}, 0, seeds=SEEDS))
    assert not same(judged({}, 0, seeds=SEEDS), judged({}, 0, seeds=SEEDS.child("another")))


def recorded(monkeypatch: pytest.MonkeyPatch) -> list[Pixels]:
    """The images that each training gets."""
    seen: list[Pixels] = []

    def recording(chosen: ImageConfiguration) -> Any:
        fit = engine(chosen)

        def train(chosen: ImageConfiguration, train: PixelStore, **more: Any) -> Any:
            seen.append(train.batch(torch.arange(len(train)))[0].numpy())
            return fit(chosen, train, **more)

        return train

    monkeypatch.setattr("tunewright.images.experiment.objective.engine", recording)
    return seen


def test_a_trial_on_a_subset_has_a_share_of_every_class(monkeypatch: pytest.MonkeyPatch) -> None:
    images, seen = bands(80), recorded(monkeypatch)
    judged = objective(experiment(fidelity={"subset": 0.5}), images)
    train = judged.cuts[0].train
    places = {image.tobytes(): number for number, image in enumerate(images.images)}
    first, second = judged({}, 0, seeds=SEEDS), judged({"width": 2}, 0, seeds=SEEDS.child("another"))
    of_trials = [np.array([places[image.tobytes()] for image in pixels]) for pixels in seen]
    assert np.array_equal(of_trials[0], of_trials[1]), "every trial has the same ones"
    assert set(of_trials[0]) < set(train)
    classes = [np.bincount(images.labels[chosen]) for chosen in (train, of_trials[0])]
    assert np.abs(classes[0] / 2 - classes[1]).max() <= 0.5
    # The trial is judged on all validation images.
    count = len(judged.cuts[0].validation)
    assert all((score.score * count) == pytest.approx(round(score.score * count)) for score in (first, second))


def test_epochs_of_the_search_are_those_of_the_fidelity() -> None:
    curve = objective(experiment(fidelity={"epochs": 1}), bands())({}, 0, seeds=SEEDS).trained.train_loss
    assert len(curve) == 1
    assert len(objective(experiment(), bands())({"epochs": 3}, 0, seeds=SEEDS).trained.train_loss) == 3


def test_metrics_are_of_the_epoch_that_is_kept() -> None:
    images = bands()
    for schedule, patience in (("one_cycle", 0), ("constant", 1)):
        training = {"schedule": schedule, "patience": patience, "epochs": 3, "learning_rate": 0.3}
        error, loss = (
            objective(experiment(search={"metric": metric}, training=training), images)({}, 0, seeds=SEEDS)
            for metric in ("error", "log_loss")
        )
        assert same(error, loss)
        detail = error.detail()
        kept: Any = detail["best_epoch"]
        losses, accuracies = error.trained.validation_loss, error.trained.validation_accuracy
        assert kept == (len(losses) - 1 if schedule == "one_cycle" else int(np.argmin(losses)))
        assert (error.score, loss.score) == (1 - accuracies[kept], losses[kept])
        cut = objective(experiment(), images).cuts[0].validation
        compute = experiment().compute.compute()
        found = error.trained.classifier.probabilities(images.images[cut], compute)
        truth = images.labels[cut]
        assert error.score == pytest.approx((found.argmax(axis=1) != truth).mean())
        assert loss.score == pytest.approx(-np.log(found[np.arange(len(cut)), truth]).mean(), rel=1e-5)


def test_the_second_objective() -> None:
    one = objective(experiment(search={"second_objective": "parameters"}), bands())
    # The first convolution, one stage with a block of two, a norm after each; the head.
    assert [one({"width": width}, 0, seeds=SEEDS).cost for width in (2, 4)] == [
        9 * width + 2 * width + 9 * width * 4 + 8 + 2 * (9 * 16 + 8) + 4 * 3 + 3 for width in (2, 4)
    ]
    timed = objective(experiment(search={"second_objective": "seconds_per_epoch"}), bands())
    started = time.monotonic()
    cost = timed({}, 0, seeds=SEEDS).cost
    assert cost is not None
    assert 0 < cost <= (time.monotonic() - started) / 2
    assert objective(experiment(), bands())({}, 0, seeds=SEEDS).cost is None


def test_a_trial_that_diverges_fails_in_one_line() -> None:
    with pytest.raises(TrialFailure) as failed:
        objective(experiment(), bands())({"learning_rate": 1e30}, 0, seeds=SEEDS)
    assert len(str(failed.value).splitlines()) == 1


def search(chosen: ImageExperiment, path: Path, *, workers: int, images: ImageSet | None = None) -> Found:
    space = TUNING.space(chosen)
    checkpoints = path.with_suffix(".checkpoints")
    checkpoints.mkdir(exist_ok=True)
    plan = make_plan(chosen, space, checkpoints=checkpoints)
    judged = objective(chosen, bands() if images is None else images)
    with (
        closing(StudyStore(sqlite_url(path), name="study", space=space, objectives=plan.objectives)) as store,
        make_executor(judged, workers) as executor,
    ):
        return run_search(store, plan, executor, watch=lambda records: None)


def test_three_folds_are_three_scores(tmp_path: Path) -> None:
    chosen = experiment(preparation={"folds": 3}, search={"trials": 1}, space={"width": [2, 4]})
    images = bands()
    cuts: tuple[ImageFold, ...] = objective(chosen, images).cuts
    assert sorted(np.concatenate([cut.validation for cut in cuts])) == list(range(len(images)))
    (record,) = search(chosen, tmp_path / "a.db", workers=0, images=images).records
    assert len(record.fold_scores) == 3
    assert record.score == pytest.approx(np.mean(record.fold_scores))


@pytest.mark.parametrize(("precision", "pruner"), [("float32", "none"), ("auto", "median")])
def test_the_study_is_the_same_for_any_number_of_workers(precision: str, pruner: str, tmp_path: Path) -> None:
    chosen = with_compute(
        experiment(
            compute={"precision": precision, "threads": "auto"},
            pruner={"name": pruner, "min_trials": 1, "min_epochs": 1},
            space=SPACE,
        )
    )
    assert chosen.compute.threads == 1, "where there is something to tune"
    runs = [search(chosen, tmp_path / f"{workers}.db", workers=workers) for workers in (0, 1, 2)]
    assert len({found.fingerprint for found in runs}) == 1
    records = runs[0].records
    assert sum(record.state is State.COMPLETE for record in records) >= 1
    assert best(records) is not None


SHORT = {"training": {"epochs": 3}, "space": SPACE}
PROGRAM = """
import os, signal, sys
from pathlib import Path
from test_images_search import SHORT, experiment, search
from tunewright.search.study import StudyStore

tell = StudyStore.tell


def told_at_last(store, *given, **named):
    tell(store, *given, **named)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    StudyStore.tell = told_at_last
    search(experiment(**SHORT), Path(sys.argv[1]), workers=2)
"""


@pytest.mark.skipif(os.name == "nt", reason="kills with SIGKILL")
def test_the_study_is_the_same_after_a_kill(tmp_path: Path) -> None:
    chosen, path = experiment(**SHORT), tmp_path / "killed.db"
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    ended = subprocess.run([sys.executable, str(program), str(path)], env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL
    with closing(StudyStore(sqlite_url(path), name="study", space=TUNING.space(chosen))) as store:
        assert sum(record.finished for record in store.records()) == 1
    resumed = search(chosen, path, workers=0)
    whole = search(chosen, tmp_path / "whole.db", workers=0)
    assert resumed.fingerprint == whole.fingerprint == fingerprint(whole.records)
    assert [record.number for record in resumed.records] == [0, 1, 2, 3]
