"""What an experiment file may say: every key, its range and its default.

A key of [preparation], [model] or [training] that is listed in `TUNABLE` may stand in [space] too.
"""

import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from tunewright.core.space import Choice, Integer, Parameter, Real, Space, Value
from tunewright.models.family import ModelSpec
from tunewright.models.lstm import LSTMSpec
from tunewright.models.ridge import RidgeSpec
from tunewright.preparation.features import FEATURES
from tunewright.preparation.folds import WalkForward
from tunewright.preparation.prepare import Preparation, Target
from tunewright.preparation.scaling import ScalerKind
from tunewright.training.loop import Training
from tunewright.training.optimizers import OptimizerName

FeatureName = Literal["open", "high", "low", "close", "volume", "log_return", "high_low", "open_close"]
assert set(get_args(FeatureName)) == set(FEATURES), "every feature has a name that the settings admit"
PRICE_LEVELS = frozenset({"open", "high", "low", "close"})

Units = Annotated[int, Field(ge=1, le=4096)]
Dropout = Annotated[float, Field(ge=0, lt=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class DataSettings(Section):
    source: str = "builtin:sp500"
    close: Literal["auto", "close", "adj_close"] = "auto"


class PreparationSettings(Section):
    test_fraction: float = Field(0.2, gt=0, lt=1)
    folds: int = Field(3, ge=1, le=100)
    validation_fraction: float = Field(0.5, gt=0, lt=1)
    scheme: Literal["expanding", "rolling"] = "expanding"
    gap: int = Field(1, ge=1)
    horizon: int = Field(1, ge=1, le=250)
    features: Literal["auto"] | list[FeatureName] = "auto"
    target: Target = "log_return"
    scaler: ScalerKind = "standard"
    time_step: int = Field(20, ge=1, le=5000)

    @field_validator("features", mode="before")
    @classmethod
    def _known(cls, value: Any) -> Any:
        names = tuple(FEATURES)
        if value != "auto" and not (isinstance(value, list) and all(name in names for name in value)):
            raise ValueError(f"expected 'auto' or a list out of {', '.join(names)}, found {value!r}")
        return value

    @model_validator(mode="after")
    def _check(self) -> "PreparationSettings":
        if self.gap < self.horizon:
            raise ValueError(f"gap must be at least the horizon, found gap = {self.gap}, horizon = {self.horizon}")
        if self.features != "auto" and (not self.features or len(set(self.features)) != len(self.features)):
            raise ValueError(f"features must be different names, at least one, found {self.features}")
        return self

    def walk_forward(self) -> WalkForward:
        return WalkForward(self.folds, self.validation_fraction, self.gap, self.scheme)


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
    sampler: Literal["grid", "random", "tpe", "gp"] = "tpe"
    trials: int = Field(20, ge=1, le=1_000_000)
    lag: int = Field(8, ge=1, le=1000)
    startup_trials: int = Field(8, ge=1)
    metric: Literal["relative_mse", "mse", "mae"] = "relative_mse"


_PARAMETER_FORMS = "a range such as { low = 1, high = 8 } or a list of choices"


class ParameterSettings(Section):
    """A range (low, high, perhaps step or log) or a list of choices."""

    low: int | float | None = None
    high: int | float | None = None
    step: int | float | None = None
    log: bool = False
    choices: list[bool | int | float | str] | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if not isinstance(value, list | dict | ParameterSettings):
            raise ValueError(f"expected {_PARAMETER_FORMS}, found {value!r}")
        return {"choices": value} if isinstance(value, list) else value

    @model_validator(mode="after")
    def _check(self) -> "ParameterSettings":
        given = self.model_dump(exclude_defaults=True)
        if given.keys() != {"choices"} and ("choices" in given or not {"low", "high"} <= given.keys()):
            raise ValueError(f"expected {_PARAMETER_FORMS}, found {given}")
        for name, number in given.items():
            # Not math.isfinite: TOML's whole numbers may be too large for it.
            if name in ("low", "high", "step") and not abs(number) <= sys.float_info.max:
                raise ValueError(f"{name} must be a finite number, found {number}")
        return self

    def parameter(self, *, whole: bool) -> Parameter:
        """In the words of the search; `whole` for parameters that are integers. Raises ConfigError."""
        if self.choices is not None:
            return Choice(tuple(self.choices))
        assert self.low is not None
        assert self.high is not None
        if whole:
            return Integer(int(self.low), int(self.high), 1 if self.step is None else int(self.step), self.log)
        return Real(float(self.low), float(self.high), None if self.step is None else float(self.step), self.log)


class Experiment(Section):
    """One experiment: what the user writes, with every default filled in."""

    name: str = Field("experiment", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")
    seed: int = Field(0, ge=0, lt=2**63)
    data: DataSettings = DataSettings()
    preparation: PreparationSettings = PreparationSettings()
    model: ModelSettings = ModelSettings()
    training: TrainingSettings = TrainingSettings()
    search: SearchSettings = SearchSettings()
    space: dict[str, ParameterSettings] = Field(default_factory=dict)


_LAYERED = ("units", "units_1", "units_2", "units_3", "dropout", "dropout_1", "dropout_2", "dropout_3")
_SECTIONS = {
    "preparation": ("target", "scaler", "time_step"),
    "model": ("layers", *_LAYERED, "penalty"),
    "training": ("epochs", "batch_size", "learning_rate", "optimizer", "weight_decay"),
}
TUNABLE: Mapping[str, str] = MappingProxyType({name: part for part, names in _SECTIONS.items() for name in names})
"""What may stand in [space], and the section that holds its fixed value."""

_REAL = frozenset({"learning_rate", "weight_decay", "penalty", *(name for name in _LAYERED if "dropout" in name)})


def search_space(experiment: Experiment) -> Space:
    """The space of an experiment whose names were checked."""
    return Space({name: given.parameter(whole=name not in _REAL) for name, given in experiment.space.items()})


def with_params(experiment: Experiment, params: Mapping[str, Value]) -> Experiment:
    """The experiment with a trial's values in place of the fixed ones. Raises pydantic's ValidationError."""
    content = experiment.model_dump()
    for name, value in params.items():
        content[TUNABLE[name]][name] = value
    return Experiment.model_validate(content)


def preparation_of(experiment: Experiment) -> Preparation:
    """The preparation of an experiment whose features were resolved to names."""
    settings = experiment.preparation
    assert settings.features != "auto", "features are resolved before anything is prepared"
    return Preparation(tuple(settings.features), settings.target, settings.scaler, settings.time_step, settings.horizon)


def default_params(experiment: Experiment) -> dict[str, Value]:
    """The fixed values of what the space tunes: the configuration that is used where nothing is tuned."""
    content = experiment.model_dump()
    values: dict[str, Value] = {}
    for name in experiment.space:
        section = content[TUNABLE[name]]
        shared = section.get(name.rpartition("_")[0]) if section[name] is None else section[name]
        if shared is not None:
            values[name] = shared
    return values
