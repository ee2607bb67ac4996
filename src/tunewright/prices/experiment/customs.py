"""A user's feature functions: where an experiment says they stand, and loaded from there."""

from collections.abc import Sequence

from tunewright.core.errors import ConfigError
from tunewright.experiment.locating import locate
from tunewright.prices.preparation.custom import CustomFeatures


def load_customs(calls: Sequence[str]) -> tuple[CustomFeatures, ...]:
    """The functions, loaded, which executes their modules. Raises ConfigError in one line."""
    try:
        return tuple(CustomFeatures(call, locate(call).function) for call in calls)
    except ConfigError as error:
        raise ConfigError(f"preparation.custom: {error}") from None
