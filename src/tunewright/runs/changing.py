"""What may change of a run that is under way."""

from collections.abc import Mapping
from typing import Any

from tunewright.core.codec import write_atomically
from tunewright.core.errors import ConfigError
from tunewright.core.space import Space
from tunewright.experiment.files import AnyExperiment, load_experiment
from tunewright.experiment.functions import FunctionExperiment, function_space
from tunewright.experiment.settings import search_space
from tunewright.runs.folder import RunFolder
from tunewright.search.edits import widened

CHANGEABLE = ("search.trials", "stop.", "space.")
"""Keys, and beginnings of keys, that may change on resume."""


def reloaded(folder: RunFolder, changes: Mapping[str, Any]) -> AnyExperiment:
    """The folder's experiment with the changes, by dotted key. Raises ConfigError where they touch anything else."""
    for key in changes:
        if not key.startswith(CHANGEABLE):
            raise ConfigError(
                f"{key} cannot change while a study is under way, as its results depend on it; expected "
                "search.trials, a key of [stop] or a wider [space]; for anything else begin anew with another --out"
            )
    experiment = load_experiment(str(folder.experiment), changes)
    if changes:
        before = load_experiment(str(folder.experiment))
        widened(_space(before).as_dict(), _space(experiment).as_dict())
    return experiment


def rewrite(folder: RunFolder, text: str) -> None:
    """Put a changed experiment into the folder, in whose name the next process goes on."""
    write_atomically(folder.experiment, text)


def _space(experiment: AnyExperiment) -> Space:
    return function_space(experiment) if isinstance(experiment, FunctionExperiment) else search_space(experiment)
