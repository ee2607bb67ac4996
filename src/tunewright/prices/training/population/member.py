"""A training that is to be one of many, and what comes of it."""

from dataclasses import dataclass

from tunewright.core.seeds import SeedTree
from tunewright.experiment.families import Spec
from tunewright.prices.preparation.windows import Samples
from tunewright.prices.training.loop import Trained
from tunewright.prices.training.training import Training
from tunewright.training.observer import UNOBSERVED, Observer


@dataclass(frozen=True, eq=False)
class Member:
    """With the meaning of the arguments of `fit`. Members whose windows are of one array share it."""

    spec: Spec
    training: Training
    train: Samples
    validation: Samples | None
    seeds: SeedTree
    observer: Observer = UNOBSERVED


Outcome = Trained | Exception
"""What became of a member: its model, or what ended it before its time, as an observer or a diverging loss does."""
