"""Where the user's feature functions stand, for any working folder."""

from pathlib import Path

from tunewright.core.errors import ConfigError
from tunewright.experiment.locating import with_full_path
from tunewright.prices.experiment.settings import Experiment


def with_places(experiment: Experiment, base: Path) -> Experiment:
    """The experiment with its functions' files by full path, looked for from `base`. Raises ConfigError."""
    try:
        calls = [with_full_path(call, base) for call in experiment.preparation.custom]
    except ConfigError as error:
        raise ConfigError(f"preparation.custom: {error}") from None
    if len(set(calls)) != len(calls):
        raise ConfigError(f"preparation.custom: expected different functions, found {', '.join(calls)}")
    settings = experiment.preparation.model_copy(update={"custom": calls})
    return experiment.model_copy(update={"preparation": settings})
