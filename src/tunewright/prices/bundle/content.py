"""What the JSON files of a bundle of prices must say: one form for bundle.json, one for context.json."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from tunewright.bundle.refitted import Refit
from tunewright.experiment.stored import Finite, Stored, stored
from tunewright.prices.bundle.inputs import BundleInputs
from tunewright.prices.data.table import PriceTable
from tunewright.prices.preparation.names import Measure, ScalerKind, Target, is_name
from tunewright.prices.preparation.prepare import FittedPreparation, Preparation
from tunewright.prices.preparation.scaling import FittedScaler


def _known(name: str) -> str:
    if not is_name(name):
        raise ValueError("expected the name of a feature")
    return name


Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Logarithm = Annotated[float, Field(ge=-700, le=700)]
"""Of a number that a float can hold."""


class ScalerContent(Stored):
    centre: tuple[Finite, ...] = Field(min_length=1)
    scale: tuple[Positive, ...]

    @model_validator(mode="after")
    def _check(self) -> "ScalerContent":
        if len(self.centre) != len(self.scale):
            raise ValueError("expected as many scales as centres")
        return self

    def fitted(self) -> FittedScaler:
        return FittedScaler(self.centre, self.scale)


class SpecContent(Stored):
    features: tuple[Annotated[str, AfterValidator(_known)], ...] = Field(min_length=1)
    target: Target
    scaler: ScalerKind
    time_step: int = Field(ge=1, le=5000)
    horizon: int = Field(ge=1, le=250)
    volatility: Measure = "log_range"


class PreparationContent(Stored):
    spec: SpecContent
    inputs: ScalerContent
    target: ScalerContent
    lift: Positive = 1.0

    @model_validator(mode="after")
    def _check(self) -> "PreparationContent":
        if len(self.inputs.centre) != len(self.spec.features) or len(self.target.centre) != 1:
            raise ValueError("expected one scale for each feature and one for the target")
        return self

    def fitted(self) -> FittedPreparation:
        spec = Preparation(**dict(self.spec))
        return FittedPreparation(spec, self.inputs.fitted(), self.target.fitted(), self.lift)


class InputsContent(Stored):
    tickers: tuple[str, ...]
    availability_lag: int = Field(ge=0, le=30)
    custom: tuple[str, ...]
    warmup: int = Field(ge=0, le=1_000_000)

    def made(self) -> BundleInputs:
        return BundleInputs(self.tickers, self.availability_lag, self.custom, self.warmup)


class PricesContent(Stored):
    """bundle.json. model: what its family reads, by a form of its own."""

    format: Literal[1]
    kind: Literal["prices"] = "prices"
    model: dict[str, Any]
    preparation: PreparationContent
    errors: tuple[Logarithm, ...] = Field(min_length=1)
    close: Literal["auto", "close", "adj_close"]
    inputs: InputsContent
    provenance: dict[str, Any]
    refit: Refit | None = None
    scaled_errors: tuple[Finite, ...] | None = Field(default=None, min_length=1)


class _Context(Stored):
    dates: tuple[Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")], ...] = Field(min_length=1)
    columns: dict[str, tuple[Finite, ...]]


def read_context(values: Mapping[str, Any]) -> PriceTable:
    """The rows of context.json. Raises ValueError, or DataError as a table does."""
    columns = {name: values[name] for name in values if name != "dates"}
    read = stored(_Context, {"dates": values.get("dates"), "columns": columns})
    return PriceTable.from_json({"dates": read.dates, **read.columns})
