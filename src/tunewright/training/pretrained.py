"""Trainings that begin with trained weights: what takes them, what is held as it is, and how fast the rest learns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from safetensors.torch import load
from torch import Tensor, nn

from tunewright.core.codec import bytes_digest
from tunewright.core.errors import ConfigError
from tunewright.core.words import counted, listed

_HALVES = (torch.float16, torch.bfloat16)
_FEW = 4
"""Parts that a network is divided into at least, where it can be."""


@dataclass(frozen=True, eq=False)
class Weights:
    """Trained weights. source: where they are from, for messages. data: tensors by the names of a module's state, as a
    file of safetensors has them; in this form they go to workers. same_outputs: whether the outputs that they were
    trained for are those of now, so that the last layer is of use; None where that is not known but by its shape."""

    source: str
    data: bytes = field(repr=False)
    same_outputs: bool | None = None

    @property
    def digest(self) -> str:
        """SHA-256."""
        return bytes_digest(self.data)

    def tensors(self) -> dict[str, Tensor]:
        """Halves become singles, which loses nothing: singles are what is trained."""
        found: dict[str, Tensor] = load(self.data)
        return {name: one.float() if one.dtype in _HALVES else one for name, one in found.items()}


@dataclass(frozen=True, eq=False)
class Beginning:
    """What a training begins with. frozen: parts from the input on that are not trained. rate_decay: the learning rate
    of a part as a share of that of the part behind it."""

    weights: Weights
    frozen: int = 0
    rate_decay: float = 1.0

    @property
    def by_part(self) -> bool:
        """Whether not all of the network learns alike."""
        return self.frozen > 0 or self.rate_decay < 1


@dataclass(frozen=True)
class Part:
    """Layers of a network that follow one another. names: of its modules, and of parameters between them; the names of
    all its tensors begin with one of these."""

    names: tuple[str, ...]

    def holds(self, name: str) -> bool:
        """Whether a tensor of this name is one of its own."""
        return any(one in ("", name) or name.startswith(f"{one}.") for one in self.names)


@dataclass(frozen=True, eq=False)
class Begun:
    """A module that has its weights. still: modules that are not trained, and so judge while the others train. shares:
    of the learning rate, by parameter. new_head: whether the last layer begins anew, as the weights are of other
    outputs."""

    still: tuple[nn.Module, ...] = ()
    shares: Mapping[str, float] = field(default_factory=dict)
    new_head: bool = False


def parts_of(model: nn.Module) -> tuple[Part, ...]:
    """The parts of a network in the order in which they are defined, which is mostly that of its forward pass.

    They are its children, the largest of which are opened until there are a few; norms belong to what they follow.
    """
    found = _divided(model, Part(("",)))
    whole = {name: one.numel() for name, one in model.named_parameters()}
    closed: set[Part] = set()
    while len(found) < _FEW and (open_ones := [one for one in found if one not in closed]):
        largest = max(open_ones, key=lambda part: sum(size for name, size in whole.items() if part.holds(name)))
        if (opened := _divided(model, largest)) == [largest]:
            closed.add(largest)
        at = found.index(largest)
        found[at : at + 1] = opened
    return tuple(found)


def begin(model: nn.Module, beginning: Beginning) -> Begun:
    """Put the weights into a new module, where all but the last layer must be what they were trained in.

    Raises ConfigError where it is not, and where everything would be frozen.
    """
    parts = parts_of(model)
    new_head = _fill(model, beginning.weights)
    if beginning.frozen >= len(parts):
        names = listed([one.names[0] for one in parts])
        raise ConfigError(
            f"model.frozen = {beginning.frozen} leaves nothing to train: the network has "
            f"{counted(len(parts), 'part')}: {names}"
        )
    places = {name: _place(parts, name) for name, _ in model.named_parameters()}
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(parameter.requires_grad and places[name] >= beginning.frozen)
    held = [name for part in parts[: beginning.frozen] for name in part.names]
    still = tuple(module for name, module in model.named_modules() if name in held)
    last = len(parts) - 1
    return Begun(still, {name: beginning.rate_decay ** (last - place) for name, place in places.items()}, new_head)


def _fill(model: nn.Module, weights: Weights) -> bool:
    """Whether the last layer keeps the weights that it has."""
    there, given = model.state_dict(), weights.tensors()
    layers = [name for name, one in model.named_modules() if next(one.parameters(recurse=False), None) is not None]
    last = Part((layers[-1],))
    forms = {name: (form(there.get(name)), form(given.get(name))) for name in {**there, **given}}
    other = [name for name, (own, trained) in forms.items() if own != trained]
    may_differ = weights.same_outputs is not True
    spared = {name for name in other if may_differ and last.holds(name) and _of_other_outputs(there, given, name)}
    strange = next((name for name in other if name not in spared), None)
    if strange is not None:
        own, trained = forms[strange]
        raise ConfigError(
            f"model.weights: {weights.source} holds {strange!r} as {trained}, the network here has {own}; give [model] "
            "the keys that the weights were trained with, or other weights"
        )
    new_head = bool(other) or weights.same_outputs is False
    if new_head and all(last.holds(name) for name in there):
        raise ConfigError(
            f"model.weights: {weights.source} would begin nothing here: its outputs are others, and the network is but "
            "the layer that gives them; remove the weights"
        )
    kept = {name: there[name] for name in there if new_head and last.holds(name)}
    model.load_state_dict({name: kept[name] if name in kept else given[name] for name in there})
    return new_head


def _of_other_outputs(there: Mapping[str, Tensor], given: Mapping[str, Tensor], name: str) -> bool:
    """Whether the two tensors of this name differ in their first dimension alone, which counts a layer's outputs."""
    if name not in there or name not in given:
        return False
    own, trained = there[name], given[name]
    return own.dtype == trained.dtype and own.shape[1:] == trained.shape[1:] and own.ndim == trained.ndim > 0


def _divided(model: nn.Module, part: Part) -> list[Part]:
    """The parts that the children of its modules are; itself where they have none."""
    found: list[Part] = []
    modules, parameters = dict(model.named_modules()), dict(model.named_parameters())
    for name in part.names:
        inside = f"{name}." if name else ""
        children = [inside + own for own, _ in modules[name].named_children()] if name in modules else []
        between = [inside + own for own, _ in modules[name].named_parameters(recurse=False)] if children else []
        for child in children or [name]:
            tensors = [one.ndim for own, one in parameters.items() if Part((child,)).holds(own)]
            if found and (not tensors or max(tensors) < 2):  # a norm
                found[-1] = Part((*found[-1].names, child))
            elif tensors:
                found.append(Part((child, *between)))
                between = []
        if between:
            found[-1:] = [Part((*(found[-1].names if found else ()), *between))]
    return found


def _place(parts: Sequence[Part], name: str) -> int:
    return next(number for number, part in enumerate(parts) if part.holds(name))


def form(value: object) -> str:
    """What a value of a module's state is, in words."""
    if not isinstance(value, Tensor):
        return "no tensor" if value is None else f"a {type(value).__name__}"
    return f"{str(value.dtype).removeprefix('torch.')} of shape {tuple(value.shape)}"
