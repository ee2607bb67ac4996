"""The kinds of experiments, one line each: what `kind` says in a file, and where it is; loaded when it is named."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tunewright.core.plugins import loaded, plugin, plugin_names
from tunewright.runs.kind import Kind, Sources

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "prices": "tunewright.prices.kind:PRICES",
        "function": "tunewright.functions.kind:FUNCTIONS",
        "images": "tunewright.images.kind:IMAGES",
        "feature-study": "tunewright.prices.comparison.kind:COMPARISONS",
        "leakage-ladder": "tunewright.prices.comparison.kind:COMPARISONS",
    }
)

GROUP = "tunewright.kinds"
"""The entry points under which other packages add kinds, each by the name that its files give as `kind`."""


def kind_named(name: str) -> Kind[Any] | None:
    """The kind of this name, of ours or of an installed package; None where there is none."""
    if name not in KINDS:
        found: Kind[Any] | None = plugin(GROUP, name)
        return found
    kind: Kind[Any] = loaded(KINDS[name])
    return kind


def kind_names() -> tuple[str, ...]:
    """The names of all kinds, ours first."""
    return (*KINDS, *plugin_names(GROUP))


def all_kinds() -> tuple[Kind[Any], ...]:
    """Every kind once, ours first; the first one reads data that no other one claims. Raises ConfigError where one of
    another package cannot be loaded."""
    found = [kind for name in kind_names() if (kind := kind_named(name)) is not None]
    return tuple(kind for place, kind in enumerate(found) if kind not in found[:place])


def sources_of(source: str) -> Sources:
    """How this source of data is read: by the kind that claims it, or as prices."""
    known = [kind.sources for kind in all_kinds() if kind.sources]
    return next((sources for sources in known if sources.owns(source)), known[0])
