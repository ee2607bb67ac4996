"""Functions by their place: "package.module:name" or "path/file.py:name"."""

import importlib
import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from tunewright.core.codec import digest, file_digest
from tunewright.core.errors import ConfigError
from tunewright.core.words import told
from tunewright.experiment.keras_installed import choose_backend

_MOVED = {"tunewright.experiment.functions.examples": "tunewright.functions.examples"}
"""Modules of ours that run folders of earlier versions name, and where they are now."""


@dataclass(frozen=True)
class Located:
    """A function that workers load again from its place."""

    call: str
    function: Callable[..., Any] = field(compare=False, repr=False)

    def __call__(self, *arguments: Any) -> Any:
        return self.function(*arguments)

    def __reduce__(self) -> tuple[Callable[[str], "Located"], tuple[str]]:
        return locate, (self.call,)


def locate(call: str) -> Located:
    """The function of this place. Raises ConfigError in one line: there is none, or its module cannot be loaded."""
    place, name = split(call)
    choose_backend()  # the user's module may import Keras
    module = _load_file(Path(place)) if place.endswith(".py") else _load_module(place)
    if not hasattr(module, name):
        named = ", ".join(key for key, value in vars(module).items() if callable(value) and not key.startswith("_"))
        raise ConfigError(f"{place} has no function {name!r}; it has {named or 'none'}")
    if not callable(function := getattr(module, name)):
        raise ConfigError(f"{call} is no function: found {type(function).__name__}")
    return Located(call, function)


def split(call: str) -> tuple[str, str]:
    """Module or file, and name. Raises ConfigError."""
    place, colon, name = call.rpartition(":")
    if not colon or not place or not name.isidentifier():
        raise ConfigError(f'expected "package.module:name" or "path/file.py:name", found {call!r}')
    return place, name


def with_full_path(call: str, base: Path) -> str:
    """The same place for any working folder; a file is looked for from `base`. Raises ConfigError."""
    place, name = split(call)
    return f"{(base / place).resolve()}:{name}" if place.endswith(".py") else call


def code_digest(call: str) -> str | None:
    """SHA-256 of the file that holds the function; None where it is in a module. Raises ConfigError."""
    place, _ = split(call)
    return file_digest(Path(place)) if place.endswith(".py") else None


def _load_module(name: str) -> ModuleType:
    here = str(Path.cwd())
    if here not in sys.path:  # as `python -m` has it
        sys.path.insert(0, here)
    try:
        return importlib.import_module(_MOVED.get(name, name))
    except ModuleNotFoundError as error:
        if error.name is not None and f"{name}.".startswith(f"{error.name}."):
            raise ConfigError(
                f"there is no module {error.name!r}, neither installed nor in {here}; give a file as path/file.py:name"
            ) from None
        raise _broken(name, error) from None
    except (Exception, SystemExit) as error:
        raise _broken(name, error) from None


def _load_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise ConfigError(f"{path} does not exist; a relative path starts where the experiment file is")
    name = f"_{path.stem}_{digest([str(path), file_digest(path)])[:12]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None, "the name ends with .py"
    assert spec.loader is not None, "Python files have a loader"
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    if str(path.parent) not in sys.path:  # what lies beside the file can be imported, as from a program
        sys.path.append(str(path.parent))
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise _broken(str(path), error) from None
    return module


def _broken(place: str, error: BaseException) -> ConfigError:
    return ConfigError(f"{place} cannot be loaded: {told(error)}")
