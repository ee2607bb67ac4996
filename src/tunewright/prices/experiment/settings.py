"""What an experiment file may say: every key, its range and its default.

A key of [preparation], [model] or [training] that is listed in `TUNABLE` may stand in [space] too.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from tunewright.core.space import Space, Value
from tunewright.experiment.pruning import PruningSettings
from tunewright.experiment.sections import ParameterSettings, Section, Starts, space_of
from tunewright.experiment.stopping import StopSettings
from tunewright.experiment.values import Lag, Name, NotNegative, Positive, SamplerName, Seed, Startup, Trials
from tunewright.prices.experiment.preparing import DataSettings, PreparationSettings
from tunewright.prices.families.family import ModelSpec
from tunewright.prices.families.lstm import LSTMSpec
from tunewright.prices.families.ridge import RidgeSpec
from tunewright.prices.preparation.prepare import Preparation
from tunewright.prices.preparation.targets import Measure, Quantity, quantity_for
from tunewright.prices.training.loop import Training
from tunewright.training.optimizers import OptimizerName
from tunewright.trials.second_objective import SecondObjectiveName

Units = Annotated[int, Field(ge=1, le=4096)]
Dropout = Annotated[float, Field(ge=0, lt=1)]


class ModelSettings(Section):
    """units and dropout hold for every layer that has no figure of its own (`units_1` is the first layer's)."""

    family: Literal["lstm", "ridge"] = "lstm"
    layers: int = Field(1, ge=1, le=3)
    units: Units = 32
    units_1: Units | None = None
    units_2: Units | None = None
    units_3: Units | None = None
    dropout: Dropout = 0.1
    dropout_1: Dropout | None = None
    dropout_2: Dropout | None = None
    dropout_3: Dropout | None = None
    penalty: Positive | None = None

    def spec(self) -> ModelSpec:
        if self.family == "ridge":
            return RidgeSpec(self.penalty)
        units = (self.units_1, self.units_2, self.units_3)[: self.layers]
        dropout = (self.dropout_1, self.dropout_2, self.dropout_3)[: self.layers]
        return LSTMSpec(
            tuple(self.units if own is None else own for own in units),
            tuple(self.dropout if own is None else own for own in dropout),
        )


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


class Experiment(Section):
    """One experiment: what the user writes, with every default filled in."""

    kind: Literal["prices"] = "prices"
    name: Name = "experiment"
    seed: Seed = 0
    data: DataSettings = DataSettings()
    preparation: PreparationSettings = PreparationSettings()
    model: ModelSettings = ModelSettings()
    training: TrainingSettings = TrainingSettings()
    search: SearchSettings = SearchSettings()
    pruner: PruningSettings = PruningSettings()
    stop: StopSettings = StopSettings()
    space: dict[str, ParameterSettings] = Field(default_factory=dict)
    start: Starts = Field([])


_LAYERED = ("units", "units_1", "units_2", "units_3", "dropout", "dropout_1", "dropout_2", "dropout_3")
_SECTIONS = {
    "preparation": ("feature_set", "target", "scaler", "time_step"),
    "model": ("layers", *_LAYERED, "penalty"),
    "training": ("epochs", "batch_size", "learning_rate", "optimizer", "weight_decay"),
}
TUNABLE: Mapping[str, str] = MappingProxyType({name: part for part, names in _SECTIONS.items() for name in names})
"""What may stand in [space], and the section that holds its fixed value."""

REAL = frozenset({"learning_rate", "weight_decay", "penalty", *(name for name in _LAYERED if "dropout" in name)})
"""Those of `TUNABLE` whose ranges are of real numbers; all other ranges are of whole numbers."""


def search_space(experiment: Experiment) -> Space:
    """The space of an experiment whose names were checked. Raises ConfigError where its conditions cannot hold."""
    return space_of(experiment.space, whole=lambda name, given: name not in REAL)


def with_params(experiment: Experiment, params: Mapping[str, Value]) -> Experiment:
    """The experiment with a trial's values in place of the fixed ones; a parameter that the trial lacks keeps its own.

    Raises pydantic's ValidationError.
    """
    content = experiment.model_dump()
    for name, value in params.items():
        content[TUNABLE[name]][name] = value
    return Experiment.model_validate(content)


def preparation_of(experiment: Experiment) -> Preparation:
    """The preparation of an experiment that was resolved: its features to names, its volatility to a measure."""
    settings, features = experiment.preparation, experiment.preparation.chosen()
    assert features != "auto", "features are resolved before anything is prepared"
    return Preparation(
        tuple(features),
        settings.target,
        settings.scaler,
        settings.time_step,
        settings.horizon,
        _measure(settings),
    )


def feature_lists(experiment: Experiment) -> tuple[tuple[str, ...], ...]:
    """The inputs that are tried, by a trial or by the untuned default; none for `auto`, which the data decides."""
    settings, tuned = experiment.preparation, experiment.space.get("feature_set")
    sets = [settings.feature_sets[str(name)] for name in (tuned.choices or () if tuned else ())]
    lists = [*([] if settings.chosen() == "auto" else [list(settings.chosen())]), *sets]
    return tuple(dict.fromkeys(tuple(names) for names in lists))


def quantity_of(experiment: Experiment) -> Quantity:
    """What an experiment whose volatility was resolved forecasts. It does not depend on what a trial chooses."""
    settings = experiment.preparation
    return quantity_for(settings.target, measure=_measure(settings), horizon=settings.horizon)


def _measure(settings: PreparationSettings) -> Measure:
    return "log_range" if settings.volatility == "auto" else settings.volatility


def default_params(experiment: Experiment) -> dict[str, Value]:
    """The fixed values of what the space tunes and what applies: the configuration where nothing is tuned."""
    content, space = experiment.model_dump(), search_space(experiment)
    values: dict[str, Value] = {}
    for name in space.ordered():
        section = content[TUNABLE[name]]
        shared = section.get(name.rpartition("_")[0]) if section[name] is None else section[name]
        if shared is not None and space.active(name, values):
            values[name] = shared
    return {name: values[name] for name in space.parameters if name in values}
