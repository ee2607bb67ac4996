"""A training under way: everything that changes from epoch to epoch, and its snapshot."""

import copy
import json
import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from tunewright.core.errors import TrialFailure
from tunewright.training.observer import Snapshot


class Progress:
    """Model, optimizer, random streams by name, curves and the best weights so far. Epochs are counted from 0."""

    def __init__(self, model: nn.Module, optimizer: Optimizer, streams: Mapping[str, torch.Generator]) -> None:
        self.model = model
        self.optimizer = optimizer
        self.streams = streams
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
        for index, values in self.optimizer.state_dict()["state"].items():
            held = {name: value for name, value in values.items() if isinstance(value, Tensor)}
            tensors |= {f"optimizer.{index}.{name}": value for name, value in held.items()}
        curves = {
            "train": self.train_loss,
            "validation": self.validation_loss,
            "accuracy": self.validation_accuracy,
            "best_epoch": self.best_epoch,
        }
        packed = torch.contiguous_format
        copies = {name: tensor.detach().clone(memory_format=packed) for name, tensor in tensors.items()}
        return Snapshot(copies, {"curves": json.dumps(curves)})

    def restore(self, snapshot: Snapshot) -> None:
        """Be where the snapshot was made. It must come from a training of the same configuration and seed."""
        tensors = snapshot.tensors
        self.model.load_state_dict(_under(tensors, "model"))
        self._best = _under(tensors, "best")
        for name, stream in self.streams.items():
            stream.set_state(tensors[f"stream.{name}"])
        state: dict[int, dict[str, Tensor]] = {}
        parameters = [one for group in self.optimizer.param_groups for one in group["params"]]
        for name, tensor in _under(tensors, "optimizer").items():
            index, _, key = name.partition(".")
            like = parameters[int(index)]
            # In the order of the parameter's memory, which kernels that update both at once count on.
            laid_out = torch.empty_like(like).copy_(tensor) if tensor.shape == like.shape else tensor
            state.setdefault(int(index), {})[key] = laid_out
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": state})
        curves: dict[str, Any] = json.loads(snapshot.texts["curves"])
        self.train_loss, self.validation_loss = curves["train"], curves["validation"]
        self.validation_accuracy, self.best_epoch = curves["accuracy"], curves["best_epoch"]


def _under(tensors: Any, prefix: str) -> dict[str, Tensor]:
    start = f"{prefix}."
    return {name.removeprefix(start): tensor for name, tensor in tensors.items() if name.startswith(start)}


def finite_loss(loss: float, epoch: int) -> float:
    """The loss of this epoch, counted from 0. Raises TrialFailure where it is no longer a number."""
    if not math.isfinite(loss):
        raise TrialFailure(f"the training diverged: the loss of epoch {epoch + 1} is {loss}")
    return loss
