"""Finished runs that are to be compared: read, named apart, and checked to be what can be compared at all."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tunewright.core.errors import ConfigError, RunFolderError
from tunewright.core.words import told
from tunewright.report.compared.outcome import Differing
from tunewright.report.files import fail
from tunewright.report.reading import checked, read_record
from tunewright.report.results import Results
from tunewright.report.study.results import Best
from tunewright.runs.folder import RunFolder
from tunewright.runs.listing import Ended

EXAMPLE = "such as `tunewright compare runs/one runs/two`"
IDLE = ("name", "kind", "trackers")
"""Settings that no result depends on."""


@dataclass(frozen=True, eq=False)
class Finished:
    """label: a name of its own among those that are compared. record: results.json, and results what all kinds have of
    it. settings: of experiment.toml, by dotted key. ended: what it came to, in a few words."""

    folder: Path
    label: str
    record: Mapping[str, Any]
    results: Results
    settings: Mapping[str, Any]
    ended: str

    @property
    def best(self) -> Best | None:
        """The trial that won."""
        return self.results.study.best if self.results.study else None

    @property
    def looks(self) -> int | None:
        """At its sealed test, its own included; None where that is not known."""
        told = (self.record.get("test") or {}).get("looks")
        return 1 + int(told["earlier"]) if told else None


def finished_runs(folders: Sequence[Path], ended_of: Callable[[str], Ended]) -> tuple[Finished, ...]:
    """The runs in these folders, two or more. ended_of: by kind. Raises ConfigError and RunFolderError."""
    if len(folders) < 2:
        found = "one" if folders else "none"
        raise ConfigError(f"`compare` expects the folders of two finished runs or more, found {found}; {EXAMPLE}")
    known: dict[Path, Path] = {}
    for folder in folders:
        _check(folder)
        if (whole := folder.resolve()) in known:
            raise ConfigError(f"{folder} is given twice (as {known[whole]}); give each run once")
        known[whole] = folder
    return tuple(_read(folder, label, ended_of) for folder, label in zip(folders, labels(list(known)), strict=True))


def labels(paths: Sequence[Path]) -> list[str]:
    """The name of each folder, with as many of those around it as it takes to tell all apart."""
    parts = [path.parts for path in paths]
    for depth in range(1, max(map(len, parts)) + 1):
        found = ["/".join(one[-depth:]) for one in parts]
        if len(set(found)) == len(found):
            return found
    return [str(path) for path in paths]


def differing(runs: Sequence[Finished]) -> tuple[Differing, ...]:
    """What is not the same in all: first parameters of the winners, then settings of the experiments."""
    winners = [one.best.params if one.best else {} for one in runs]
    return (*_differing(winners, tuned=True), *_differing([one.settings for one in runs], tuned=False))


def _differing(sides: Sequence[Mapping[str, Any]], *, tuned: bool) -> tuple[Differing, ...]:
    names = dict.fromkeys(name for side in sides for name in side)
    sets = {name: tuple(side.get(name) for side in sides) for name in names}
    apart = {name: values for name, values in sets.items() if any(one != values[0] for one in values[1:])}
    return tuple(Differing(name, values, tuned) for name, values in apart.items())


def _check(folder: Path) -> None:
    place = RunFolder(folder)
    if not folder.is_dir():
        inside = Path("runs") / folder
        meant = f"; did you mean {inside}?" if RunFolder(inside).experiment.exists() else f"; {EXAMPLE}"
        raise RunFolderError(f"expected the folder of a run, found no folder {folder}{meant}")
    if not place.experiment.is_file():
        raise RunFolderError(f"{folder} is not a run folder: it has no experiment.toml; `tunewright runs` lists runs")
    if not place.results.is_file():
        raise RunFolderError(f"{folder} is not finished; go on with `tunewright resume {folder}`, then compare")


def _read(folder: Path, label: str, ended_of: Callable[[str], Ended]) -> Finished:
    place = RunFolder(folder)
    record = read_record(place.results)
    results = checked(place.results, record, Results)
    try:
        ended = ended_of(results.kind)(record)
    except (KeyError, TypeError, ValueError) as error:
        fail(place.results, f"expected what a run writes, found something else ({told(error)})", cause=error)
    return Finished(folder, label, record, results, _settings(place.experiment), ended)


def _settings(path: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunFolderError(f"{path} cannot be read: {error}; bring it back as it was") from None
    kept = {key: value for key, value in content.items() if key not in IDLE}
    sections = {key: value for key, value in kept.items() if isinstance(value, dict)}
    plain = {key: value for key, value in kept.items() if key not in sections}
    return plain | {f"{name}.{key}": value for name, section in sections.items() for key, value in section.items()}
