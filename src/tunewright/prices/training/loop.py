"""The reference: what training means, in plain PyTorch on one screen."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from tunewright.core.seeds import SeedTree
from tunewright.experiment.families import Spec
from tunewright.prices.preparation.windows import Samples, Windows
from tunewright.prices.training.beginning import first
from tunewright.prices.training.training import Training
from tunewright.training.observer import UNOBSERVED, Epoch, Observer
from tunewright.training.optimizers import TorchMemory, make_optimizer
from tunewright.training.progress import Progress, finite_loss
from tunewright.training.streams import stream
from tunewright.training.widening import groups


@dataclass(frozen=True)
class Trained:
    """A trained model with its curves: mean squared error on the model's scale, one figure per epoch.

    The weights are those after `best_epoch` (counted from 0): the epoch of the lowest validation loss, or the last one
    where there was no validation.
    """

    model: nn.Module
    train_loss: tuple[float, ...]
    validation_loss: tuple[float, ...]
    best_epoch: int


def fit_one(
    spec: Spec,
    training: Training,
    train: Samples,
    *,
    validation: Samples | None,
    seeds: SeedTree,
    observer: Observer = UNOBSERVED,
) -> Trained:
    """Train one model on one fold's training samples. Raises TrialFailure where the loss is no longer a number,
    and where the spec cannot be built for these windows.

    The observer may bring the snapshot of an earlier process, to go on from there to the same end, bit for bit.
    """
    begun, name = first(spec, training, train.windows, seeds), training.optimizer
    model = begun.model
    parts = groups(model, name, weight_decay=training.weight_decay, grown=begun.grown, shares=begun.shares)
    optimizer = make_optimizer(name, parts, learning_rate=training.learning_rate)
    shuffle, dropout = stream(seeds, "shuffle"), stream(seeds, "dropout")
    now = Progress(model, TorchMemory(optimizer), {"shuffle": shuffle, "dropout": dropout})
    now.restore(observer.snapshot())
    source, targets = Gather(train.windows), torch.from_numpy(train.targets)
    while not now.ended(epochs=training.epochs, patience=training.patience):
        total = torch.zeros((), dtype=torch.float64)
        for batch in torch.split(torch.randperm(len(train), generator=shuffle), training.batch_size):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(source(batch), dropout), targets[batch])
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            total += loss.detach().double() * len(batch)
        now.trained(finite_loss(float(total) / len(train), now.epochs))
        forecasts = None if validation is None else predict(model, validation.windows)
        validate(now, forecasts, validation, observer)
    return ended(now)


def validate(
    now: Progress, forecasts: npt.NDArray[np.float32] | None, validation: Samples | None, observer: Observer
) -> None:
    """Judge the epoch just trained by its forecasts of the validation samples, where there are any, and tell the
    observer. Raises what it does, and TrialFailure."""
    if forecasts is not None and validation is not None:
        error = forecasts.astype(np.float64) - validation.targets
        now.validated(finite_loss(float(np.mean(error**2)), now.epochs - 1))
    best = now.best_epoch == now.epochs - 1
    observer.after(Epoch(now.epochs, best, now.train_loss[-1], forecasts, now.snapshot))


def ended(now: Progress) -> Trained:
    """A training that has ended, with the weights of its best epoch."""
    if now.validation_loss:
        now.restore_best()
    return Trained(now.model, tuple(now.train_loss), tuple(now.validation_loss), now.best_epoch)


def predict(model: nn.Module, windows: Windows, *, batch_size: int = 512) -> npt.NDArray[np.float32]:
    """Forecasts on the model's scale, float32 of shape (windows,)."""
    source = Gather(windows)
    with torch.no_grad():
        parts = [model(source(batch)) for batch in torch.split(torch.arange(len(windows)), batch_size)]
    return torch.cat(parts).numpy() if parts else np.empty(0, np.float32)


class Gather:
    """Batches of windows, time first: shape (time_step, batch, features), gathered from the one shared series."""

    def __init__(self, windows: Windows) -> None:
        self._series = torch.from_numpy(windows.series)
        self._origins = torch.from_numpy(windows.origins)
        self._offsets = torch.arange(1 - windows.time_step, 1)[:, None]

    def __call__(self, batch: Tensor) -> Tensor:
        return self._series[self._origins[batch] + self._offsets]
