"""What is chosen before a training."""

from dataclasses import dataclass

from tunewright.experiment.families import Spec
from tunewright.prices.preparation.prepare import Preparation
from tunewright.prices.training.training import Training


@dataclass(frozen=True)
class Configuration:
    """The preparation, the model and how to train it."""

    preparation: Preparation
    model: Spec
    training: Training
