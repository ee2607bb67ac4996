"""Configurations to try first, then a sampler."""

from collections.abc import Sequence
from dataclasses import dataclass

from tunewright.core.errors import ConfigError
from tunewright.core.space import Params, Real, Space, Value
from tunewright.search.records import TrialRecord
from tunewright.search.samplers.proposing import Sampler


@dataclass(frozen=True)
class StartingWith:
    """The given configurations as trials 0, 1, ..., in their order; `sampler`, which sees them, proposes the others."""

    configurations: tuple[Params, ...]
    sampler: Sampler

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        number = len(history)
        if number < len(self.configurations):
            return dict(self.configurations[number])
        return self.sampler.propose(space, history, seed=seed)


def fitted(space: Space, params: Params) -> dict[str, Value]:
    """A configuration that somebody wrote, in the order and with the exact values of the space (1 as 1.0 in a range).

    Raises ConfigError where it is none of this space: it needs every parameter that applies, each within its range, and
    no other.
    """
    for name, value in params.items():
        if name not in space.parameters:
            raise ConfigError(f"{name!r} is no parameter of [space], which has {', '.join(space.parameters) or 'none'}")
        if not space.active(name, params):
            raise ConfigError(f"{name} does not apply here: it needs {_needs(space, name)}; take it out")
        if value not in space.parameters[name]:
            described = ", ".join(f"{key} = {one}" for key, one in space.parameters[name].as_dict().items())
            raise ConfigError(f"{name} = {value!r} is not in the space, which has {described}")
    missing = [name for name in space.parameters if name not in params and space.active(name, params)]
    if missing:
        raise ConfigError(f"{', '.join(missing)} must be given: a start has every parameter of the space that applies")
    return {name: _exact(space, name, params[name]) for name in space.parameters if name in params}


def _needs(space: Space, name: str) -> str:
    return " and ".join(f"{parent} in {list(allowed)}" for parent, allowed in space.conditions[name].items())


def _exact(space: Space, name: str, value: Value) -> Value:
    parameter = space.parameters[name]
    return parameter.exact(float(value)) if isinstance(parameter, Real) else value
