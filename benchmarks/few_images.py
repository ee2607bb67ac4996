"""What trained weights save where there are few images: CIFAR-10, then digits. Prints Markdown.

    python benchmarks/few_images.py CIFAR MNIST --folder RUNS [--coloured] [--first N] [--counts 50 1000] [--seeds 3]

CIFAR, MNIST: the two sets as `tunewright` reads them. A CNN learns CIFAR-10, or its first images; then, from each seed,
so many digits of 32 x 32 pixels, in three equal colours, or each at random in two: from its weights and from first
weights of its own. Both are tuned over the learning rate in 6 trials, that with weights over `rate_decay` too, and
tested on 2,000 others; and so are both with the defaults of Tunewright.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from recording import Found, record, table

from tunewright.images.data.read import read_images

FIRST = """
kind = "images"
[model]
width = 16
[training]
epochs = 6
[augmentation]
flip = true
crop = 4
"""
NEXT = """
kind = "images"
[model]
width = 16
{model}
[training]
epochs = {epochs}
batch_size = 16
[preparation]
validation_fraction = 0.25
[search]
trials = 6
[pruner]
name = "none"
[space]
learning_rate = {{ low = 0.003, high = 0.3, log = true }}
{space}
"""


def tuned(asked: argparse.Namespace, name: str, text: str, source: str, seed: int) -> Path:
    """The folder of a finished run, made where it is not there yet."""
    folder: Path = asked.folder / name
    if (folder / "results.json").exists():
        return folder
    file = asked.folder / f"{name}.toml"
    file.write_text(text)
    command = [str(Path(sys.executable).with_name("tunewright")), "tune", str(file), "--seed", str(seed)]
    command += ["--set", f"data.source={source}", "--quiet", "--out", str(folder)]
    done = subprocess.run(command, env={**os.environ, "TUNEWRIGHT_PRIVATE": "1"}, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr[-2000:]}")
    return folder


def learnt_first(asked: argparse.Namespace) -> str:
    """CIFAR-10, or so many of its training images, as arrays in a file."""
    if asked.first is None:
        return str(asked.cifar)
    train, test, _ = read_images(asked.cifar)
    assert test is not None
    file, parts = asked.folder / f"cifar-{asked.first}.npz", {}
    for name, images, many in (("train", train, asked.first), ("test", test, 2000)):
        parts[f"x_{name}"] = images.images[:many].transpose(0, 2, 3, 1)
        parts[f"y_{name}"] = images.labels[:many]
    np.savez(file, **parts)
    return str(file)


def digits(asked: argparse.Namespace, count: int, seed: int) -> Path:
    """So many digits of each set, as arrays in a file."""
    file: Path = asked.folder / f"{_kind(asked)}-{count}-{seed}.npz"
    train, test, _ = read_images(asked.mnist)
    assert test is not None
    rng, parts = np.random.default_rng(seed), {}
    for name, images, many in (("train", train, count), ("test", test, 2000)):
        # As many of each digit as of any other, so that 50 have them all.
        order = rng.permutation(len(images))
        ranks = np.zeros(len(images), dtype=int)
        for label in range(10):
            own = order[images.labels[order] == label]
            ranks[own] = np.arange(len(own))
        chosen = np.argsort(ranks, kind="stable")[:many]
        ink = np.pad(images.images[chosen, 0], ((0, 0), (2, 2), (2, 2)))[..., None] / 255.0
        front, ground = rng.uniform(0, 255, (2, many, 1, 1, 3)) if asked.coloured else (np.full(3, 255), np.zeros(3))
        parts[f"x_{name}"] = np.rint(ink * front + (1 - ink) * ground).astype(np.uint8)
        parts[f"y_{name}"] = images.labels[chosen]
    np.savez(file, **parts)
    return file


def _kind(asked: argparse.Namespace) -> str:
    return "coloured" if asked.coloured else "digits"


def accuracies(run: Path) -> tuple[float, float]:
    """Percent, of the tuned model and of the default."""
    told = json.loads((run / "results.json").read_text())["contestants"]
    found = {one["name"]: 100 * float(one["test"]["accuracy"]) for one in told}
    return found["tuned"], found["default"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("cifar")
    parser.add_argument("mnist")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--coloured", action="store_true")
    parser.add_argument("--first", type=int)
    parser.add_argument("--counts", type=int, nargs="+", default=[50, 200, 1000])
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args()
    asked.folder = asked.folder.resolve()
    asked.folder.mkdir(parents=True, exist_ok=True)
    old = tuned(asked, "cifar", FIRST, learnt_first(asked), 0)
    kinds = {
        "from scratch": ("", ""),
        "from weights": (f"weights = {json.dumps(str(old))}", "rate_decay = { low = 0.3, high = 1.0 }"),
    }
    rows, found = [], list[Found]()
    for count in asked.counts:
        row = [str(count)]
        for kind, (model, space) in kinds.items():
            # More of them where there are fewer images, so that there are steps enough.
            text = NEXT.format(model=model, space=space, epochs=round(20 * (1000 / count) ** 0.5))
            names = [f"{_kind(asked)}-{kind.split()[1]}-{count}-{seed}" for seed in range(asked.seeds)]
            runs = [tuned(asked, name, text, str(digits(asked, count, seed)), seed) for seed, name in enumerate(names)]
            for how, values in zip(("tuned", "default"), zip(*map(accuracies, runs), strict=True), strict=True):
                found.append(Found(f"{count} {_kind(asked)}; {kind}; {how}: accuracy", "%", values))
                row.append(f"{np.median(values):.1f} ({min(values):.1f} to {max(values):.1f})")
        rows.append(row)
    record("few_images", found)
    print(table(["images", *(f"{kind}, {how}" for kind in kinds for how in ("tuned", "default"))], rows))


if __name__ == "__main__":
    main()
