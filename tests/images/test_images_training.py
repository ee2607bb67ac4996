"""The training of image networks: against a loop written out, in its random numbers, stopped half way, and its end."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from image_training import (
    EVERYTHING,
    IMAGES,
    NORMALISATION,
    PLAIN,
    TINY,
    TRAIN,
    VALIDATION,
    Watching,
    banded,
    configuration,
    custom,
    fit,
    same,
    state,
)
from tunewright.core.errors import TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.images.data.builtin import read_digits
from tunewright.images.families.cnn import CNNSpec
from tunewright.images.families.feedforward import FeedForwardSpec
from tunewright.images.families.network import Network
from tunewright.images.networks.cnn import CNN
from tunewright.images.preparation.augment import Augmentation
from tunewright.images.preparation.normalise import fit_normalisation
from tunewright.images.preparation.store import store_pixels
from tunewright.images.training.compute import Compute
from tunewright.images.training.loop import ImageConfiguration, TrainedClassifier, fit_classifier
from tunewright.images.training.training import AveragingName, ImageOptimizerName, ImageTraining
from tunewright.training.observer import Snapshot
from tunewright.trials.checkpoints import Checkpoint, read_checkpoint, write_checkpoint

QUICK = ImageTraining(epochs=2, batch_size=16, learning_rate=0.1)


def plainly_trained(training: ImageTraining, seeds: SeedTree) -> tuple[CNN, list[float]]:
    """SGD with Nesterov's momentum and decay, one cycle and label smoothing, written out."""
    order = torch.Generator().manual_seed(seeds.integer("shuffle"))
    images, labels = NORMALISATION.apply(torch.from_numpy(IMAGES)), TRAIN.labels
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seeds.integer("layers"))
        model = CNN(TINY, (2, 8, 8), 3)
        velocities = [torch.zeros_like(weight) for weight in model.parameters()]
        model.train()
        losses, step, steps = [], 0, training.epochs * 3
        for _ in range(training.epochs):
            found = []
            for batch in torch.split(torch.randperm(48, generator=order), 16):
                share = (step + 0.5) / steps
                share = share / training.warmup if share < training.warmup else (1 - share) / (1 - training.warmup)
                logs = model(images[batch]).log_softmax(dim=1)
                right = logs.gather(1, labels[batch][:, None])[:, 0]
                loss = -((1 - training.label_smoothing) * right + training.label_smoothing * logs.mean(dim=1)).mean()
                model.zero_grad()
                loss.backward()
                _descend(model, velocities, training, rate=share * training.learning_rate)
                found.append(loss.item())
                step += 1
            losses.append(float(np.mean(found)))
    return model, losses


@torch.no_grad()
def _descend(model: nn.Module, velocities: list[Tensor], training: ImageTraining, *, rate: float) -> None:
    for weight, velocity in zip(model.parameters(), velocities, strict=True):
        assert weight.grad is not None
        slope = weight.grad + (training.weight_decay * weight if weight.ndim > 1 else 0)
        velocity.mul_(training.momentum).add_(slope)
        weight.sub_(rate * (slope + training.momentum * velocity))


def test_the_loop_is_the_plain_one() -> None:
    training = ImageTraining(epochs=2, batch_size=16, learning_rate=0.1, weight_decay=0.01, label_smoothing=0.1)
    trained = fit(configuration(training))
    expected, losses = plainly_trained(training, SeedTree(0))
    assert trained.train_loss == pytest.approx(losses, rel=1e-5)
    torch.testing.assert_close(dict(state(trained)), expected.state_dict(), rtol=1e-4, atol=1e-5)
    found = trained.classifier.probabilities(banded(30, 1)[0], Compute())
    right = found[np.arange(30), VALIDATION.labels.numpy()]
    assert trained.validation_loss[-1] == pytest.approx(-np.log(right).mean(), rel=1e-5)
    assert trained.validation_accuracy[-1] == np.mean(found.argmax(axis=1) == VALIDATION.labels.numpy())
    assert len(trained.validation_loss) == len(trained.validation_accuracy) == 2


def test_one_seed_gives_one_network_whatever_torchs_global_stream() -> None:
    chosen = configuration(QUICK, augmentation=EVERYTHING)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        one, after_one = fit(chosen), torch.rand(3)
        torch.manual_seed(1)
        assert torch.equal(after_one, torch.rand(3)), "the training draws nothing from the stream outside"
        torch.manual_seed(2)
        again = fit(chosen)
    assert same(state(one), state(again))
    assert (one.train_loss, one.validation_loss) == (again.train_loss, again.validation_loss)
    assert not same(state(one), state(fit(chosen, seed=1)))


def test_the_validation_changes_nothing_where_the_last_epoch_is_kept() -> None:
    chosen = configuration(QUICK)
    assert same(state(fit(chosen)), state(fit(chosen, validation=None)))


def test_the_global_stream_is_given_back_where_a_training_fails() -> None:
    before = torch.get_rng_state()
    with pytest.raises(TrialFailure):
        fit(configuration(ImageTraining(epochs=2, learning_rate=1e30, warmup=0.0)))
    assert torch.equal(torch.get_rng_state(), before)


RESUMED: tuple[tuple[ImageOptimizerName, AveragingName], ...] = (
    ("sgd", "ema"),
    ("sgd", "lookahead"),
    ("adamw", "none"),
    ("adamw", "ema"),
    ("muon", "none"),
    ("muon", "lookahead"),
    ("adam", "lookahead"),
    ("rmsprop", "ema"),
)


def through_a_file(snapshot: Snapshot, path: Path) -> Snapshot:
    write_checkpoint(path, Checkpoint(snapshot, (), 1, 1.0, 0.0), "it")
    found = read_checkpoint(path, "it")
    assert found is not None
    return found.snapshot


def assert_resumes_everywhere(chosen: ImageConfiguration, path: Path) -> TrainedClassifier:
    """Go on from every epoch of the training to the same bits."""
    watching = Watching()
    whole = fit(chosen, observer=watching)
    for number, snapshot in enumerate(watching.snapshots, 1):
        going_on = Watching(through_a_file(snapshot, path))
        resumed = fit(chosen, observer=going_on)
        assert same(state(resumed), state(whole)), f"after epoch {number}"
        assert (resumed.train_loss, resumed.validation_loss) == (whole.train_loss, whole.validation_loss)
        assert (resumed.validation_accuracy, resumed.best_epoch) == (whole.validation_accuracy, whole.best_epoch)
        assert [epoch.number for epoch in going_on.epochs] == [epoch.number for epoch in watching.epochs[number:]]
        assert [epoch.best for epoch in going_on.epochs] == [epoch.best for epoch in watching.epochs[number:]]
    return whole


@pytest.mark.parametrize(("optimizer", "averaging"), RESUMED)
def test_a_training_goes_on_from_every_epoch_to_the_same_bits(
    optimizer: ImageOptimizerName, averaging: AveragingName, tmp_path: Path
) -> None:
    training = ImageTraining(
        epochs=3, batch_size=16, learning_rate=0.02, optimizer=optimizer, averaging=averaging, averaging_decay=0.9
    )
    whole = assert_resumes_everywhere(configuration(training, augmentation=EVERYTHING), tmp_path / "trial")
    assert len(whole.train_loss) == 3


def test_a_training_with_patience_goes_on_to_the_same_best_epoch(tmp_path: Path) -> None:
    training = ImageTraining(epochs=12, batch_size=16, learning_rate=0.2, schedule="constant", patience=2)
    whole = assert_resumes_everywhere(configuration(training), tmp_path / "trial")
    assert whole.best_epoch < len(whole.train_loss) - 1


class Tied(nn.Module):
    """Two convolutions with one kernel."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(2, 2, 3, padding=1), nn.Conv2d(2, 2, 3, padding=1)
        self.two.weight = self.one.weight
        self.head = nn.Linear(2, 3)

    def forward(self, images: Tensor) -> Tensor:
        scores: Tensor = self.head(self.two(self.one(images).relu()).relu().amax(dim=(2, 3)))
        return scores


def test_a_network_with_tied_weights_goes_on_too(tmp_path: Path) -> None:
    training = ImageTraining(epochs=2, batch_size=16, averaging="ema", averaging_decay=0.5)
    weights = state(assert_resumes_everywhere(configuration(training, spec=custom(Tied)), tmp_path / "trial"))
    assert torch.equal(weights["one.weight"], weights["two.weight"])


def test_without_momentum_there_is_nothing_of_the_optimizer_to_keep(tmp_path: Path) -> None:
    assert_resumes_everywhere(configuration(ImageTraining(epochs=2, batch_size=16, momentum=0.0)), tmp_path / "trial")


@pytest.mark.parametrize("spec", [FeedForwardSpec((8,), batch_norm=False), CNNSpec((4,), (0,), norm="none"), TINY])
def test_a_training_that_diverges_says_so_in_one_line(spec: FeedForwardSpec | CNNSpec) -> None:
    training = ImageTraining(epochs=5, batch_size=8, learning_rate=1e6, schedule="constant", warmup=0.0)
    with pytest.raises(TrialFailure, match=r"\Athe training diverged: the loss of epoch [1-5] is (nan|inf)\Z"):
        fit(configuration(training, spec=spec))


def test_patience_ends_a_constant_rate_and_the_best_epoch_is_kept() -> None:
    watching = Watching()
    training = ImageTraining(epochs=40, batch_size=16, learning_rate=0.2, schedule="constant", patience=3)
    trained = fit(configuration(training), observer=watching)
    assert trained.best_epoch == int(np.argmin(trained.validation_loss)) == len(trained.validation_loss) - 4
    assert [epoch.number for epoch in watching.epochs if epoch.best][-1] == trained.best_epoch + 1
    best = watching.snapshots[trained.best_epoch].tensors
    assert same(state(trained), {name: best[f"model.0.{name}"] for name in state(trained)})
    forecasts = watching.epochs[trained.best_epoch].forecasts
    assert forecasts is not None
    np.testing.assert_array_equal(trained.classifier.judge(VALIDATION, Compute()), forecasts)


@pytest.mark.parametrize("schedule", ["one_cycle", "cosine"])
def test_a_schedule_that_ends_low_keeps_its_last_epoch_and_is_never_stopped(schedule: str) -> None:
    random = np.random.default_rng(3)
    unlearnable = store_pixels(IMAGES, random.permutation(TRAIN.labels.numpy()))
    training = ImageTraining(epochs=6, batch_size=16, learning_rate=0.1, patience=1, schedule=schedule)  # type: ignore[arg-type]
    watching = Watching()
    trained = fit(configuration(training), validation=unlearnable, observer=watching)
    assert len(trained.train_loss) == 6
    assert int(np.argmin(trained.validation_loss)) < trained.best_epoch == 5
    last = watching.snapshots[-1].tensors
    assert same(state(trained), {name: last[f"model.0.{name}"] for name in state(trained)})


def test_without_validation_the_last_epoch_is_kept() -> None:
    watching = Watching()
    training = ImageTraining(epochs=3, batch_size=16, schedule="constant", patience=1)
    trained = fit(configuration(training), validation=None, observer=watching)
    assert (len(trained.train_loss), trained.best_epoch) == (3, 2)
    assert trained.validation_loss == trained.validation_accuracy == ()
    assert all(epoch.best and epoch.forecasts is None for epoch in watching.epochs)
    assert not trained.classifier.model.training


@pytest.mark.parametrize(
    ("count", "size", "batches"), [(10, 4, [4, 4]), (3, 8, [3]), (8, 8, [8]), (9, 8, [8]), (12, 4, [4, 4, 4])]
)
def test_batches_are_full_but_a_small_set_is_one(count: int, size: int, batches: list[int]) -> None:
    seen: list[int] = []

    class Counting(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.head = nn.Linear(128, 3)

        def forward(self, images: Tensor) -> Tensor:
            seen.append(len(images))
            scores: Tensor = self.head(images.flatten(1))
            return scores

    train = TRAIN.of(np.arange(count))
    training = ImageTraining(epochs=2, batch_size=size)
    fit(configuration(training, spec=custom(Counting)), train=train, validation=None)
    assert seen == batches * 2


def test_every_image_is_seen_once_an_epoch_each_time_in_another_order() -> None:
    seen: list[Tensor] = []

    class Looking(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.head = nn.Linear(128, 3)

        def forward(self, images: Tensor) -> Tensor:
            seen.extend(images.flatten(1).clone())
            scores: Tensor = self.head(images.flatten(1))
            return scores

    fit(configuration(QUICK, spec=custom(Looking)), validation=None)
    one, two = ([row.numpy().tobytes() for row in seen[part]] for part in (slice(0, 48), slice(48, 96)))
    assert len(set(one)) == 48
    assert one != two
    assert sorted(one) == sorted(two)


def test_mixed_images_are_scored_on_both_labels() -> None:
    """The first loss, of scores that are weights and nothing else, from what the augmentation says of the batch."""

    class Same(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scores = nn.Parameter(torch.tensor([2.0, 0.0, -1.0]))

        def forward(self, images: Tensor) -> Tensor:
            return self.scores.expand(len(images), 3)

    training = ImageTraining(epochs=1, batch_size=48, label_smoothing=0.1)
    trained = fit(configuration(training, spec=custom(Same), augmentation=EVERYTHING), validation=None)
    seeds = SeedTree(0)
    order = torch.randperm(48, generator=torch.Generator().manual_seed(seeds.integer("shuffle")))
    random = torch.Generator().manual_seed(seeds.integer("augment"))
    batch = Augmentation(EVERYTHING, NORMALISATION)(*TRAIN.batch(order), random)
    assert batch.others is not None
    assert batch.weights is not None
    rows = torch.arange(48)
    targets = torch.full((48, 3), 0.1 / 3)
    targets[rows, batch.labels] += 0.9 * batch.weights
    targets[rows, batch.others] += 0.9 * (1 - batch.weights)
    expected = -(targets * torch.tensor([2.0, 0.0, -1.0]).log_softmax(dim=0)).sum(dim=1).mean()
    assert trained.train_loss[0] == pytest.approx(expected.item(), rel=1e-5)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw", "rmsprop", "muon"])
def test_every_optimizer_learns(optimizer: ImageOptimizerName) -> None:
    highest = 0.05 if optimizer in ("sgd", "muon") else 0.01
    training = ImageTraining(epochs=8, batch_size=8, learning_rate=highest, optimizer=optimizer)
    trained = fit(configuration(training, spec=CNNSpec((8, 8), (0, 0), pooling="stride")))
    assert trained.validation_accuracy[-1] > 0.8
    assert trained.train_loss[-1] < trained.train_loss[0] / 2


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("averaging", ["none", "ema", "lookahead"])
def test_digits_are_learned_on_the_gpu(averaging: AveragingName) -> None:
    digits, there = read_digits().train, torch.device("cuda")
    parts = slice(1500), slice(1500, None)
    train, validation = (store_pixels(digits.images[part], digits.labels[part], there) for part in parts)
    training = ImageTraining(epochs=1, batch_size=32, learning_rate=0.1, averaging=averaging, averaging_decay=0.9)
    before = torch.cuda.get_rng_state()
    trained = fit_classifier(
        ImageConfiguration(Network(CNNSpec((8, 16), (0, 1), dropout=0.1), (1, 8, 8), 10), training, PLAIN),
        train,
        normalisation=fit_normalisation(digits.images[:1500]),
        validation=validation,
        compute=Compute("cuda", "bfloat16"),
        seeds=SeedTree(0),
    )
    assert trained.validation_accuracy[0] > 0.6
    assert all(weight.dtype == torch.float32 and weight.is_cuda for weight in trained.classifier.model.parameters())
    assert torch.equal(torch.cuda.get_rng_state(), before)
