"""Where every training of one network begins, whatever trains it."""

from torch import nn

from tunewright.core.seeds import SeedTree
from tunewright.experiment.families import Spec
from tunewright.prices.families.family import Shape
from tunewright.prices.families.known import FAMILIES
from tunewright.prices.preparation.windows import Windows
from tunewright.training.streams import stream


def first_module(spec: Spec, windows: Windows, seeds: SeedTree) -> nn.Module:
    """The network of the spec with its first weights. Raises TrialFailure where it cannot be built for such windows."""
    family, shape = FAMILIES.named(spec.family), Shape.of(windows)
    family.check_fits(spec, shape.time_step)
    return family.build(spec, shape, stream(seeds, "initialise"))
