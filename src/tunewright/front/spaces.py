"""Search spaces in Python, as an experiment file says them in [space]."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from tunewright.core.shorthand import to_space
from tunewright.core.space import Parameter, Space

SpaceLike: TypeAlias = Space | Mapping[str, Any]
"""A Space, or entries by name: (low, high), a list of choices, a Real, Integer or Choice, or a table as [space] has it,
such as {"low": 1e-4, "high": 1e-2, "log": True, "when": {"family": ["lstm"]}}."""


def as_tables(space: SpaceLike) -> dict[str, Any]:
    """The section [space]. Raises ConfigError, which names the entry."""
    if isinstance(space, Mapping):
        tables = {name: dict(one) for name, one in space.items() if isinstance(one, Mapping)}
        known = to_space({name: one for name, one in space.items() if name not in tables})
        return {str(name): tables.get(name) or _table(known.parameters[name]) for name in space}
    known = to_space(space)
    whens = {
        name: {"when": {key: list(values) for key, values in one.items()}} for name, one in known.conditions.items()
    }
    return {name: {**_table(one), **whens.get(name, {})} for name, one in known.parameters.items()}


def _table(parameter: Parameter) -> dict[str, Any]:
    described = parameter.as_dict()
    whole = described.pop("type") == "int"
    if whole and described["step"] == 1:  # a range of a key that takes real numbers has no steps
        del described["step"]
    return {key: value for key, value in described.items() if value is not None}
