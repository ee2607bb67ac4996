"""How a network for images is to be trained."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tunewright.experiment.families import Spec
from tunewright.images.training.schedule import ScheduleName

if TYPE_CHECKING:  # torch takes seconds to load, and no experiment file needs it
    from tunewright.training.pretrained import Beginning

ImageOptimizerName = Literal["adam", "adamw", "rmsprop", "sgd", "muon"]
AveragingName = Literal["none", "ema", "lookahead"]


@dataclass(frozen=True)
class ImageTraining:
    """How to train. learning_rate: the highest of the schedule. warmup: share of the training that leads up to it.

    label_smoothing: of the loss (Szegedy et al. 2016). averaging_decay: of `ema`. patience: epochs without a better
    validation loss before stopping (None trains all epochs); a schedule that ends low is never stopped.
    tuned_on: the narrower network that this was tuned on (`training.widening`); None where it is the same. beginning:
    trained weights in place of first ones.
    """

    epochs: int = 20
    batch_size: int = 128
    learning_rate: float = 0.1
    optimizer: ImageOptimizerName = "sgd"
    momentum: float = 0.9
    weight_decay: float = 5e-4
    schedule: ScheduleName = "one_cycle"
    warmup: float = 0.2
    label_smoothing: float = 0.0
    averaging: AveragingName = "none"
    averaging_decay: float = 0.999
    patience: int | None = None
    tuned_on: Spec | None = None
    beginning: "Beginning | None" = None
