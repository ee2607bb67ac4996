"""Search spaces as one writes them in Python: `{"rate": (1e-4, 1e-1), "units": (8, 64), "kind": ["a", "b"]}`."""

from collections.abc import Mapping
from typing import Any

from tunewright.core.errors import ConfigError
from tunewright.core.parameters import Choice, Integer, Parameter, Real
from tunewright.core.space import Space

_FORMS = "(low, high), a list of choices, or a Real, Integer or Choice"


def to_space(given: "Space | Mapping[str, Any]") -> Space:
    """The space itself, or the one that a mapping stands for.

    An entry is (low, high), both included: two whole numbers are an Integer, any others a Real. Or it is a list of
    choices, a range or a NumPy array of them, or a Real, Integer or Choice. NumPy's numbers are numbers.

    Raises ConfigError, which names the entry.
    """
    if isinstance(given, Space):
        return given
    if not isinstance(given, Mapping):
        raise ConfigError(f"space: expected a Space or a mapping from names to {_FORMS}, found {given!r}")
    return Space({_name(name): _parameter(name, one) for name, one in given.items()})


def _name(name: object) -> str:
    if not isinstance(name, str) or not name:
        raise ConfigError(f"space: expected names that are texts, found {name!r}")
    return name


def _parameter(name: str, given: Any) -> Parameter:
    try:
        match _plain(given):
            case Real() | Integer() | Choice() as parameter:
                return parameter
            case list() as choices:
                return _choice(choices)
            case (low, high) if _number(low) and _number(high):
                whole = isinstance(low, int) and isinstance(high, int)
                return Integer(low, high) if whole else Real(float(low), float(high))
    except ConfigError as error:
        raise ConfigError(f"space: {name}: {error}") from None
    raise ConfigError(f"space: {name}: expected {_FORMS}, found {given!r}")


def _plain(given: Any) -> Any:
    """What a NumPy number, an array or a range holds, as Python's own; anything else as it is."""
    if isinstance(given, list | tuple):
        return type(given)(_plain(one) for one in given) if type(given) in (list, tuple) else given
    if isinstance(given, range):
        return list(given)
    return given.tolist() if callable(getattr(given, "tolist", None)) else given


def _choice(given: list[Any]) -> Choice:
    wrong = [one for one in given if not isinstance(one, bool | int | float | str)]
    if wrong:
        raise ConfigError(
            f"choices are numbers, texts, true or false, found {wrong[0]!r}; name the choices and look them up by name"
        )
    return Choice(tuple(given))


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
