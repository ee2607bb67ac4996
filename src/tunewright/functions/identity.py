"""What a function is known by: its code and the values that it works with, so that no study answers for another one.

Two functions are taken as the same where their code, their defaults, the variables that they close over, and the plain
constants and the functions of their own module that they name are the same. Comments and the place in the file do not
count. What a function reads elsewhere (files, data frames of its module, other packages) cannot be told.
"""

import dis
import functools
import hashlib
import json
import sys
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import PurePath
from typing import Any, cast

from tunewright.core.codec import Json, canonical, digest
from tunewright.core.errors import ConfigError, RunFolderError
from tunewright.functions.calling import Function, name_of
from tunewright.search.memory import Ledger

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
"""The bytecode of a function is the same within a version of Python alone."""

_PLAIN = (bool, int, float, str, bytes, complex, types.NoneType)


class Untold(Exception):
    """What a function works with is of a kind whose content cannot be told: the message names it."""


def identity_of(function: Any) -> dict[str, Json]:
    """The Python that reads it, and a digest of each part that it is known by, by the part's name. Raises Untold."""
    if isinstance(function, types.FunctionType):
        parts = _parts(function, (id(function),))
    else:
        parts = {"its code or its values": _told(function, "the function itself", ())}
    return {"the version of Python": PYTHON, **{name: digest(part) for name, part in parts.items()}}


class Ties:
    """What ties a study in a storage to its function."""

    def __init__(self, function: Function, name: str | None) -> None:
        """name: what the user calls the study, and so vouches for the function; None where the function's name is it.

        Raises ConfigError where neither it nor the function says which study is meant.
        """
        if name is not None and (not isinstance(name, str) or not name.strip()):
            raise ConfigError(f"name: expected a text, found {name!r}")
        self._function = name_of(function)
        self._vouched = name is not None
        self._now: dict[str, Json] = {}
        try:
            self._now = identity_of(function)
        except Untold as untold:
            if not self._vouched:
                raise ConfigError(
                    f"{self._function} works with {untold}, whose content cannot be told, so its study in a storage "
                    "could answer for another one; name the study with name='...', and so vouch that it is the same"
                ) from None

    def check(self, ledger: Ledger) -> None:
        """Raise RunFolderError where the trials of the study are those of another function."""
        kept = json.loads(ledger.note("function", canonical({} if ledger.records() else self._now)))
        if self._vouched or kept == self._now:
            return
        other = [name for name in {**kept, **self._now} if kept.get(name) != self._now.get(name)]
        found = f"is of another function: {other[0]} is not the same" if kept else "does not say what its function was"
        raise RunFolderError(
            f"the study {self._function!r} in the storage {found}; give name={self._function!r} to go on with it all "
            "the same, another name for a study of its own, or another storage"
        )


def _told(value: Any, where: str, above: tuple[int, ...]) -> Json:
    """The content of a value. where: what holds it, in words. above: the values it lies in, which may contain it."""
    if isinstance(value, _PLAIN):
        return [type(value).__name__, repr(value)]
    if id(value) in above:
        return ["seen", len(above) - above.index(id(value))]
    inside = (*above, id(value))
    for kinds, tell in _TELLERS:
        if isinstance(value, kinds):
            return [type(value).__qualname__, tell(value, where, inside)]
    if type(value).__module__ == "numpy" and hasattr(value, "tobytes"):
        return [str(value.dtype), list(value.shape), hashlib.sha256(value.tobytes()).hexdigest()]
    if is_dataclass(value):
        return [
            type(value).__qualname__,
            *([one.name, _told(getattr(value, one.name), where, inside)] for one in fields(value)),
        ]
    call = getattr(type(value), "__call__", None)  # noqa: B004
    if isinstance(call, types.FunctionType):
        return [type(value).__qualname__, _parts(call, inside), _mapping(vars(value), where, inside)]
    raise Untold(f"{where} ({type(value).__module__}.{type(value).__qualname__})")


def _parts(function: types.FunctionType, above: tuple[int, ...]) -> dict[str, Json]:
    """What a function is made of, by its name in messages. above: as for `_told`, the function itself among them."""
    code = function.__code__
    closed = zip(code.co_freevars, function.__closure__ or (), strict=True)
    named = {name: function.__globals__[name] for name in _names(code) if name in function.__globals__}
    values = {
        **{f"the default {number}": one for number, one in enumerate(function.__defaults__ or (), 1)},
        **{f"the default {name!r}": one for name, one in (function.__kwdefaults__ or {}).items()},
        **{f"the variable {name!r}": _cell(cell) for name, cell in closed},
        **{f"the name {name!r}": one for name, one in named.items() if _counts(one, function)},
    }
    return {"its code": _code(code), **{name: _told(one, name, above) for name, one in values.items()}}


def _counts(value: Any, function: types.FunctionType) -> bool:
    """Of a module, what does not change by itself: plain constants, and functions written there too."""
    own = isinstance(value, types.FunctionType) and value.__module__ == function.__module__
    return own or isinstance(value, _PLAIN)


def _names(code: types.CodeType) -> list[str]:
    """Names of the module that the code reads, in the functions inside it too, without those it sets itself."""
    inner = [one for one in code.co_consts if isinstance(one, types.CodeType)]
    read = {*code.co_names, *(name for one in inner for name in _names(one))}
    return sorted(read - _set_by(code))


def _set_by(code: types.CodeType) -> set[str]:
    return {one.argval for one in dis.get_instructions(code) if one.opname == "STORE_GLOBAL"}


def _code(code: types.CodeType) -> Json:
    constants: list[Json] = [
        _code(one) if isinstance(one, types.CodeType) else _constant(one) for one in code.co_consts
    ]
    names: list[Json] = [*code.co_names, "|", *code.co_varnames, "|", *code.co_freevars]
    counts = [code.co_argcount, code.co_kwonlyargcount, code.co_posonlyargcount, code.co_flags]
    return [code.co_code.hex(), constants, names, *counts]


def _constant(value: object) -> Json:
    if isinstance(value, frozenset):  # in any order
        return ["frozenset", *sorted(repr(one) for one in value)]
    return repr(value)


def _cell(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not bound yet
        return None


def _mapping(values: Mapping[Any, Any], where: str, above: tuple[int, ...]) -> Json:
    return [[repr(key), _told(one, f"{where} {key!r}", above)] for key, one in values.items()]


def _partial(value: "functools.partial[Any]", where: str, above: tuple[int, ...]) -> Json:
    given = [_told(one, "what functools.partial gives", above) for one in value.args]
    return [_told(value.func, where, above), given, _mapping(value.keywords, "the argument", above)]


_TELLERS: tuple[tuple[Any, Any], ...] = (
    (types.FunctionType, lambda value, where, above: _parts(value, above)),
    (types.MethodType, lambda value, where, above: [_parts(value.__func__, above), _owner(value, above)]),
    (functools.partial, _partial),
    ((type, types.BuiltinFunctionType), lambda value, where, above: f"{value.__module__}.{value.__qualname__}"),
    (types.ModuleType, lambda value, where, above: value.__name__),
    (Enum, lambda value, where, above: value.name),
    (PurePath, lambda value, where, above: str(value)),
    ((list, tuple), lambda value, where, above: [_told(one, where, above) for one in value]),
    ((set, frozenset), lambda value, where, above: sorted(digest(_told(one, where, above)) for one in value)),
    (range, lambda value, where, above: repr(value)),
    (dict, lambda value, where, above: _mapping(value, f"{where}, there", above)),
)
"""Kinds of values whose content can be told, and how; the first that fits."""


def _owner(method: types.MethodType, above: tuple[int, ...]) -> Json:
    owner = method.__self__
    where = f"the {type(owner).__qualname__} whose method it is"
    if is_dataclass(owner) or isinstance(owner, type):
        return _told(owner, where, above)
    return [type(owner).__qualname__, _mapping(cast("Mapping[str, Any]", vars(owner)), where, above)]
