"""Folders of finished runs that an experiment file names: found, and read, whatever may stand in them."""

import json
import math
import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tunewright.core.errors import ConfigError
from tunewright.core.space import Params
from tunewright.search.records import Report, State, TrialRecord

_MOST_RUNS = 100


def run_folders(names: Sequence[str]) -> list[Path]:
    """In order, each once. Of a pattern those that are finished runs. Raises ConfigError."""
    found: dict[Path, Path] = {}
    for name in names:
        # What is there by this very name is no pattern. Path.exists raises where a name is too long.
        is_pattern = any(letter in name for letter in "*?[") and not os.path.exists(name)  # noqa: PTH110
        kept = [one for one in _matching(name) if (one / "results.json").is_file()] if is_pattern else [Path(name)]
        if not kept:
            raise ConfigError(f"[transfer] runs: no folder of a finished run is there for {name!r}")
        for folder in kept:
            found.setdefault(folder.resolve(), folder)
    if len(found) > _MOST_RUNS:
        raise ConfigError(f"[transfer] runs: expected at most {_MOST_RUNS} runs, found {len(found)}; name those alike")
    return list(found.values())


def read_results(folder: Path) -> Mapping[str, Any]:
    """What its results.json says. Raises ConfigError."""
    return _read(folder / "results.json", json.loads)


def read_experiment(folder: Path) -> Mapping[str, Any]:
    """What its experiment.toml says. Raises ConfigError."""
    return _read(folder / "experiment.toml", tomllib.loads)


def study_in(results: Mapping[str, Any], folder: Path) -> tuple[list[str], list[TrialRecord]]:
    """Names of the parameters that were tuned, and the trials. Raises ConfigError."""
    try:
        return list(results["study"]["space"]), [_record(one) for one in results["study"]["trials"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ConfigError(
            f"[transfer] runs: {folder / 'results.json'} has no study.space and study.trials as a finished run has them"
        ) from None


def sealed_in(results: Mapping[str, Any], folder: Path) -> str | None:
    """The first day of the sealed test, where it has days. Raises ConfigError."""
    sealed = results.get("sealed_test", {})
    first = sealed.get("first") if isinstance(sealed, Mapping) else sealed
    if not isinstance(sealed, Mapping) or not isinstance(first, str | None):
        raise ConfigError(
            f"[transfer] runs: {folder / 'results.json'} has no sealed_test as a finished run has it: expected a "
            f"section with the day `first`, found {first!r}"
        )
    return first


def _matching(pattern: str) -> list[Path]:
    path = Path(pattern)
    try:
        return sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
    except (ValueError, OSError) as error:
        raise ConfigError(
            f"[transfer] runs: {pattern!r} is no pattern: {error}; expected one such as 'runs/*'"
        ) from None


def _read(file: Path, read: Callable[[str], Any]) -> Mapping[str, Any]:
    try:
        found = read(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(
            f"[transfer] runs: {file} cannot be read: {error.strerror}; expected the folder of a finished run, found "
            f"{str(file.parent)!r}"
        ) from None
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"[transfer] runs: {file} is not what a finished run has: {error}") from None
    if not isinstance(found, Mapping):
        raise ConfigError(f"[transfer] runs: {file} is not what a finished run has")
    return found


def _record(told: Mapping[str, Any]) -> TrialRecord:
    """Raises ValueError, KeyError or TypeError where it is none."""
    return TrialRecord(
        int(told["number"]),
        State(told["state"]),
        _params(told["params"]),
        None if told["score"] is None else _number(told["score"]),
        tuple(map(_number, told["fold_scores"])),
        reports=tuple(Report(*one) for one in told["reports"]),
        cost=None if told["cost"] is None else _number(told["cost"]),
    )


def _params(told: Mapping[str, Any]) -> Params:
    if not all(isinstance(value, bool | int | float | str) for value in told.values()):
        raise TypeError("values are plain")
    return dict(told)


def _number(told: Any) -> float:
    if not isinstance(told, int | float) or not math.isfinite(told):
        raise ValueError("scores are finite numbers")
    return told
