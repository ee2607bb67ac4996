"""What every section of an experiment file is, and what an entry of [space] may say."""

import sys
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from tunewright.core.space import Choice, Integer, Parameter, Real, Space

IDLE = "_idle"
"""Where [model] keeps keys of families that are not in play, which earlier versions wrote into run folders."""


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    def as_dict(self) -> dict[str, Any]:
        """What a file says of it, with every default; what may be long comes last."""
        content = self.model_dump(exclude_none=True)
        last = {name: content.pop(name) for name in ("space", "start", "compare", "transfer") if name in content}
        return content | last


def with_idle_keys(model: Mapping[str, Any]) -> dict[str, Any]:
    """[model] as earlier versions wrote it, with keys of families that are not in play."""
    return {**model.get(IDLE, {}), **{key: value for key, value in model.items() if key != IDLE}}


def _tables(value: Any) -> Any:
    tables = isinstance(value, list) and all(isinstance(table, dict) for table in value)
    if not tables or not all(isinstance(one, bool | int | float | str) for table in value for one in table.values()):
        raise ValueError(f"expected [[start]] tables that give each parameter one value, found {value!r}")
    return value


Starts = Annotated[list[dict[str, bool | int | float | str]], BeforeValidator(_tables)]
"""Configurations to try first."""

_PARAMETER_FORMS = "a range such as { low = 1, high = 8 } or a list of choices"


class ParameterSettings(Section):
    """A range (low, high, perhaps step or log) or a list of choices; `when` says where it applies."""

    low: int | float | None = None
    high: int | float | None = None
    step: int | float | None = None
    log: bool = False
    choices: list[bool | int | float | str] | None = None
    when: dict[str, list[bool | int | float | str]] | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if not isinstance(value, list | dict | ParameterSettings):
            raise ValueError(f"expected {_PARAMETER_FORMS}, found {value!r}")
        return {"choices": value} if isinstance(value, list) else value

    @model_validator(mode="after")
    def _check(self) -> "ParameterSettings":
        given = self.model_dump(exclude_defaults=True, exclude={"when"})
        if given.keys() != {"choices"} and ("choices" in given or not {"low", "high"} <= given.keys()):
            raise ValueError(f"expected {_PARAMETER_FORMS}, found {given}")
        for name, number in given.items():
            # Not math.isfinite: TOML's whole numbers may be too large for it.
            if name in ("low", "high", "step") and not abs(number) <= sys.float_info.max:
                raise ValueError(f"{name} must be a finite number, found {number}")
        return self

    def parameter(self, *, whole: bool) -> Parameter:
        """In the words of the search; `whole` for parameters that are integers. Raises ConfigError."""
        if self.choices is not None:
            return Choice(tuple(self.choices))
        assert self.low is not None
        assert self.high is not None
        if whole:
            return Integer(int(self.low), int(self.high), 1 if self.step is None else int(self.step), self.log)
        return Real(float(self.low), float(self.high), None if self.step is None else float(self.step), self.log)


def space_of(given: Mapping[str, ParameterSettings], *, whole: Callable[[str, ParameterSettings], bool]) -> Space:
    """[space] in the words of the search. whole: whether a range is of whole numbers. Raises ConfigError."""
    parameters = {name: one.parameter(whole=whole(name, one)) for name, one in given.items()}
    whens = {name: one.when for name, one in given.items() if one.when is not None}
    return Space(
        parameters,
        {name: {key: tuple(allowed) for key, allowed in when.items()} for name, when in whens.items()},
    )
