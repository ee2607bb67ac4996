"""A training under way: everything that changes from epoch to epoch, and its snapshot."""

import copy
import json
import math
from collections.abc import Mapping
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from tunewright.core.errors import TrialFailure
from tunewright.training.observer import Snapshot

ENGINE, REFERENCE = "engine", "reference"


class Memory(Protocol):
    """What an optimizer remembers from batch to batch."""

    def tensors(self) -> Mapping[str, Tensor]: ...

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Remember what `tensors` told."""
        ...


class Progress:
    """Model, memory of the optimizer, random streams by name, curves and the best weights so far. Epochs are counted
    from 0. engine: by name, what trains; its snapshots say so, as no other engine can go on from them."""

    def __init__(
        self, model: nn.Module, memory: Memory, streams: Mapping[str, torch.Generator], *, engine: str = REFERENCE
    ) -> None:
        self.model = model
        self.streams = streams
        self._memory = memory
        self._engine = engine
        self.train_loss: list[float] = []
        self.validation_loss: list[float] = []
        self.validation_accuracy: list[float] = []
        self.best_epoch = 0
        self._best = copy.deepcopy(model.state_dict())

    @property
    def epochs(self) -> int:
        """Number of epochs trained."""
        return len(self.train_loss)

    def ended(self, *, epochs: int, patience: int | None) -> bool:
        waited = self.epochs - 1 - self.best_epoch
        return self.epochs >= epochs or (patience is not None and bool(self.validation_loss) and waited >= patience)

    def trained(self, loss: float) -> None:
        """An epoch was trained. Without validation it is the best one."""
        self.train_loss.append(loss)
        if not self.validation_loss:
            self.best_epoch = self.epochs - 1

    def validated(self, loss: float, accuracy: float | None = None) -> None:
        """The epoch just trained was validated; the lowest loss is the best, the earliest among equals."""
        if not self.validation_loss or loss < self.validation_loss[self.best_epoch]:
            self.best_epoch = self.epochs - 1
            self._best = copy.deepcopy(self.model.state_dict())
        self.validation_loss.append(loss)
        self.validation_accuracy += [] if accuracy is None else [accuracy]

    def restore_best(self) -> None:
        self.model.load_state_dict(self._best)

    def snapshot(self) -> Snapshot:
        tensors = {f"model.{name}": tensor for name, tensor in self.model.state_dict().items()}
        tensors |= {f"best.{name}": tensor for name, tensor in self._best.items()}
        tensors |= {f"stream.{name}": stream.get_state() for name, stream in self.streams.items()}
        tensors |= {f"optimizer.{name}": tensor for name, tensor in self._memory.tensors().items()}
        curves = {
            "train": self.train_loss,
            "validation": self.validation_loss,
            "accuracy": self.validation_accuracy,
            "best_epoch": self.best_epoch,
        }
        packed = torch.contiguous_format
        copies = {name: tensor.detach().clone(memory_format=packed) for name, tensor in tensors.items()}
        return Snapshot(copies, {"curves": json.dumps(curves), ENGINE: self._engine})

    def restore(self, snapshot: Snapshot | None) -> None:
        """Be where the snapshot was made. It must come from a training of the same configuration and seed. After one of
        another engine the training begins anew."""
        if snapshot is None or engine_of(snapshot) != self._engine:
            return
        tensors = snapshot.tensors
        self.model.load_state_dict(_under(tensors, "model"))
        self._best = _under(tensors, "best")
        for name, stream in self.streams.items():
            stream.set_state(tensors[f"stream.{name}"])
        self._memory.restore(_under(tensors, "optimizer"))
        curves: dict[str, Any] = json.loads(snapshot.texts["curves"])
        self.train_loss, self.validation_loss = curves["train"], curves["validation"]
        self.validation_accuracy, self.best_epoch = curves["accuracy"], curves["best_epoch"]


def engine_of(snapshot: Snapshot) -> str:
    """What made it; before there was a choice, the reference loop did."""
    return snapshot.texts.get(ENGINE, REFERENCE)


def _under(tensors: Any, prefix: str) -> dict[str, Tensor]:
    start = f"{prefix}."
    return {name.removeprefix(start): tensor for name, tensor in tensors.items() if name.startswith(start)}


def finite_loss(loss: float, epoch: int) -> float:
    """The loss of this epoch, counted from 0. Raises TrialFailure where it is no longer a number."""
    if not math.isfinite(loss):
        raise TrialFailure(f"the training diverged: the loss of epoch {epoch + 1} is {loss}")
    return loss
