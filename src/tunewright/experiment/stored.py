"""What was written as JSON and is read back, perhaps from a stranger: strictly, by one form, with one line for what is
wrong."""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

T = TypeVar("T")

Finite = Annotated[float, Field(allow_inf_nan=False)]
_SHOWN = 60
"""Signs of a wrong value that an error shows."""


class Stored(BaseModel):
    """A part of a file as it must be: every key known, nothing of another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def stored(form: type[T], values: Mapping[str, Any]) -> T:
    """The values as this form, a model or a dataclass; lists become tuples where it wants them.

    Raises ValueError in one line.
    """
    try:
        return TypeAdapter(form).validate_json(json.dumps(values), strict=True)
    except ValidationError as error:
        first, *more = error.errors()
        where = ".".join(str(part) for part in first["loc"])
        found = repr(first["input"])
        found = found if len(found) <= _SHOWN else f"{found[:_SHOWN]}..."
        message = first["msg"].removeprefix("Value error, ")
        others = f" (and {len(more)} more)" if more else ""
        raise ValueError(f"{where}: {message[:1].lower()}{message[1:]}, found {found}{others}") from None


def read_spec(form: type[T], values: Mapping[str, Any]) -> T:
    """The spec of a family, a dataclass, that its `as_dict` wrote. Raises ValueError."""
    told = {name: value for name, value in values.items() if name != "family"}
    if unknown := told.keys() - {field.name for field in fields(cast("Any", form))}:
        raise ValueError(f"{sorted(unknown)[0]}: unknown key of a {values.get('family')}")
    return stored(form, told)
