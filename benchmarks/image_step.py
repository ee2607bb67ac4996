"""How near a training step on images comes to what the machine's convolutions allow. Prints Markdown.

    python benchmarks/image_step.py [THREADS]

The network is that of the recipe cifar10-cnn, batch 128, flip and crop, on random images. *Convolutions alone*: each of
its convolutions by itself, forward and backward as in the step, same shapes, layout and precision, its data warm in the
caches; the sum of their medians is a floor that no step of this network can go below on this machine. *Step*: an epoch
of `fit_classifier` over its batches, all included. *Input*: gather, augment and normalise a batch. With one thread (the
default) processor time is measured, which other processes disturb least; with more, wall time.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import cast

import numpy as np
import torch
from torch import nn

from tunewright.core.seeds import SeedTree
from tunewright.core.threads import threads
from tunewright.entrance import load_experiment
from tunewright.images.experiment.settings import ImageExperiment
from tunewright.images.families.network import Network
from tunewright.images.preparation.augment import Augmentation
from tunewright.images.preparation.normalise import fit_normalisation
from tunewright.images.preparation.store import PixelStore, store_pixels
from tunewright.images.training.compute import Compute, PrecisionName
from tunewright.images.training.loop import ImageConfiguration, fit_classifier
from tunewright.training.observer import Epoch, Snapshot
from tunewright.trials.allocation import memory_kept

BATCH, BATCHES, EPOCHS, REPEATS = 128, 15, 6, 15
SHAPE = (3, 32, 32)


class Clock:
    """Reads a clock after every epoch."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.read: list[float] = []

    def snapshot(self) -> Snapshot | None:
        return None

    def after(self, epoch: Epoch) -> None:
        self.read.append(self._now())

    def step(self) -> float:
        """Median time of a step; the first epoch, which warms up, does not count."""
        return statistics.median(np.diff(self.read)) / BATCHES


def median(action: Callable[[], object], now: Callable[[], float]) -> float:
    action()
    times = []
    for _ in range(REPEATS):
        started = now()
        action()
        times.append(now() - started)
    return statistics.median(times)


def convolutions_alone(network: Network, precision: PrecisionName, now: Callable[[], float]) -> float:
    """Sum over the network's convolutions, forward and backward, in seconds for one batch."""
    met: list[tuple[nn.Conv2d, torch.Size]] = []

    def meet(module: nn.Module, inputs: tuple[torch.Tensor, ...], output: object) -> None:
        met.append((cast("nn.Conv2d", module), inputs[0].shape))

    model = network.build()
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            module.register_forward_hook(meet)
    with torch.no_grad():
        model(torch.zeros(BATCH, *SHAPE))
    kind = torch.bfloat16 if precision == "bfloat16" else torch.float32
    return sum(alone(layer, shape, kind, first=layer is met[0][0], now=now) for layer, shape in met)


def alone(layer: nn.Conv2d, shape: torch.Size, kind: torch.dtype, *, first: bool, now: Callable[[], float]) -> float:
    """The first layer gives no gradient to the pixels, as in the step."""
    own = nn.Conv2d(
        layer.in_channels, layer.out_channels, layer.kernel_size[0], padding=layer.padding[0], bias=False, dtype=kind
    )
    own.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    images = torch.randn(shape).to(kind).contiguous(memory_format=torch.channels_last).requires_grad_(not first)
    gradient = torch.ones_like(own(images))
    return median(lambda: own(images).backward(gradient), now)


def measure(experiment: ImageExperiment, precision: PrecisionName, *, count: int) -> str:
    """A row of the table."""
    now = time.process_time if count == 1 else time.perf_counter
    generator = np.random.default_rng(0)
    pixels = generator.integers(0, 256, (BATCH * BATCHES, *SHAPE), dtype=np.uint8)
    store: PixelStore = store_pixels(pixels, generator.integers(0, 10, len(pixels)))
    training = experiment.training.model_copy(update={"epochs": EPOCHS, "batch_size": BATCH}).training()
    chosen = ImageConfiguration(Network(experiment.model.spec(), SHAPE, 10), training, experiment.augmentation.spec())
    normalisation = fit_normalisation(pixels)
    augmentation, random = Augmentation(chosen.augmentation, normalisation), torch.Generator().manual_seed(0)
    indices = torch.randperm(len(store), generator=random)[:BATCH]
    clock = Clock(now)
    with threads(count):
        floor = convolutions_alone(chosen.network, precision, now)
        fit_classifier(
            chosen,
            store,
            normalisation=normalisation,
            validation=None,
            compute=Compute("cpu", precision, count),
            seeds=SeedTree(0),
            observer=clock,
        )
        floor = statistics.mean([floor, convolutions_alone(chosen.network, precision, now)])
        fed = median(lambda: augmentation(*store.batch(indices), random), now)
    step = clock.step()
    return (
        f"| {precision} | {count} | {1e3 * floor:.1f} | {1e3 * step:.1f} | {100 * floor / step:.0f} % "
        f"| {100 * fed / step:.1f} % | {BATCH / step:,.0f} |"
    )


def main() -> None:
    if os.environ.get("_IMAGE_STEP") is None:  # the allocator is told how to work when a process starts
        with memory_kept():
            sys.exit(subprocess.run([sys.executable, *sys.argv], env={**os.environ, "_IMAGE_STEP": "1"}).returncode)
    experiment = cast("ImageExperiment", load_experiment("cifar10-cnn"))
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    print("| precision | threads | convolutions alone, ms | step, ms | share | input | images/s |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for precision in ("float32", "bfloat16"):
        print(measure(experiment, precision, count=count), flush=True)


if __name__ == "__main__":
    main()
