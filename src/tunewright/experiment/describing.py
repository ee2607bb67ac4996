"""What is wrong with an experiment file, in one line."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tunewright.core.errors import ConfigError
from tunewright.core.words import closest
from tunewright.experiment.sections import ParameterSettings

TOLD = "told"
"""The type of errors whose text is whole."""

_MEANT = {
    "model_type": "expected a section with keys",
    "dict_type": "expected a section with keys",
    "string_pattern_mismatch": "expected at most 100 letters, digits, dots, dashes and underscores, "
    "the first a letter or digit",
}
"""pydantic's words where they would not help a user, by the type of the error."""

M = TypeVar("M", bound=BaseModel)


def validated(kind: type[M], values: Any) -> M:
    """The values as this model. Raises ConfigError with the first problem, in one line."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise ConfigError(describe(error, kind)) from None


def describe(error: ValidationError, kind: type[BaseModel]) -> str:
    """The first problem of a validation, in one line."""
    first, *more = error.errors()
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        *section, key = [str(part) for part in first["loc"]]
        where = f"[{section[0]}]" if section else "the experiment"
        text = f"unknown key {key!r} in {where}; {_known(kind, section, key)}"
    elif first["type"] == TOLD:
        text = first["msg"]
    else:
        message = _MEANT.get(first["type"], first["msg"].removeprefix("Value error, "))
        found = "" if first["type"] == "value_error" else f", found {first['input']!r}"
        text = f"{where}: " if where else ""
        text += f"{message[:1].lower()}{message[1:]}{found}"
    return text + (f" (and {len(more)} more)" if more else "")


def _known(kind: type[BaseModel], section: list[str], key: str) -> str:
    field = kind.model_fields.get(section[0]) if section else None
    if field is None:
        return closest(key, kind.model_fields)
    model = ParameterSettings if section[0] == "space" else field.annotation
    assert isinstance(model, type)
    return closest(key, (field.alias or name for name, field in model.model_fields.items()))
