"""How a network learns images: in plain PyTorch on one screen, whatever the family, the device and the precision."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from tunewright.core.seeds import SeedTree
from tunewright.images.families.network import Network
from tunewright.images.preparation.augment import Augmentation, Batch
from tunewright.images.preparation.augmentation import AugmentationSpec
from tunewright.images.preparation.normalise import Normalisation
from tunewright.images.preparation.store import PixelStore
from tunewright.images.training.averaging import make_averaging
from tunewright.images.training.classifier import Classifier, cross_entropy, share_right
from tunewright.images.training.compute import Compute
from tunewright.images.training.optimizing import make_image_optimizer, set_rate
from tunewright.images.training.schedule import ends_low, rate
from tunewright.images.training.training import ImageTraining
from tunewright.training.observer import UNOBSERVED, Epoch, Observer
from tunewright.training.optimizers import TorchMemory
from tunewright.training.pretrained import Begun, begin
from tunewright.training.progress import Progress, finite_loss
from tunewright.training.streams import stream
from tunewright.training.widening import NOTHING, begin_wide


@dataclass(frozen=True, eq=False)
class TrainedClassifier:
    """A trained classifier with its curves, one figure per epoch: cross-entropies, and the validation accuracy.

    The weights are those after `best_epoch`, counted from 0: of the lowest validation loss where the learning rate was
    constant and there was a validation, else the last.
    """

    classifier: Classifier
    train_loss: tuple[float, ...]
    validation_loss: tuple[float, ...]
    validation_accuracy: tuple[float, ...]
    best_epoch: int


@dataclass(frozen=True)
class ImageConfiguration:
    """What is chosen before training: the network, how to train it, and what its images go through.

    mirror: whether an image is judged together with its mirror image. normalisation: of the weights that it begins
    with; None where it is fitted on the training images.
    """

    network: Network
    training: ImageTraining
    augmentation: AugmentationSpec
    mirror: bool = False
    normalisation: Normalisation | None = None


def fit_classifier(
    chosen: ImageConfiguration,
    train: PixelStore,
    *,
    normalisation: Normalisation,
    validation: PixelStore | None,
    compute: Compute,
    seeds: SeedTree,
    observer: Observer = UNOBSERVED,
) -> TrainedClassifier:
    """Train one network. Raises TrialFailure where the loss is no longer a number.

    normalisation: fitted on the training images. The observer may bring the snapshot of an earlier process, to go on
    from there to the same end. The random numbers are its own, those of layers included.
    """
    training = chosen.training
    with _own_random_numbers(compute, seeds) as drawn_by_layers:
        student = _Student(chosen, Augmentation(chosen.augmentation, normalisation), compute)
        shuffle, random = stream(seeds, "shuffle"), stream(seeds, "augment")
        memory, streams = TorchMemory(student.optimizer), {"shuffle": shuffle, "augment": random, **drawn_by_layers}
        now = Progress(student.carried, memory, streams)
        now.restore(observer.snapshot())
        classifier = Classifier(student.judged, normalisation, chosen.mirror)
        patience = None if ends_low(training.schedule) else training.patience
        while not now.ended(epochs=training.epochs, patience=patience):
            order = torch.randperm(len(train), generator=shuffle)
            now.trained(finite_loss(student.epoch(train, order, number=now.epochs, random=random), now.epochs))
            found = None
            if validation is not None:
                found, labels = classifier.judge(validation, compute), validation.labels.cpu().numpy()
                loss = finite_loss(cross_entropy(found, labels), now.epochs - 1)
                now.validated(loss, share_right(found, labels))
            best = now.best_epoch == now.epochs - 1
            observer.after(Epoch(now.epochs, best, now.train_loss[-1], found, now.snapshot))
        if validation is not None and not ends_low(training.schedule):
            now.restore_best()
    return TrainedClassifier(
        Classifier(student.judged.eval(), normalisation, chosen.mirror),
        tuple(now.train_loss),
        tuple(now.validation_loss),
        tuple(now.validation_accuracy),
        now.epochs - 1 if ends_low(training.schedule) else now.best_epoch,
    )


class _Student:
    """A network on its device, its optimizer, and the average that is judged in its place."""

    def __init__(self, chosen: ImageConfiguration, augmentation: Augmentation, compute: Compute) -> None:
        self._training, self._augmentation, self._compute = chosen.training, augmentation, compute
        network, narrow = chosen.network, self._training.tuned_on
        model = network.build()
        grown = begin_wide(model, lambda number: replace(network, spec=narrow).build()) if narrow else NOTHING
        begun = begin(model, self._training.beginning) if self._training.beginning else Begun()
        self._model, self._still = model.to(torch.device(compute.device)), begun.still
        self._model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._averaging = make_averaging(self._training.averaging, self._model, decay=self._training.averaging_decay)
        self.judged = self._averaging.judged
        self.carried = nn.ModuleList([self._model, *self._averaging.copies])
        self.optimizer = make_image_optimizer(
            self._training.optimizer,
            self._model,
            learning_rate=self._training.learning_rate,
            momentum=self._training.momentum,
            weight_decay=self._training.weight_decay,
            grown=grown,
            shares=begun.shares,
        )

    def epoch(self, train: PixelStore, order: Tensor, *, number: int, random: torch.Generator) -> float:
        """Train on the images in this order and return their mean loss. number: of the epoch, from 0.

        Batches that are not full are left out where there is a full one.
        """
        training = self._training
        size = min(training.batch_size, len(train))
        batches = order[: len(order) // size * size].view(-1, size)
        total = torch.zeros((), dtype=torch.float64, device=self._compute.device)
        self._model.train()
        for module in self._still:
            module.eval()
        for step, indices in enumerate(batches, number * len(batches)):
            # The middle of the step: its beginning would give the first one, and so a training of one, no rate at all.
            share = rate(training.schedule, (step + 0.5) / (len(batches) * training.epochs), warmup=training.warmup)
            set_rate(self.optimizer, share)
            loss = self._loss(self._augmentation(*train.batch(indices), random))
            self.optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
            self._averaging.after(step + 1)
            total += loss.detach()
        return float(total) / len(batches)

    def _loss(self, batch: Batch) -> Tensor:
        with self._compute.autocast():
            scores = self._model(batch.images)
        scores, smoothing = scores.float(), self._training.label_smoothing
        if batch.others is None or batch.weights is None:
            return nn.functional.cross_entropy(scores, batch.labels, label_smoothing=smoothing)
        own, others = (
            nn.functional.cross_entropy(scores, labels, label_smoothing=smoothing, reduction="none")
            for labels in (batch.labels, batch.others)
        )
        return (batch.weights * own + (1 - batch.weights) * others).mean()


@contextmanager
def _own_random_numbers(compute: Compute, seeds: SeedTree) -> Iterator[Mapping[str, torch.Generator]]:
    """Inside, torch's global streams, from which layers draw, are this training's own; they are what is yielded."""
    on_gpu = compute.device == "cuda"
    with torch.random.fork_rng(devices=[torch.cuda.current_device()] if on_gpu else []):
        torch.manual_seed(seeds.integer("layers"))
        streams = {"layers": torch.default_generator}
        if on_gpu:
            streams["layers_on_gpu"] = torch.cuda.default_generators[torch.cuda.current_device()]
        yield streams
