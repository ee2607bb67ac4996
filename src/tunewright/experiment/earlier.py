"""Earlier runs as an experiment file has them: read from their folders, written out, and what they tell a search."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tunewright.core.errors import ConfigError
from tunewright.core.space import Space, Value
from tunewright.core.words import counted
from tunewright.experiment.run_folders import read_experiment, read_results, run_folders, sealed_in, study_in
from tunewright.experiment.transfer import SHARE, EarlierSettings, T, TransferSettings
from tunewright.search.records import fingerprint
from tunewright.search.transfer.background import Background, Reading
from tunewright.search.transfer.earlier import Earlier, Tried
from tunewright.search.transfer.mapping import Fitted, fitted_to
from tunewright.search.transfer.portfolio import portfolio

_UNSAID = "prices"
"""What a run was of that says nothing of its kind."""
_ANEW = (
    "begin from a file without [[transfer.earlier]] and without the [[start]]s that it gave, and the runs are read anew"
)


def studies_of(settings: TransferSettings) -> tuple[Earlier, ...]:
    """Those that tell something of the space. Raises ConfigError where a text is not what was written."""
    return tuple(one for one in map(_study, settings.earlier) if one.trials)


def check_written(settings: TransferSettings, space: Space) -> None:
    """Raise ConfigError where what is written out was not read as is asked for now, or is of another space."""
    read, asked = settings.read, settings.asked()
    if read is not None and read != asked:
        raise ConfigError(
            f"[transfer] asks for runs = {asked.runs} and portfolio = {asked.portfolio}, but [[transfer.earlier]] is "
            f"of runs = {read.runs} and portfolio = {read.portfolio}; {_ANEW}"
        )
    for study in studies_of(settings):
        odd = next((one.params for one in study.trials if one.params not in space), None)
        if odd is not None:
            told = ", ".join(f"{name} = {value!r}" for name, value in odd.items())
            raise ConfigError(f"[transfer] earlier {study.name!r} has a trial that is not in [space]: {told}; {_ANEW}")


def with_earlier(experiment: T, space: Space, *, reading: Reading) -> T:
    """As `with_transfer`, where there are runs to be read."""
    settings, first = experiment.transfer, dict[str, Path]()
    earlier = [
        _written_out(folder, experiment.kind, space, reading=reading, first=first)
        for folder in run_folders(settings.runs)
    ]
    settings = settings.model_copy(update={"read": settings.asked(), "earlier": earlier})
    if not (studies := studies_of(settings)):
        found = "; ".join(f"{one.run}: {one.overlap}" for one in earlier)
        raise ConfigError(f"[transfer] runs: none of them tells of this space ({found})")
    size = min(settings.portfolio, experiment.search.trials // SHARE)
    best = [dict(one) for one in portfolio(space, studies, size) if one not in experiment.start]
    return experiment.model_copy(update={"transfer": settings, "start": [*experiment.start, *best]})


def _written_out(folder: Path, kind: str, space: Space, *, reading: Reading, first: dict[str, Path]) -> EarlierSettings:
    """first: by the fingerprint of its study, the first folder that has it; this one is added."""
    results = read_results(folder)
    if (other := results.get("kind", _UNSAID)) != kind:
        return _left_out(folder, f"a run of the kind {other!r}")
    if results.get("study") is None:
        return _left_out(folder, "it tuned nothing")
    tuned, trials = study_in(results, folder)
    if any(one.cost is not None for one in trials):
        return _left_out(folder, "it has two objectives")
    if (same := first.setdefault(fingerprint(trials), folder)) != folder:
        return _left_out(folder, f"its study is that of {same}")
    found = fitted_to(space, trials, tuned=tuned, background=_background(folder, reading))
    text = json.dumps([[round(one.standing, 4), dict(one.params)] for one in found.trials])
    return EarlierSettings(run=str(folder), until=sealed_in(results, folder), overlap=_told(found), trials=text)


def _background(folder: Path, reading: Reading) -> Background:
    content = read_experiment(folder)
    try:
        return reading(content)
    except ConfigError as error:
        raise ConfigError(f"[transfer] runs: {folder / 'experiment.toml'}: {error}") from None


def _left_out(folder: Path, why: str) -> EarlierSettings:
    return EarlierSettings(run=str(folder), overlap=f"left out: {why}", trials="[]")


def _told(found: Fitted) -> str:
    if not found.shared:
        return "left out: it tuned nothing of this space"
    if found.others and not found.trials and not found.outside:
        return f"left out: another model, {' or '.join(found.others)}"
    parts = [f"{counted(len(found.trials), 'trial')} of {', '.join(found.shared)}"]
    parts += [f"{name} stood at {_stood(values)}" for name, values in found.held.items()]
    parts += [f"{name} is not known of it" for name in found.unknown]
    parts += [f"{name} is not known of {counted(count, 'trial')}" for name, count in found.partly.items()]
    parts += [f"{name} varied there and is not tuned here" for name in found.varied]
    parts += [f"{count} more of another model, {what}" for what, count in found.others.items()]
    parts += [f"{found.outside} more lie outside of the space"] * bool(found.outside)
    return ", ".join(parts)


def _stood(values: Sequence[Value]) -> str:
    return repr(values[0]) if len(values) == 1 else f"{len(values)} values"


def _study(written: EarlierSettings) -> Earlier:
    try:
        pairs: list[tuple[float, dict[str, Any]]] = json.loads(written.trials)
        return Earlier(written.run, tuple(Tried(dict(params), float(standing)) for standing, params in pairs))
    except (ValueError, TypeError) as error:
        raise ConfigError(f"[transfer] earlier {written.run!r} is not what was written out: {error}") from None
