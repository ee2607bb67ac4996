"""Bundles of prices as small as they get, of any family, trained for a moment."""

from pathlib import Path
from typing import Any, cast

import numpy as np

from tunewright.core.seeds import SeedTree
from tunewright.experiment.families import Spec
from tunewright.experiment.locating import locate
from tunewright.experiment.model import OWN
from tunewright.prices.bundle.bundle import Bundle, save_bundle
from tunewright.prices.data.synthetic import random_walk
from tunewright.prices.families.known import FAMILIES
from tunewright.prices.preparation.folds import Rows
from tunewright.prices.preparation.names import Target
from tunewright.prices.preparation.prepare import Preparation
from tunewright.prices.preparation.seal import Development
from tunewright.prices.training.configuration import Configuration
from tunewright.prices.training.forecaster import train_forecaster
from tunewright.prices.training.training import Training

TABLE = random_walk(1100, seed=5)
FEATURES = ("log_return", "high_low", "close")
NETWORKS = Path(__file__).with_name("price_network.py")
CALLS = {"custom": f"{NETWORKS}:flat", "keras": f"{NETWORKS}:keras_model"}


def spec_of(family: str) -> Spec:
    """Of a family as it is where an experiment says no more."""
    settings = {"call": CALLS[family]} if family in CALLS else {}
    made = FAMILIES.named(family).settings.model_validate(settings, context={OWN: True})
    return cast("Spec", cast("Any", made).spec())


def bundle_of(spec: Spec, *, target: Target = "log_return", time_step: int = 6, rows: int = 300) -> Bundle:
    table = TABLE.head(rows)
    chosen = Configuration(Preparation(FEATURES, target, "standard", time_step), spec, Training(epochs=1))
    seeds = SeedTree(3)
    forecaster, _ = train_forecaster(Development(table), Rows(0, rows), chosen, validation=None, seeds=seeds)
    errors = tuple(np.linspace(-0.05, 0.05, 21).tolist())
    return Bundle(forecaster, spec, errors, table.rows(rows - 60, rows), "auto", {"note": "made for a test"})


def write_bundle(folder: Path, spec: Spec, *, target: Target = "log_return") -> Bundle:
    """The bundle in `folder`, and itself."""
    bundle = bundle_of(spec, target=target)
    save_bundle(folder, bundle)
    return bundle


def custom_arguments(family: str) -> list[str]:
    """What a command needs to make the network of a family by_user."""
    return ["--custom", CALLS[family]] if family == "custom" else []


def factory(family: str) -> Any:
    return locate(CALLS[family]).function if family == "custom" else None
