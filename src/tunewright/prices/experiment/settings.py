"""What an experiment file on prices may say: every key, its range and its default; [model] is of its family."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_serializer, field_validator

from tunewright.experiment.families import default_keys
from tunewright.experiment.model import Model, families_in, read_model, unsaid
from tunewright.experiment.pretrained import without_idle_weights
from tunewright.experiment.pruning import PruningSettings
from tunewright.experiment.resources import ResourceSettings
from tunewright.experiment.scale import ScaleSettings, Scaling
from tunewright.experiment.sections import ParameterSettings, Section, Starts, with_idle_keys
from tunewright.experiment.stopping import StopSettings
from tunewright.experiment.tracking import Trackers
from tunewright.experiment.transfer import TransferSettings
from tunewright.experiment.tuning import Tuning
from tunewright.experiment.values import Lag, Name, NotNegative, Positive, SamplerName, Seed, Startup, Trials
from tunewright.prices.experiment.preparing import DataSettings, PreparationSettings
from tunewright.prices.families import lstm, ridge
from tunewright.prices.families.known import FAMILIES
from tunewright.prices.training.training import Training
from tunewright.training.names import OptimizerName
from tunewright.trials.second_objective import SecondObjectiveName


class TrainingSettings(Section):
    """patience = 0 trains all epochs and keeps the best one's weights."""

    epochs: int = Field(20, ge=1, le=100_000)
    batch_size: int = Field(64, ge=1, le=1_000_000)
    learning_rate: Positive = 1e-3
    optimizer: OptimizerName = "adam"
    weight_decay: NotNegative = 0.0
    patience: int = Field(5, ge=0)

    def training(self) -> Training:
        return Training(
            self.epochs,
            self.batch_size,
            self.learning_rate,
            self.optimizer,
            self.weight_decay,
            self.patience or None,
        )


class SearchSettings(Section):
    sampler: SamplerName = "tpe"
    trials: Trials = 20
    lag: Lag | None = None
    startup_trials: Startup = 4
    metric: Literal["relative_mse", "mse", "mae"] = "relative_mse"
    second_objective: SecondObjectiveName | None = None

    @property
    def objectives(self) -> int:
        return 1 if self.second_objective is None else 2


class FinalSettings(Section):
    """seeds: trainings of each final model. costs: of a half-turn in basis points, for what the forecasts are worth."""

    seeds: int = Field(1, ge=1, le=100)
    costs: NotNegative = 5.0


class Experiment(Section):
    """One experiment: what the user writes, with every default filled in."""

    kind: Literal["prices"] = "prices"
    name: Name = "experiment"
    seed: Seed = 0
    data: DataSettings = DataSettings()
    preparation: PreparationSettings = PreparationSettings()
    training: TrainingSettings = TrainingSettings()
    search: SearchSettings = SearchSettings()
    pruner: PruningSettings = PruningSettings()
    stop: StopSettings = StopSettings()
    final: FinalSettings = FinalSettings()
    scale: ScaleSettings = ScaleSettings()
    resources: ResourceSettings = ResourceSettings()
    trackers: Trackers = Field([])
    space: dict[str, ParameterSettings] = Field(default_factory=dict)
    start: Starts = Field([])
    transfer: TransferSettings = TransferSettings()
    model: Model = Field(default_factory=unsaid, validate_default=True)  # after what brings families into play

    @field_validator("model", mode="plain")
    @classmethod
    def _of_families(cls, value: Any, info: ValidationInfo) -> Model:
        return read_model(FAMILIES, value, also=families_in(info.data))

    @field_serializer("model")
    def _as_dict(self, model: Model) -> dict[str, Any]:
        return model.as_dict()


TUNING = Tuning(
    Experiment,
    FAMILIES,
    {
        "preparation": (PreparationSettings, ("feature_set", "target", "scaler", "time_step")),
        "training": (
            TrainingSettings,
            ("epochs", "batch_size", "learning_rate", "optimizer", "weight_decay"),
        ),
    },
)
"""What of it may be tuned."""
SCALING = Scaling(TUNING, lambda family: family.widths, lambda family: family.held)
"""How its networks grow."""


def identity_of(experiment: Experiment, *, exclude_none: bool = False) -> dict[str, Any]:
    """What a study is known by: all that its trials depend on, but for the space, which the study keeps itself."""
    whole = dict.fromkeys(("stop", "space", "final", "trackers", "resources", "transfer", "scale"), True)
    excluded: Any = {"search": {"trials"}, **whole}
    content = experiment.model_dump(mode="json", exclude=excluded, exclude_none=exclude_none)
    content["model"] = identity_of_model(content["model"], exclude_none=exclude_none)
    return content | experiment.transfer.identity()


def identity_of_model(model: Mapping[str, Any], *, exclude_none: bool) -> dict[str, Any]:
    """What a study is known by of [model]: by all keys of the first families, whether these are in play or not, and by
    keys that came to them later where they say more than the first ones did."""
    founding = default_keys((ridge.FAMILY, lstm.FAMILY), exclude_none=exclude_none)
    content = {**founding, **without_idle_weights(with_idle_keys(model))}
    return {key: value for key, value in content.items() if key not in lstm.LATER or value != lstm.LATER[key]}


def feature_lists(experiment: Experiment) -> tuple[tuple[str, ...], ...]:
    """The inputs that are tried, by a trial or by the untuned default; none for `auto`, which the data decides."""
    settings, tuned = experiment.preparation, experiment.space.get("feature_set")
    sets = [settings.feature_sets[str(name)] for name in (tuned.choices or () if tuned else ())]
    lists = [*([] if settings.chosen() == "auto" else [list(settings.chosen())]), *sets]
    return tuple(dict.fromkeys(tuple(names) for names in lists))
