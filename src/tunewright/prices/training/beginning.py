"""Where every training of one network begins, whatever trains it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from torch import nn

from tunewright.core.seeds import SeedTree
from tunewright.experiment.families import Spec
from tunewright.prices.families.family import Shape
from tunewright.prices.families.known import FAMILIES
from tunewright.prices.networks.custom import Custom
from tunewright.prices.preparation.windows import Windows
from tunewright.prices.training.training import Training
from tunewright.training.pretrained import begin
from tunewright.training.streams import stream
from tunewright.training.widening import Growth, begin_wide


@dataclass(frozen=True, eq=False)
class First:
    """A network before its first step. grown: as `begin_wide` tells. shares: of the learning rate, by parameter."""

    model: nn.Module
    grown: Mapping[str, Growth] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)


def first(spec: Spec, training: Training, windows: Windows, seeds: SeedTree) -> First:
    """The network of the spec as its training begins: with first weights of its own, with those that the width asks
    for, or with trained ones. Raises TrialFailure where it cannot be built for such windows."""
    model, narrow = first_module(spec, windows, seeds), training.tuned_on
    if training.beginning is not None:
        begun = begin(model, training.beginning)
        if isinstance(model, Custom):  # the only one that has modes of its own
            model.still = begun.still
        return First(model, shares=begun.shares)
    if narrow is None:
        return First(model)
    tree = seeds.child("narrow")
    return First(model, begin_wide(model, lambda number: first_module(narrow, windows, tree.child("draw", number))))


def first_module(spec: Spec, windows: Windows, seeds: SeedTree) -> nn.Module:
    """The network of the spec with first weights of its own. Raises TrialFailure where it cannot be built for such
    windows."""
    family, shape = FAMILIES.named(spec.family), Shape.of(windows)
    family.check_fits(spec, shape.time_step)
    return family.build(spec, shape, stream(seeds, "initialise"))
