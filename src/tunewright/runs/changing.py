"""What may change of a run that is under way."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tunewright.core.codec import write_atomically
from tunewright.core.errors import ConfigError
from tunewright.core.space import Space
from tunewright.experiment.files import AnyExperiment, load_experiment
from tunewright.functions.settings import FunctionExperiment, function_space
from tunewright.images.experiment.settings import ImageExperiment, image_space
from tunewright.prices.comparison.settings import Comparison
from tunewright.prices.experiment.settings import search_space
from tunewright.runs.folder import RunFolder
from tunewright.search.edits import widened

CHANGEABLE = ("search.trials", "stop.", "space.")
"""Keys, and beginnings of keys, that may change on resume."""


def reloaded(folder: RunFolder, changes: Mapping[str, Any]) -> AnyExperiment:
    """The folder's experiment with the changes, by dotted key. Raises ConfigError where they touch anything else."""
    before = load_experiment(str(folder.experiment))
    if not changes:
        return before
    if isinstance(before, Comparison):
        raise ConfigError(
            f"{next(iter(changes))} cannot change: a {before.kind} compares what it set out to compare; "
            "begin anew with another --out"
        )
    for key in changes:
        if not key.startswith(CHANGEABLE):
            raise ConfigError(
                f"{key} cannot change while a study is under way, as its results depend on it; expected "
                "search.trials, a key of [stop] or a wider [space]; for anything else begin anew with another --out"
            )
    experiment = load_experiment(str(folder.experiment), changes)
    widened(_space(before).as_dict(), _space(experiment).as_dict())
    return experiment


@contextmanager
def held(folder: RunFolder, changed: str) -> Iterator[None]:
    """Hold the folder for this process; `changed` is the text of a changed experiment, "" where none was changed.

    The next process goes on with the changed experiment, and the results of the one before are none any more.
    """
    with folder.lock():
        if changed:
            write_atomically(folder.experiment, changed)
            folder.results.unlink(missing_ok=True)
        yield


def _space(experiment: AnyExperiment) -> Space:
    assert not isinstance(experiment, Comparison), "nothing of a comparison changes"
    if isinstance(experiment, FunctionExperiment):
        return function_space(experiment)
    return image_space(experiment) if isinstance(experiment, ImageExperiment) else search_space(experiment)
