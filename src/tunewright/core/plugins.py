"""Values by their place, "package.module:name", loaded when they are wanted; and what other packages offer."""

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from tunewright.core.collecting import uncollected
from tunewright.core.errors import ConfigError
from tunewright.core.words import told


def loaded(place: str) -> Any:
    """The value at this place; its module is imported where it is not yet."""
    module, _, name = place.partition(":")
    with uncollected():
        return getattr(import_module(module), name)


def later(place: str) -> Callable[..., Any]:
    """The function at this place, loaded when it is called."""

    def call(*arguments: Any, **named: Any) -> Any:
        return loaded(place)(*arguments, **named)

    return call


def plugin(group: str, name: str) -> Any | None:
    """What an installed package offers under this entry point; None where none does. Loading it executes its module.

    Raises ConfigError where that fails.
    """
    for found in entry_points(group=group, name=name):
        try:
            return found.load()
        except Exception as error:  # another package's module may raise anything
            raise ConfigError(
                f"the plug-in {name!r} ({found.value}) cannot be loaded: {told(error)}; mend or remove it"
            ) from error
    return None


def plugin_names(group: str) -> tuple[str, ...]:
    """The names that installed packages offer."""
    return tuple(sorted({one.name for one in entry_points(group=group)}))
