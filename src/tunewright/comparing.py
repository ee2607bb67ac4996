"""Finished runs of one kind with each other: the kind is looked up, and called."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tunewright.core.errors import ConfigError
from tunewright.core.paths import PathName
from tunewright.kinds import all_kinds, kind_named
from tunewright.runs.kind import Kind
from tunewright.runs.listing import Ended

if TYPE_CHECKING:
    from tunewright.report.compared.outcome import Compared
    from tunewright.runs.finished import Finished


def compare(folders: Sequence[PathName]) -> "Compared":
    """Nothing is opened or written. Raises InputError where they cannot be compared."""
    from tunewright.report.compared.words import told
    from tunewright.runs.finished import differing, finished_runs

    runs = finished_runs([Path(folder) for folder in folders], ended_of)
    name, kind = _one_kind(runs)
    if kind is None or kind.compare is None:
        nouns = ", ".join(one.noun for one in all_kinds() if one.compare)
        raise ConfigError(
            f"`compare` expects runs of one of: {nouns}; found runs of {kind.noun if kind else repr(name)}"
        )
    return told(name, kind.compare(runs), differing(runs))


def ended_of(name: str) -> Ended:
    """What runs of this kind came to, of one that this version does not know, too."""
    known = kind_named(name)
    return known.ended if known else lambda results: "finished"


def _one_kind(runs: Sequence["Finished"]) -> tuple[str, Kind[Any] | None]:
    first, *others = runs
    kind = kind_named(first.results.kind)
    for one in others:
        if kind_named(one.results.kind) is not kind or (kind is None and one.results.kind != first.results.kind):
            raise ConfigError(
                f"expected runs of one kind, found {first.results.kind!r} ({first.label}) and {one.results.kind!r} "
                f"({one.label}); compare runs that tuned the same kind of thing"
            )
    return first.results.kind, kind
