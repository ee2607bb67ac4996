"""Where the user's functions stand, for any working folder: those of features, and the one that makes the network."""

from pathlib import Path

from tunewright.core.errors import ConfigError
from tunewright.experiment.by_user import with_places as with_model_places
from tunewright.experiment.locating import with_full_path
from tunewright.experiment.pretrained import with_weights_placed
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
    model = with_weights_placed(with_model_places(experiment.model, base), base)
    return experiment.model_copy(update={"preparation": settings, "model": model})
