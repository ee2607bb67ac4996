"""An epoch on CIFAR-10 here beside a plain PyTorch loop with the same network. Prints Markdown.

    python benchmarks/cifar_loop.py CIFAR [--repeats 3] [--images 10000] [--epochs 4] [--threads 2]

CIFAR: what `tunewright tune --data` takes. The network is that of the recipe cifar10-cnn, float32, with SGD
(Nesterov), one cycle, batch 128, flip and crop; the last 2,000 training images validate after each epoch. *Here*:
`fit_classifier`, as a worker runs it. *Plain*: the images in memory as normalised float32, moved batch by batch
without a loader, once in PyTorch's own order of memory and once channels_last. Each training is a process of its own;
the first epoch, which warms up, does not count. In turn, round by round, each round with a seed of its own; the
accuracies must agree but for noise.
"""

import argparse
import json
import subprocess
import sys
import time
from contextlib import nullcontext
from typing import cast

import numpy as np
import torch
from recording import Found, record, short, table
from torch import Tensor, nn

from tunewright.core.seeds import SeedTree
from tunewright.core.threads import threads
from tunewright.entrance import load_experiment
from tunewright.images.data.imageset import ImageSet
from tunewright.images.data.read import read_images
from tunewright.images.experiment.settings import ImageExperiment
from tunewright.images.families.network import Network
from tunewright.images.preparation.augmentation import AugmentationSpec
from tunewright.images.preparation.normalise import fit_normalisation
from tunewright.images.preparation.store import store_pixels
from tunewright.images.training.compute import Compute
from tunewright.images.training.loop import ImageConfiguration, fit_classifier
from tunewright.images.training.training import ImageTraining
from tunewright.training.observer import Epoch, Snapshot
from tunewright.trials.allocation import memory_kept

HELD_OUT, BATCH, RATE, DECAY, CROP = 2000, 128, 0.1, 5e-4, 4
WAYS = ("here", "plain", "plain, channels_last")


class Clock:
    def __init__(self) -> None:
        self.read: list[float] = []

    def snapshot(self) -> Snapshot | None:
        return None

    def after(self, epoch: Epoch) -> None:
        self.read.append(time.perf_counter())


def here(network: Network, images: ImageSet, *, asked: argparse.Namespace, seed: int) -> tuple[list[float], float]:
    """When epochs ended, and the last one's validation accuracy."""
    normalisation, clock = fit_normalisation(images.images[: asked.images]), Clock()
    training = ImageTraining(asked.epochs, BATCH, RATE, "sgd", weight_decay=DECAY)
    trained = fit_classifier(
        ImageConfiguration(network, training, AugmentationSpec(flip=True, crop=CROP)),
        store_pixels(images.images[: asked.images], images.labels[: asked.images]),
        normalisation=normalisation,
        validation=store_pixels(images.images[-HELD_OUT:], images.labels[-HELD_OUT:]),
        compute=Compute("cpu", "float32", asked.threads),
        seeds=SeedTree(seed),
        observer=clock,
    )
    return clock.read, trained.validation_accuracy[-1]


def plain(
    network: Network, images: ImageSet, *, asked: argparse.Namespace, seed: int, layout: torch.memory_format
) -> tuple[list[float], float]:
    torch.manual_seed(seed)
    pixels = torch.from_numpy(images.images.astype(np.float32) / 255)
    mean, std = (
        pixels[: asked.images].mean((0, 2, 3), keepdim=True),
        pixels[: asked.images].std((0, 2, 3), keepdim=True),
    )
    pixels = ((pixels - mean) / std).contiguous(memory_format=layout)
    labels = torch.from_numpy(images.labels.astype(np.int64))
    train, held_out = pixels[: asked.images], pixels[-HELD_OUT:]
    model = network.build().to(memory_format=layout)  # type: ignore[call-overload]
    optimizer = torch.optim.SGD(model.parameters(), RATE, momentum=0.9, weight_decay=DECAY, nesterov=True)
    steps = asked.epochs * (asked.images // BATCH)
    cycle = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(step / (0.2 * steps), (1 - step / steps) / 0.8)
    )
    read, right = [], 0.0
    for _ in range(asked.epochs):
        model.train()
        for batch in torch.randperm(asked.images).split(BATCH)[: asked.images // BATCH]:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(augmented(train[batch])), labels[batch]).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            cycle.step()
        model.eval()
        with torch.no_grad():
            found = torch.cat([model(part).argmax(1) for part in held_out.split(500)])
        right = float((found == labels[-HELD_OUT:]).float().mean())
        read.append(time.perf_counter())
    return read, right


def augmented(images: Tensor) -> Tensor:
    """Each image mirrored or not, and cut out of itself with a border of reflections."""
    count, channels, height, width = images.shape
    images = torch.where(torch.rand(count, 1, 1, 1) < 0.5, images.flip(3), images)
    padded = nn.functional.pad(images, (CROP,) * 4, mode="reflect")
    down, right = torch.randint(2 * CROP + 1, (2, count, 1))
    rows, columns = down + torch.arange(height), right + torch.arange(width)
    whole = torch.arange(count)[:, None, None, None], torch.arange(channels)[None, :, None, None]
    return padded[(*whole, rows[:, None, :, None], columns[:, None, None, :])]


def train(way: str, seed: int, asked: argparse.Namespace) -> None:
    """Print seconds of an epoch and the accuracy."""
    images, _, _ = read_images(asked.cifar)
    experiment = cast("ImageExperiment", load_experiment("cifar10-cnn"))
    network = Network(experiment.model.spec(), images.shape, len(images.classes))
    with threads(asked.threads):
        if way == "here":
            read, right = here(network, images, asked=asked, seed=seed)
        else:
            layout = torch.channels_last if "channels_last" in way else torch.contiguous_format
            read, right = plain(network, images, asked=asked, seed=seed, layout=layout)
    print(json.dumps([(read[-1] - read[0]) / (len(read) - 1), right]))


def timed(way: str, seed: int) -> tuple[float, float]:
    command = [sys.executable, *sys.argv, "--way", way, "--seed", str(seed)]
    with memory_kept() if way == "here" else nullcontext():  # as workers are started
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, right = json.loads(done.stdout.splitlines()[-1])
    return seconds, right


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("cifar")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way:
        train(asked.way, asked.seed, asked)
        return
    runs: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    for seed in range(asked.repeats):
        for way, done in runs.items():
            done.append(timed(way, seed))
    found = []
    for way, done in runs.items():
        found.append(Found(f"{way}: an epoch", "s", [seconds for seconds, _ in done]))
        found.append(Found(f"{way}: validation accuracy", "%", [100 * right for _, right in done]))
        if way != "here":
            pairs = zip(done, runs["here"], strict=True)
            found.append(Found(f"{way} / here: an epoch", "ratio", [theirs[0] / own[0] for theirs, own in pairs]))
    record("cifar_loop", found)
    print(
        table(
            ["what", "unit", "median", "from, to"],
            [
                [one.what, one.unit, short(one.median), f"{short(min(one.values))} to {short(max(one.values))}"]
                for one in found
            ],
        )
    )


if __name__ == "__main__":
    main()
