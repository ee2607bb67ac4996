"""A family of models of prices as a value: its settings, its spec, its module, and how it is trained."""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tunewright.core.errors import TrialFailure
from tunewright.core.space import Value
from tunewright.experiment.by_user import Factory, Packing
from tunewright.experiment.families import Spec
from tunewright.experiment.sections import Section

if TYPE_CHECKING:  # torch takes seconds to load, and no experiment file needs it
    import torch
    from torch import nn

    from tunewright.prices.preparation.windows import LastValue, Samples, Windows


S = TypeVar("S", bound=Spec)


@dataclass(frozen=True)
class Shape:
    """Of windows: rows, features of a row, and where the last row holds the last value of what is forecast."""

    time_step: int
    features: int
    last_value: "LastValue | None" = None

    @classmethod
    def of(cls, windows: "Windows") -> "Shape":
        return cls(windows.time_step, windows.features, windows.last_value)


@dataclass(frozen=True)
class Misfit:
    """Settings that do not go together. keys: theirs, those of [model] and `time_step`. text: what is wrong, on one
    line."""

    keys: frozenset[str]
    text: str


@dataclass(frozen=True)
class Family(Generic[S]):
    """One family of models.

    name: what `model.family` says. label: in sentences. settings: its keys of [model]; `spec()` makes the spec.
    read_spec: the inverse of the spec's `as_dict`, with the user's function where one is given (LookupError, TypeError
    or ValueError for anything else, BundleError where the function is missing).
    build: a module with first weights from the generator. It takes windows of shape (time_step, batch, features) and a
    generator for dropout, or None where it predicts, and gives forecasts of shape (batch,).
    misfits: what of a spec does not go together, or not with windows of so many rows; `build` is given no such spec.
    fit: trains a module on samples by another way than the reference loop; then [training] means nothing to it.
    fixed: keys of `settings` that [space] may not tune. widths: keys that are how wide its networks are, the one that
    [scale] names first. held: keys that must have these values where it does, as what others make of the network does
    not follow the width.
    engine: what trains its modules, by its name in prices/training. packing: how a bundle holds a trained module, where
    that is not as tensors.
    by_user: whether a function of the user's makes the module, and its spec has a `call` when it is written.
    """

    name: str
    label: str
    settings: type[Section]
    read_spec: Callable[[Mapping[str, Any], Factory | None], S]
    build: Callable[[S, Shape, "torch.Generator"], "nn.Module"]
    misfits: Callable[[S, int], Iterable[Misfit]] = lambda spec, time_step: ()
    fit: Callable[[S, "Samples"], "nn.Module"] | None = None
    fixed: AbstractSet[str] = frozenset()
    widths: tuple[str, ...] = ()
    held: Mapping[str, Value] = field(default_factory=dict)
    by_user: bool = False
    engine: str = "reference"
    packing: Packing[Shape] | None = None

    def check_fits(self, spec: S, time_step: int) -> None:
        """Raise TrialFailure where the spec cannot be built for windows of so many rows."""
        for misfit in self.misfits(spec, time_step):
            raise TrialFailure(misfit.text)
