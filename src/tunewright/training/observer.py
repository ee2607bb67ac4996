"""Who looks on while a model trains: told of every epoch, may end the training, may keep snapshots of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:  # torch takes seconds to load, and plain functions are tuned without it
    from torch import Tensor


@dataclass(frozen=True)
class Snapshot:
    """All that a training needs to go on as if it had not stopped: tensors by name and plain text by name."""

    tensors: Mapping[str, "Tensor"]
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Epoch:
    """What is known after an epoch.

    number: epochs trained so far, from 1. best: whether its validation loss is the lowest so far. train_loss: of the
    epoch. forecasts: of the validation samples, float32: on the model's scale, of shape (samples,), or the
    probabilities of images, of shape (samples, classes); None without validation. snapshot: makes one of the training
    as it is; None where it begins anew after a crash.
    """

    number: int
    best: bool
    train_loss: float
    forecasts: npt.NDArray[np.float32] | None
    snapshot: Callable[[], Snapshot] | None


class Observer(Protocol):
    def snapshot(self) -> Snapshot | None:
        """Where to go on from; None where the training starts."""
        ...

    def after(self, epoch: Epoch) -> None:
        """Told after every epoch that there is to tell of. Whatever it raises ends the training."""
        ...


class _Unobserved:
    def snapshot(self) -> Snapshot | None:
        return None

    def after(self, epoch: Epoch) -> None:
        pass


UNOBSERVED: Observer = _Unobserved()
