"""How recurrent networks are trained in native code; where that cannot be, the reference loop trains them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from tunewright.core.seeds import SeedTree
from tunewright.experiment.families import Spec
from tunewright.prices.networks.recurrent import Recurrent, recurrent_layers
from tunewright.prices.preparation.windows import Samples
from tunewright.prices.training.beginning import first
from tunewright.prices.training.loop import Trained, ended, fit_one, validate
from tunewright.prices.training.training import Training
from tunewright.training.native import network as native
from tunewright.training.native.library import Library, library
from tunewright.training.observer import UNOBSERVED, Epoch, Observer, Snapshot
from tunewright.training.progress import Progress, engine_of, finite_loss
from tunewright.training.streams import stream

COMPILED = "compiled"


def fit_compiled(
    spec: Spec,
    training: Training,
    train: Samples,
    *,
    validation: Samples | None,
    seeds: SeedTree,
    observer: Observer = UNOBSERVED,
) -> Trained:
    """Train as `fit_one` does: the same first weights and batches, and rounding aside the same steps; dropout draws
    other numbers. Raises TrialFailure.

    A training that another engine began goes on with that one.
    """
    found, snapshot = library(), observer.snapshot()
    begun_otherwise = snapshot is not None and engine_of(snapshot) != COMPILED
    model = first(spec, training, train.windows, seeds).model
    if begun_otherwise or not isinstance(found, Library) or not isinstance(model, Recurrent) or model.attention:
        return fit_one(spec, training, train, validation=validation, seeds=seeds, observer=GoesOn(observer, snapshot))
    network = native.Network(found, native_shape(model, train, training.batch_size))
    parameters = joined(model).numpy()
    memory = _Memory(native.Memory.empty(network.parameters))
    rule = native.Rule(training.optimizer, training.learning_rate, training.weight_decay, seeds.integer("dropout"))
    shuffle = stream(seeds, "shuffle")
    now = Progress(model, memory, {"shuffle": shuffle}, engine=COMPILED)
    now.restore(snapshot)
    batches, held_out = in_native(train), None if validation is None else in_native(validation)
    while not now.ended(epochs=training.epochs, patience=training.patience):
        order = torch.randperm(len(train), generator=shuffle).numpy()
        total = network.train(parameters, memory.held, batches, order, by=rule)
        now.trained(finite_loss(total / len(train), now.epochs))
        forecasts = None if held_out is None else network.predict(parameters, held_out)
        validate(now, forecasts, validation, observer)
    trained = ended(now)
    _part(model)
    return trained


def native_shape(model: Recurrent, samples: Samples, batch: int) -> native.Shape:
    """What the network is, in the words of native code."""
    layers = recurrent_layers(model)
    return native.Shape(
        "lstm" if isinstance(layers[0], nn.LSTM) else "gru",
        units=tuple(layer.hidden_size for layer in layers),
        dropout=model.dropout,
        both_ways=layers[0].bidirectional,
        features=samples.windows.features,
        time_step=samples.windows.time_step,
        batch=min(batch, max(1, len(samples))),
    )


def in_native(samples: Samples) -> native.Batches:
    series, origins = np.ascontiguousarray(samples.windows.series), np.ascontiguousarray(samples.windows.origins)
    return native.Batches(series, origins, np.ascontiguousarray(samples.targets), samples.windows.time_step)


def joined(model: nn.Module) -> Tensor:
    """All parameters of the model in one array, which they are from now on views of."""
    parameters = list(model.parameters())
    together = torch.cat([one.detach().reshape(-1) for one in parameters])
    for one, part in zip(parameters, torch.split(together, [one.numel() for one in parameters]), strict=True):
        one.data = part.view_as(one)
    return together


def _part(model: nn.Module) -> None:
    """Give each parameter memory of its own again, as files of tensors want it."""
    for one in model.parameters():
        one.data = one.detach().clone()


@dataclass(frozen=True, eq=False)
class _Memory:
    held: native.Memory

    def tensors(self) -> dict[str, Tensor]:
        return {
            "first": torch.from_numpy(self.held.first),
            "second": torch.from_numpy(self.held.second),
            "steps": torch.from_numpy(self.held.steps),
        }

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        for name, own in self.tensors().items():
            own.copy_(tensors[name])


@dataclass(frozen=True)
class GoesOn:
    """An observer whose snapshot was asked for already."""

    observer: Observer
    found: Snapshot | None

    def snapshot(self) -> Snapshot | None:
        return self.found

    def after(self, epoch: Epoch) -> None:
        self.observer.after(epoch)
