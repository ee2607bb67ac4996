"""Where every training of one network begins, whatever trains it."""

from collections.abc import Mapping

from torch import nn

from tunewright.core.seeds import SeedTree
from tunewright.experiment.families import Spec
from tunewright.prices.families.family import Shape
from tunewright.prices.families.known import FAMILIES
from tunewright.prices.preparation.windows import Windows
from tunewright.prices.training.training import Training
from tunewright.training.streams import stream
from tunewright.training.widening import Growth, begin_wide


def first_wide(model: nn.Module, training: Training, windows: Windows, seeds: SeedTree) -> Mapping[str, Growth]:
    """What has grown of a network with its first weights, which are brought to those that its training asks for; {}
    where it was tuned as it is."""
    narrow = training.tuned_on
    if narrow is None:
        return {}
    tree = seeds.child("narrow")
    return begin_wide(model, lambda number: first_module(narrow, windows, tree.child("draw", number)))


def first_module(spec: Spec, windows: Windows, seeds: SeedTree) -> nn.Module:
    """The network of the spec with its first weights. Raises TrialFailure where it cannot be built for such windows."""
    family, shape = FAMILIES.named(spec.family), Shape.of(windows)
    family.check_fits(spec, shape.time_step)
    return family.build(spec, shape, stream(seeds, "initialise"))
