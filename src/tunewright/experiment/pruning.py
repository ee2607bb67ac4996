"""The section [pruner] of an experiment file, and the pruner it stands for."""

from typing import Literal, get_args

from pydantic import Field

from tunewright.core.errors import ConfigError
from tunewright.experiment.sections import Section
from tunewright.search.pruners import PRUNERS, Pruner, PrunerSettings

PrunerName = Literal["none", "median", "halving", "hyperband", "patience", "racing"]
assert set(get_args(PrunerName)) == set(PRUNERS), "every pruner has a name that the settings admit"

_DEFAULT = PrunerSettings()


class PruningSettings(Section):
    """every: epochs between two rungs of a fold; the end of a fold is always one. The rest: see PrunerSettings."""

    name: PrunerName = "racing"
    every: int = Field(1, ge=1)
    min_trials: int = Field(_DEFAULT.min_trials, ge=1)
    min_folds: int = Field(_DEFAULT.min_folds, ge=0)
    min_epochs: int = Field(_DEFAULT.min_epochs, ge=1)
    kept: float = Field(_DEFAULT.kept, ge=0, le=1)
    percentile: float = Field(_DEFAULT.percentile, gt=0, lt=100)
    eta: int = Field(_DEFAULT.eta, ge=2)
    rungs: int = Field(_DEFAULT.rungs, ge=1, le=20)
    patience: int = Field(_DEFAULT.patience, ge=1)
    level: float = Field(_DEFAULT.level, gt=0, lt=0.5)
    rivals: int = Field(_DEFAULT.rivals, ge=1)

    def pruner(self) -> Pruner:
        """The pruner that these settings ask for."""
        return PRUNERS[self.name](PrunerSettings(**self.model_dump(exclude={"name", "every"})))


def check_pruner(pruner: PruningSettings, *, objectives: int) -> None:
    """Raise ConfigError where a pruner was named that cannot judge so many objectives."""
    if objectives > 1 and pruner.name != "none" and "name" in pruner.model_fields_set:
        raise ConfigError(
            f"pruner.name = {pruner.name!r} cannot judge two objectives, as a rung tells of the first alone; "
            "take search.second_objective out, or set pruner.name = 'none'"
        )
