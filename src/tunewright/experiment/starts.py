"""`[[start]]`: configurations to try first, written out or taken from a finished run."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from tunewright.core.errors import ConfigError
from tunewright.core.space import Params, Space, Value
from tunewright.search.samplers.start import fitted

RUN = "run"
"""The key of a start that names a run folder; no parameter has this name."""


def written_out(starts: Sequence[Params], space: Space) -> list[dict[str, Value]]:
    """The starts as configurations of the space, so that no old run is needed again. Raises ConfigError in one line
    that names the start, counted from 1."""
    configurations = []
    for number, given in enumerate(starts, 1):
        try:
            configurations.append(fitted(space, _written_out(given)))
        except ConfigError as error:
            raise ConfigError(f"[[start]] {number}: {error}") from None
    return configurations


def best_params(folder: Path) -> dict[str, Value]:
    """The best configuration of a finished run. Raises ConfigError where the folder does not tell it."""
    file = folder / "results.json"
    try:
        found = json.loads(file.read_text("utf-8"))["study"]["best"]["params"]
    except OSError as error:
        raise ConfigError(
            f"{file} cannot be read: {error.strerror}; expected the folder of a finished run, found {str(folder)!r}"
        ) from None
    except (ValueError, KeyError, TypeError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, bool | int | float | str) for value in found.values()):
        raise ConfigError(f"{file} has no study.best.params; expected the results of a finished run")
    return found


def _written_out(given: Mapping[str, Value]) -> Params:
    if RUN not in given:
        return given
    folder = given[RUN]
    if not isinstance(folder, str) or len(given) > 1:
        found = ", ".join(f"{key} = {value!r}" for key, value in given.items())
        raise ConfigError(f"run must be the one key of its start and name a run folder, found {found}")
    return best_params(Path(folder))
