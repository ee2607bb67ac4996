"""What a tool that follows runs is told."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tunewright.core.codec import Json
from tunewright.search.records import TrialRecord

_DEEPEST = 3


@dataclass(frozen=True)
class Tracked:
    """The run that is followed. folder: of the run. name: of its experiment."""

    folder: Path
    name: str
    seed: int


class Tracker(Protocol):
    """A tool that follows a run. It may raise anything: then it is told no more, and the run goes on."""

    def trial(self, phase: str, record: TrialRecord) -> None:
        """A trial that has ended, once each."""
        ...

    def ended(self, results: Mapping[str, Json]) -> None:
        """The whole run, in the shape of results.json."""
        ...

    def close(self) -> None:
        """Let go of what is open; the run may have ended or not."""
        ...


def sealed_figures(results: Mapping[str, Any]) -> dict[str, float]:
    """Every number of the sealed test, under a name that tools take."""
    return dict(_numbers("test", results.get("test") or {}, _DEEPEST))


def _numbers(name: str, value: Any, depth: int) -> Iterator[tuple[str, float]]:
    if isinstance(value, Mapping) and depth:
        for key, one in value.items():
            yield from _numbers(f"{name}/{re.sub(r'[^A-Za-z0-9_.-]', '_', key)}", one, depth - 1)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield name, float(value)
