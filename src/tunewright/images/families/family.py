"""A family of networks for images as a value: its settings, its spec, and its module."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from tunewright.experiment.by_user import Factory, Packing
from tunewright.experiment.families import Spec
from tunewright.experiment.sections import Section

if TYPE_CHECKING:  # torch takes seconds to load, and no experiment file needs it
    from torch import nn

    from tunewright.images.networks.vision import OwnWeights

Shape: TypeAlias = tuple[int, int, int]
"""(channels, height, width) of an image."""

S = TypeVar("S", bound=Spec)


@dataclass(frozen=True)
class Named(Generic[S]):
    """Trained weights that a family has by names. architecture: of a spec, what they belong to. read: by architecture
    and name; raises ConfigError for a name that is not known, and where they cannot be had."""

    architecture: Callable[[S], str]
    read: Callable[[str, str], "OwnWeights"]


@dataclass(frozen=True)
class Family(Generic[S]):
    """One family of networks.

    name: what `model.family` says. label: in sentences. settings: its keys of [model]; `spec()` makes the spec.
    read_spec: the inverse of the spec's `as_dict`, with the user's function where one is given (LookupError, TypeError
    or ValueError for anything else, BundleError where the function is missing).
    build: images of the shape, classes -> a module with first weights from torch's global stream, which takes images of
    shape (batch, channels, height, width) and gives scores of shape (batch, classes).
    fixed: keys of `settings` that [space] may not tune. widths: keys that are how wide its networks are, the one that
    [scale] names first. gives_way: by a key, those that mean nothing where it is given.
    fits: by a key, those that it was written for, and that are not to be tuned beside it. asking: keys that may ask too
    much of small images, so that their ends are tried out before a search.
    engine: what trains its modules, by its name in images/training. packing: how a bundle holds a trained module, where
    that is not as tensors.
    weights: trained ones that it has by names of its own.
    by_user: whether a function of the user's makes the module, and its spec has a `call`.
    """

    name: str
    label: str
    settings: type[Section]
    read_spec: Callable[[Mapping[str, Any], Factory | None], S]
    build: Callable[[S, Shape, int], "nn.Module"]
    fixed: AbstractSet[str] = frozenset()
    widths: tuple[str, ...] = ()
    gives_way: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asking: AbstractSet[str] = frozenset()
    by_user: bool = False
    engine: str = "reference"
    packing: Packing[Shape] | None = None
    weights: Named[S] | None = None
