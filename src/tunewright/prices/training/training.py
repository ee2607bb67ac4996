"""How a model of prices is to be trained."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tunewright.experiment.families import Spec
from tunewright.training.names import OptimizerName

if TYPE_CHECKING:  # torch takes seconds to load, and no experiment file needs it
    from tunewright.training.pretrained import Beginning


@dataclass(frozen=True)
class Training:
    """How to train. patience: epochs without a better validation loss before stopping (None trains all epochs).
    tuned_on: the narrower network that this was tuned on (`training.widening`); None where it is the same. beginning:
    trained weights in place of first ones."""

    epochs: int = 20
    batch_size: int = 64
    learning_rate: float = 1e-3
    optimizer: OptimizerName = "adam"
    weight_decay: float = 0.0
    patience: int | None = 5
    tuned_on: Spec | None = None
    beginning: "Beginning | None" = None
