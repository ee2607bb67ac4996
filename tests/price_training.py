"""Samples to train on, and what a training made of them."""

import numpy as np
import torch

from tunewright.prices.families.lstm import LSTMSpec
from tunewright.prices.preparation.windows import Samples, Windows
from tunewright.prices.training.loop import Trained
from tunewright.training.observer import Epoch, Snapshot


def samples(rows: int = 300, *, features: int = 2, time_step: int = 6, seed: int = 0) -> Samples:
    """Noise with a linear signal: the target is half the last row's first feature."""
    generator = np.random.default_rng(seed)
    series = generator.normal(size=(rows, features)).astype(np.float32)
    origins = np.arange(time_step - 1, rows)
    noise = generator.normal(size=len(origins)).astype(np.float32)
    return Samples(Windows(series, origins, time_step), 0.5 * series[origins, 0] + 0.5 * noise)


TRAIN, VALIDATION = samples(seed=0), samples(100, seed=1)
SPEC = LSTMSpec((8, 5), (0.2, 0.1))


def weights(trained: Trained) -> torch.Tensor:
    return torch.cat([tensor.flatten() for tensor in trained.model.state_dict().values()])


class Told:
    """Notes the epochs. Begins from a snapshot, keeps that of one epoch, and raises at the end of another."""

    def __init__(
        self, *, raises: tuple[int, BaseException] | None = None, keeps: int = 0, start: Snapshot | None = None
    ) -> None:
        self._raises, self._keeps, self._start = raises, keeps, start
        self.epochs: list[Epoch] = []
        self.kept: Snapshot | None = None

    def snapshot(self) -> Snapshot | None:
        return self._start

    def after(self, epoch: Epoch) -> None:
        self.epochs.append(epoch)
        if epoch.number == self._keeps:
            assert epoch.snapshot is not None
            self.kept = epoch.snapshot()
        if self._raises and epoch.number == self._raises[0]:
            raise self._raises[1]
