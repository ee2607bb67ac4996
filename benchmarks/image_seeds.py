"""How often tuning on images is said to have made a difference where both sides are one configuration. In Markdown.

    python benchmarks/image_seeds.py [PAIRS]

The configuration is the default of the recipe digits-cnn: on scikit-learn's digits, and on the same with noise on their
pixels and three quarters of them sealed, where seeds scatter widely. Twice PAIRS runs train it from five seeds each, as
`final.seeds = 5` does, and are judged on the same sealed images. Every side has seeds of its own; in a run tuned and
default share theirs, from which one configuration would give the same networks twice. Groups of three and of five of
these networks, no network in two of them, are judged two at a time, as the program judges tuned and default. A claim at
0.01 is "tuning helped" or "did harm"; at 0.05 hints count, too. McNemar's test is that of two single networks, each of
them in one pair. In brackets: the share of claims over fifty shuffles of the same networks into groups. They are not
independent of each other, but say more than the few pairs as they were trained.

One process; 20 PAIRS, the default, take 17 minutes on a busy machine.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from tunewright.entrance import load_experiment
from tunewright.images.data.builtin import read_digits
from tunewright.images.judging.bias import SearchWinner, tuning_bias
from tunewright.images.judging.contest import Entry, seeds_of
from tunewright.images.judging.metrics import Labels, Probabilities
from tunewright.images.judging.names import DEFAULT, TUNED
from tunewright.images.run.finals import train_finals
from tunewright.images.run.setup import PreparedImages, set_up_images
from tunewright.runs.folder import new_folder
from tunewright.runs.searching import Crew
from tunewright.statistics.levels import HINT, LEVEL

SEEDS, SIDES, SHUFFLES = 5, (3, 5), 50
NO_SEARCH = SearchWinner(score=0.0, error=0.0)
Order = NDArray[np.int64]


@dataclass(frozen=True)
class Design:
    """noise: standard deviation of what is added to pixels, which go from 0 to 16. sealed: the share of the images."""

    name: str
    noise: float
    sealed: float


DESIGNS = (Design("digits", noise=0.0, sealed=0.25), Design("noisy digits", noise=3.0, sealed=0.75))


@dataclass(frozen=True, eq=False)
class Networks:
    """One configuration from many seeds: what each network says of the sealed images."""

    probabilities: tuple[Probabilities, ...]
    labels: Labels

    def group(self, name: str, numbers: Order) -> Entry:
        return Entry(name, tuple(self.probabilities[number] for number in numbers))


@dataclass(frozen=True)
class Claims:
    """p of pairs of groups as they were trained, and of pairs of groups that were shuffled."""

    trained: tuple[float, ...]
    shuffled: tuple[float, ...]

    def below(self, level: float) -> str:
        count, share = sum(p < level for p in self.trained), np.mean([p < level for p in self.shuffled])
        return f"{count} of {len(self.trained)} ({100 * share:.1f} %)"


def set_up(design: Design, folder: Path) -> PreparedImages:
    """With the images in a file of their own in `folder`."""
    found, random = read_digits().train, np.random.default_rng(0)
    images = found.images + random.normal(scale=design.noise, size=found.images.shape)
    np.savez(folder / "digits.npz", images=images.round().clip(0, 16).astype(np.uint8), labels=found.labels)
    changes = {
        "data.source": str(folder / "digits.npz"),
        "preparation.test_fraction": design.sealed,
        "final.seeds": SEEDS,
        "final.hold_out": False,
        "compute.device": "cpu",
        "compute.precision": "float32",
        "compute.threads": 1,
    }
    return set_up_images(load_experiment("digits-cnn", changes).model_copy(update={"space": {}}))


def train(prepared: PreparedImages, runs: int, folder: Path) -> Networks:
    """Every run on the images of the first, which its seed would cut otherwise."""
    opened, found = prepared.sealed.open(lambda: 1).images, list[Probabilities]()
    for run in range(runs):
        mine = replace(prepared, experiment=prepared.experiment.model_copy(update={"seed": run}))
        final = train_finals(mine, {}, crew=Crew(new_folder(folder / str(run), mine.experiment.name)))
        found += final.models[0].probabilities(opened.images)
    return Networks(tuple(found), opened.labels)


def pairs(order: Order, size: int) -> Order:
    """The numbers in this order as pairs of groups: shape (pairs, 2, size). Those left over are in none."""
    count = len(order) // (2 * size)
    return order[: 2 * size * count].reshape(count, 2, size)


def p_of(networks: Networks, ours: Order, theirs: Order) -> float:
    """Over seeds, or of one network each McNemar's."""
    tuned, default = networks.group(TUNED, ours), networks.group(DEFAULT, theirs)
    found = tuning_bias(tuned, default, networks.labels, winner=NO_SEARCH)
    against = found.over_seeds or found.against_default
    assert against is not None
    return against.p


def claims(networks: Networks, size: int) -> Claims:
    """size: networks a side."""
    random, numbers = np.random.default_rng(size), np.arange(len(networks.probabilities))
    trained, *shuffled = (
        tuple(p_of(networks, ours, theirs) for ours, theirs in pairs(order, size))
        for order in (numbers, *(random.permutation(numbers) for _ in range(SHUFFLES)))
    )
    return Claims(trained, tuple(p for one in shuffled for p in one))


def rows(design: Design, runs: int) -> Iterator[str]:
    """Of the table, one for each number of seeds a side."""
    with TemporaryDirectory() as name:
        networks = train(set_up(design, Path(name)), runs, Path(name))
    count = len(networks.probabilities)
    scattered = seeds_of(networks.group("all", np.arange(count)), networks.labels)
    print(f"{design.name}: right on {scattered.mean:.1%} of the sealed images", file=sys.stderr, flush=True)
    alone = claims(networks, 1).below(LEVEL)
    for size in SIDES:
        found = claims(networks, size)
        yield (
            f"| {design.name} | {count} | {len(networks.labels):,} | {100 * (scattered.sd or 0):.1f} | {size} "
            f"| {found.below(LEVEL)} | {found.below(HINT)} | {alone} |"
        )


def main(count: int) -> None:
    print(
        "| set | networks | images | scatter, points | seeds a side | claims at 0.01 | claims at 0.05 "
        "| McNemar's claims at 0.01 |"
    )
    print("| --- |" + " --- |" * 7)
    for design in DESIGNS:
        for row in rows(design, 2 * count):
            print(row, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
