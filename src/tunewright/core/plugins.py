"""What other packages add, under an entry point of a group and a name of their own."""

from importlib.metadata import entry_points
from typing import Any


def plugin(group: str, name: str) -> Any | None:
    """What an installed package offers under this name; None where none does. Loading it executes its module."""
    found = entry_points(group=group, name=name)
    return next(iter(found)).load() if found else None


def plugin_names(group: str) -> tuple[str, ...]:
    """The names that installed packages offer."""
    return tuple(sorted({one.name for one in entry_points(group=group)}))
