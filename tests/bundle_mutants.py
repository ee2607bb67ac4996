"""Tiny bundles of each kind, made without training, and what a stranger may do to their files."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from PIL import Image

from cli_helpers import write_prices
from tunewright.core.codec import file_digest
from tunewright.experiment.families import Spec
from tunewright.images.bundle.bundle import ImageBundle, save_image_bundle
from tunewright.images.families.cnn import CNNSpec
from tunewright.images.families.network import Network
from tunewright.images.preparation.normalise import Normalisation
from tunewright.images.training.classifier import Classifier
from tunewright.prices.bundle.bundle import Bundle, save_bundle
from tunewright.prices.data.synthetic import random_walk
from tunewright.prices.families.family import Shape
from tunewright.prices.families.known import FAMILIES
from tunewright.prices.families.lstm import LSTMSpec
from tunewright.prices.preparation.prepare import FittedPreparation, Preparation
from tunewright.prices.preparation.scaling import FittedScaler
from tunewright.prices.training.forecaster import Forecaster

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2, 7, 64, 4096, 20_000, 10**6, 10**9, 2**63, 10**40, 10**400),
    *(0.0, -0.0, 0.5, 1e-308, 1e308, -1e308, float("nan"), float("inf")),
    *("", "nan", "close", "volatility", "custom.x", "T.close", "\ud800", "\x00\n", "../x", "a" * 5000),
    *([], {}, [[]], [1, 2, 3], ["close"] * 200, [20_000], [1e308], {"a": {"b": None}}),
)


def write_prices_bundle(folder: Path, spec: Spec | None = None) -> Path:
    """A bundle of an LSTM with its first weights, and its prices; the file of prices."""
    spec = spec or LSTMSpec((4,), (0.1,))
    table = random_walk(40, seed=5)
    fitted = FittedPreparation(
        Preparation(("log_return", "high_low"), time_step=5),
        FittedScaler((0.0, 0.01), (0.02, 0.01)),
        FittedScaler((0.0,), (0.02,)),
    )
    model = FAMILIES.named(spec.family).build(spec, Shape(5, 2), torch.Generator().manual_seed(0))
    errors = (-0.02, -0.01, 0.0, 0.013)
    forecaster, scaled = Forecaster(fitted, model), tuple(100 * error for error in errors)
    bundle = Bundle(forecaster, spec, errors, table.rows(30, 40), "auto", {"seed": 0}, scaled_errors=scaled)
    save_bundle(folder, bundle)
    return write_prices(folder.parent / "prices.csv", rows=110, seed=5)


def write_images_bundle(folder: Path, spec: Spec | None = None) -> Path:
    """A bundle of a CNN with its first weights, and an image; the image's file."""
    network = Network(spec or CNNSpec((4, 8), (1, 1)), (3, 8, 8), 3)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = network.build()
    classifier = Classifier(model, Normalisation((0.5,) * 3, (0.25,) * 3))
    save_image_bundle(folder, ImageBundle(network, classifier, ("a", "b", "c"), {"seed": 0}))
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    Image.fromarray(pixels).save(folder.parent / "one.png")
    return folder.parent / "one.png"


def sign(folder: Path) -> None:
    """Make the checksums those of the files."""
    files = [path for path in folder.iterdir() if path.name != "checksums.json"]
    (folder / "checksums.json").write_text(json.dumps({path.name: file_digest(path) for path in files}))


def mutants(content: Any, *, seed: int) -> Iterator[str]:
    """JSON texts near this content, without end: values replaced, keys removed, renamed and added, lists grown."""
    random = Random(seed)
    while True:
        changed = copy.deepcopy(content)
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            _mutate(changed, random)
        text = json.dumps(changed)
        if random.random() < 0.05:
            deep = "[" * 100_000 + "]" * 100_000
            text = text.replace(random.choice(("null", "0", '"')), deep, 1) if random.random() < 0.5 else deep
        if random.random() < 0.05:
            place = random.randrange(len(text))
            text = text[:place] + random.choice('{}[]",:0e9-') + text[place + random.randrange(2) :]
        yield text


def _mutate(content: Any, random: Random) -> None:
    parents = [one for one in _containers(content) if one]
    if not parents:
        return
    parent = random.choice(parents)
    key = random.choice(list(parent) if isinstance(parent, dict) else range(len(parent)))
    deed = random.randrange(8)
    if deed == 0:
        del parent[key]
    elif deed == 1 and isinstance(parent, dict):
        parent[random.choice(("format", "kind", "depth", "x", ""))] = random.choice(ODD)
    elif deed == 2 and isinstance(parent, list):
        parent.extend(parent * random.choice((1, 50)))
    elif deed == 3 and isinstance(parent[key], int | float):
        parent[key] = parent[key] * random.choice((-1, 2, 10, 1000))
    else:
        parent[key] = copy.deepcopy(random.choice(ODD))


def _containers(content: Any) -> Iterator[Any]:
    if isinstance(content, dict | list):
        yield content
        for inner in content.values() if isinstance(content, dict) else content:
            yield from _containers(inner)
