"""Search spaces: what may be tuned, in which range, and under which condition.

A configuration is a plain mapping from a parameter's name to its value. It has exactly the parameters whose conditions
hold: where `units_2` needs `layers` to be 2 or 3, a configuration with one layer has no `units_2`.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from tunewright.core.codec import Json
from tunewright.core.errors import ConfigError
from tunewright.core.parameters import Choice, Integer, Parameter, Real, Value

__all__ = ["Choice", "Condition", "Integer", "Parameter", "Params", "Real", "Space", "Value"]

Params: TypeAlias = Mapping[str, Value]
Condition: TypeAlias = Mapping[str, tuple[Value, ...]]
"""Other parameters with the values that they must have, all of them."""


@dataclass(frozen=True)
class Space:
    """Parameters by name, in the order in which they were written, and the conditions of those that have one.

    Raises ConfigError where a condition names no parameter or a value that it cannot take, or goes round in a circle.
    """

    parameters: Mapping[str, Parameter]
    conditions: Mapping[str, Condition] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, condition in self.conditions.items():
            _check_condition(self.parameters, name, condition)
        self.ordered()

    def __contains__(self, params: Params) -> bool:
        active = [name for name in self.parameters if self.active(name, params)]
        return params.keys() == set(active) and all(params[name] in self.parameters[name] for name in active)

    def active(self, name: str, params: Params) -> bool:
        """Whether the condition of this parameter holds in a configuration; parents that are not there fail it."""
        needed = self.conditions.get(name, {})
        return all(parent in params and _among(params[parent], allowed) for parent, allowed in needed.items())

    def ordered(self) -> tuple[str, ...]:
        """The names as they were written, but each after those that its condition names."""
        done: list[str] = []
        waiting = list(self.parameters)
        while waiting:
            ready = next((name for name in waiting if set(self.conditions.get(name, ())) <= set(done)), None)
            if ready is None:
                raise ConfigError(f"the conditions of {', '.join(waiting)} wait for one another; take one `when` out")
            done.append(ready)
            waiting.remove(ready)
        return tuple(done)

    def grid_size(self) -> int:
        """Number of configurations in the grid. Raises ConfigError where a range has no step."""
        for name, parameter in self.parameters.items():
            _countable(name, parameter)
        return self._count(self.ordered(), {})

    def grid(self) -> Iterator[dict[str, Value]]:
        """Every configuration once; the last parameter changes fastest, but what others depend on changes slowest.

        Raises ConfigError where a range has no step.
        """
        for name, parameter in self.parameters.items():
            _countable(name, parameter)
        axes = {name: parameter.values() for name, parameter in self.parameters.items()}
        parents = self._parents()
        for chosen in self._walk([name for name in self.ordered() if name in parents], {}, axes):
            names = [name for name in self.parameters if name in chosen or self._free(name, chosen)]
            options = [[chosen[name]] if name in chosen else axes[name] for name in names]
            for point in itertools.product(*options):
                yield dict(zip(names, point, strict=True))

    def as_dict(self) -> dict[str, dict[str, Json]]:
        """Names to what describes the parameter; `when` is there where it has a condition."""
        described: dict[str, dict[str, Json]] = {}
        for name, parameter in self.parameters.items():
            described[name] = {**parameter.as_dict()}
            if name in self.conditions:
                described[name]["when"] = {key: list(allowed) for key, allowed in self.conditions[name].items()}
        return described

    def _parents(self) -> set[str]:
        return {parent for condition in self.conditions.values() for parent in condition}

    def _free(self, name: str, chosen: Params) -> bool:
        return name not in self._parents() and self.active(name, chosen)

    def _walk(self, names: Sequence[str], chosen: Params, axes: Mapping[str, Sequence[Value]]) -> Iterator[Params]:
        """Every assignment of the parameters that others depend on, each where its own condition holds."""
        if not names:
            yield chosen
            return
        name, *rest = names
        if not self.active(name, chosen):
            yield from self._walk(rest, chosen, axes)
            return
        for value in axes[name]:
            yield from self._walk(rest, {**chosen, name: value}, axes)

    def _count(self, names: Sequence[str], chosen: Params) -> int:
        if not names:
            return 1
        name, *rest = names
        if not self.active(name, chosen):
            return self._count(rest, chosen)
        needed = [condition[name] for condition in self.conditions.values() if name in condition]
        named = {value for allowed in needed for value in allowed}
        # Values that no condition names open none, as if the parameter were not there: counted once for all of them.
        others = self.parameters[name].count() - len(named)
        return sum(self._count(rest, {**chosen, name: value}) for value in named) + (
            others * self._count(rest, chosen) if others else 0
        )


def _countable(name: str, parameter: Parameter) -> None:
    try:
        parameter.count()
    except ConfigError as error:
        raise ConfigError(f"grid search cannot use {name!r}: {error}") from None


def _check_condition(parameters: Mapping[str, Parameter], name: str, condition: Condition) -> None:
    if name not in parameters:
        raise ConfigError(
            f"{name}: a condition needs a parameter of this name, found {', '.join(parameters) or 'none'}"
        )
    for parent, allowed in condition.items():
        others = ", ".join(other for other in parameters if other != name) or "no other"
        if parent == name or parent not in parameters:
            raise ConfigError(f"{name}: when must name another parameter of the space ({others}), found {parent!r}")
        known = parameters[parent]
        if isinstance(known, Real) and known.step is None:
            raise ConfigError(f"{name}: when cannot name {parent!r}, a range without a step; give that one a step")
        wrong = [value for value in allowed if value not in known]
        if wrong or not allowed:
            found = f"which cannot be {wrong[0]!r}" if wrong else "found none"
            raise ConfigError(f"{name}: when needs one or more values of {parent!r}, {found}")


def _among(value: Value, allowed: Sequence[Value]) -> bool:
    # True equals 1 in Python, but it is another choice.
    return any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in allowed)
