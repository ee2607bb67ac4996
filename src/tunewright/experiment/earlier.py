"""Earlier runs as an experiment file has them: read from their folders, written out, and what they tell a search."""

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tunewright.core.errors import ConfigError
from tunewright.core.space import Space
from tunewright.core.words import counted
from tunewright.experiment.transfer import EarlierSettings, Fixed, T, TransferSettings
from tunewright.search.records import Report, State, TrialRecord
from tunewright.search.transfer.earlier import Earlier, Tried
from tunewright.search.transfer.mapping import Fitted, fitted_to
from tunewright.search.transfer.portfolio import portfolio

_UNSAID = "prices"
"""What a run was of that says nothing of its kind."""
_MOST_RUNS = 100
_SHARE = 4
"""One in so many trials may be of the portfolio."""


def studies_of(settings: TransferSettings) -> tuple[Earlier, ...]:
    """Those that tell something of the space. Raises ConfigError where a text is not what was written."""
    return tuple(one for one in map(_study, settings.earlier) if one.trials)


def with_earlier(experiment: T, space: Space, *, fixed: Fixed) -> T:
    """As `with_transfer`, where there are runs to be read."""
    settings = experiment.transfer
    earlier = [_written_out(folder, experiment.kind, space, fixed) for folder in _folders(settings.runs)]
    settings = settings.model_copy(update={"earlier": earlier})
    if not (studies := studies_of(settings)):
        found = "; ".join(f"{one.run}: {one.overlap}" for one in earlier)
        raise ConfigError(f"[transfer] runs: none of them tells of this space ({found})")
    size = min(settings.portfolio, experiment.search.trials // _SHARE)
    first = [dict(one) for one in portfolio(space, studies, size) if one not in experiment.start]
    return experiment.model_copy(update={"transfer": settings, "start": [*experiment.start, *first]})


def _folders(names: Sequence[str]) -> list[Path]:
    """In order, each once. Of a pattern those that are finished runs."""
    found: dict[Path, Path] = {}
    for name in names:
        path, is_pattern = Path(name), any(letter in name for letter in "*?[")
        folders = sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor)))) if is_pattern else [path]
        kept = [one for one in folders if not is_pattern or (one / "results.json").is_file()]
        if not kept:
            raise ConfigError(f"[transfer] runs: no folder of a finished run is there for {name!r}")
        for folder in kept:
            found.setdefault(folder.resolve(), folder)
    if len(found) > _MOST_RUNS:
        raise ConfigError(f"[transfer] runs: expected at most {_MOST_RUNS} runs, found {len(found)}; name those alike")
    return list(found.values())


def _written_out(folder: Path, kind: str, space: Space, fixed: Fixed) -> EarlierSettings:
    results = _read(folder / "results.json", json.loads)
    if (other := results.get("kind", _UNSAID)) != kind:
        return _left_out(folder, f"a run of the kind {other!r}")
    if results.get("study") is None:
        return _left_out(folder, "it tuned nothing")
    try:
        tuned, trials = list(results["study"]["space"]), [_record(one) for one in results["study"]["trials"]]
        until = results.get("sealed_test", {}).get("first")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ConfigError(f"{folder / 'results.json'} has no study.trials as a finished run has them") from None
    if any(one.cost is not None for one in trials):
        return _left_out(folder, "it has two objectives")
    held = fixed(_read(folder / "experiment.toml", tomllib.loads))
    found = fitted_to(space, trials, tuned=tuned, fixed=held)
    text = json.dumps([[round(one.standing, 4), dict(one.params)] for one in found.trials])
    return EarlierSettings(run=str(folder), until=until, overlap=_told(found), trials=text)


def _left_out(folder: Path, why: str) -> EarlierSettings:
    return EarlierSettings(run=str(folder), overlap=f"left out: {why}", trials="[]")


def _told(found: Fitted) -> str:
    if not found.shared:
        return "left out: it tuned nothing of this space"
    parts = [f"{counted(len(found.trials), 'trial')} of {', '.join(found.shared)}"]
    parts += [f"{name} stood at {value!r}" for name, value in found.held.items()]
    parts += [f"{name} is not known of it" for name in found.unknown]
    parts += [f"{found.outside} more lie outside of the space"] * bool(found.outside)
    return ", ".join(parts)


def _read(file: Path, read: Callable[[str], Any]) -> Mapping[str, Any]:
    try:
        found = read(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(
            f"[transfer] runs: {file} cannot be read: {error.strerror}; expected the folder of a finished run, found "
            f"{str(file.parent)!r}"
        ) from None
    except ValueError as error:
        raise ConfigError(f"[transfer] runs: {file} is not what a finished run has: {error}") from None
    if not isinstance(found, Mapping):
        raise ConfigError(f"[transfer] runs: {file} is not what a finished run has")
    return found


def _record(told: Mapping[str, Any]) -> TrialRecord:
    return TrialRecord(
        told["number"],
        State(told["state"]),
        dict(told["params"]),
        told["score"],
        tuple(told["fold_scores"]),
        reports=tuple(Report(*one) for one in told["reports"]),
        cost=told["cost"],
    )


def _study(written: EarlierSettings) -> Earlier:
    try:
        pairs: list[tuple[float, dict[str, Any]]] = json.loads(written.trials)
        return Earlier(written.run, tuple(Tried(dict(params), float(standing)) for standing, params in pairs))
    except (ValueError, TypeError) as error:
        raise ConfigError(f"[transfer] earlier {written.run!r} is not what was written out: {error}") from None
