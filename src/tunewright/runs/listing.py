"""What lies in a folder of runs, read without loading what made them: finished runs, unfinished ones, damaged ones."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from tunewright.core.codec import Json
from tunewright.core.errors import RunFolderError
from tunewright.runs.folder import RunFolder

Ended = Callable[[Mapping[str, Any]], str]
"""What a run with these results came to, in a few words. Raises KeyError, TypeError or ValueError for damaged ones."""


@dataclass(frozen=True)
class Listed:
    """A run folder. when: UTC, ISO 8601, its end or, unfinished, its beginning. ended: in a few words. trials, looks:
    None where they are not known; looks counts the forecasts seen of its sealed test until then, its own included."""

    folder: str
    state: Literal["finished", "unfinished", "damaged"]
    ended: str
    when: str = ""
    name: str = ""
    kind: str = ""
    trials: int | None = None
    looks: int | None = None

    def as_dict(self) -> dict[str, Json]:
        """All under their names, ready for JSON."""
        return asdict(self)


def listed_runs(folder: Path, ended_of: Callable[[str], Ended]) -> list[Listed]:
    """The run folders in this folder, or itself where it is one, the oldest first. ended_of: by kind, for one that this
    version does not know, too. Raises RunFolderError where there is no such folder."""
    if not folder.is_dir():
        raise RunFolderError(
            f"expected a folder of runs, found no folder {folder}; give the one that holds them, such as `runs`"
        )
    try:
        places = [folder] if _is_run(folder) else [place for place in folder.iterdir() if place.is_dir()]
    except OSError as error:
        raise RunFolderError(f"{folder} cannot be read: {error.strerror or error}; give the right to read it") from None
    found = [listed for place in places if (listed := _listed(place, ended_of)) is not None]
    return sorted(found, key=lambda one: (one.when, one.folder))


def _is_run(place: Path) -> bool:
    folder = RunFolder(place)
    return folder.experiment.exists() or folder.results.exists()


def _listed(place: Path, ended_of: Callable[[str], Ended]) -> Listed | None:
    """None where it is no run folder."""
    folder, text = RunFolder(place), str(place)
    try:
        if not _is_run(place):
            return None
        if not folder.results.exists():
            begun = datetime.fromtimestamp(folder.experiment.stat().st_mtime, UTC).isoformat(timespec="seconds")
            return Listed(text, "unfinished", f"unfinished: `tunewright resume {place}` goes on", begun)
        told = json.loads(folder.results.read_text(encoding="utf-8"))
        return _finished(text, told, ended_of)
    except OSError as error:
        return Listed(text, "damaged", f"damaged: it cannot be read ({error.strerror or error})")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Listed(text, "damaged", "damaged: its results.json is not one that was written")


def _finished(folder: str, told: Mapping[str, Any], ended_of: Callable[[str], Ended]) -> Listed:
    kind, study, test = str(told.get("kind", "prices")), told.get("study"), told.get("test")
    looks = test.get("looks") if test else None
    return Listed(
        folder=folder,
        state="finished",
        ended=ended_of(kind)(told),
        when=datetime.fromisoformat(told["created"]).astimezone(UTC).isoformat(timespec="seconds"),
        name=str(told["name"]),
        kind=kind,
        trials=len(study["trials"]) if study else None,
        looks=1 + int(looks["earlier"]) if looks else None,
    )
