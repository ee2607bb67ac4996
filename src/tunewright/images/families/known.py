"""The families of networks for images, one line each; installed packages may add more under their entry points."""

from typing import Any

from tunewright.experiment.families import Families
from tunewright.experiment.pretrained import PretrainedSettings
from tunewright.images.families import cnn, custom, feedforward, keras, vision
from tunewright.images.families.family import Family


class Shared(PretrainedSettings):
    """mirror: judge an image together with its mirror image."""

    mirror: bool = False


FAMILIES: Families[Family[Any]] = Families(
    "tunewright.image_families",
    (cnn.FAMILY, feedforward.FAMILY, vision.FAMILY, custom.FAMILY, keras.FAMILY),
    Shared,
    fixed=frozenset({"weights"}),
)
