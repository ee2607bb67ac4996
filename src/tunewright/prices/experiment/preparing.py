"""The sections [data] and [preparation] of an experiment on prices: what is read, cut and fed to the model."""

import difflib
from typing import Any, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator

from tunewright.experiment.sections import Section
from tunewright.prices.preparation.folds import WalkForward
from tunewright.prices.preparation.names import FEATURE_NAMES, Measure, ScalerKind, Target, is_name

PRICE_LEVELS = frozenset({"open", "high", "low", "close"})


class DataSettings(Section):
    source: str = "builtin:sp500"
    close: Literal["auto", "close", "adj_close"] = "auto"
    ticker: str | None = None
    dates: Literal["auto", "day_first", "month_first"] = "auto"
    decimals: Literal["auto", "point", "comma"] = "auto"
    others: list[str] = Field([], alias="with")
    availability_lag: int = Field(1, ge=0, le=30)

    model_config = ConfigDict(serialize_by_alias=True)  # `with` is a word of Python and no name


_ADMITTED = (
    f"{', '.join(FEATURE_NAMES)}, one of these behind another ticker and a dot (none of the calendar), or custom.NAME"
)


def _hint(value: Any) -> str:
    """The name that is meant by the first one that is none, where it is alike."""
    wrong = [one for one in value if isinstance(one, str) and not is_name(one)] if isinstance(value, list) else []
    owner, dot, short = wrong[0].rpartition(".") if wrong else ("", "", "")
    near = difflib.get_close_matches(short, FEATURE_NAMES, n=1)
    return f"; did you mean {owner + dot + near[0]!r}?" if near else ""


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(is_name(name) for name in value)


class PreparationSettings(Section):
    test_fraction: float = Field(0.2, gt=0, lt=1)
    folds: int = Field(3, ge=1, le=100)
    validation_fraction: float = Field(0.5, gt=0, lt=1)
    scheme: Literal["expanding", "rolling"] = "expanding"
    gap: int = Field(1, ge=1)
    horizon: int = Field(1, ge=1, le=250)
    features: Literal["auto"] | list[str] = "auto"
    feature_sets: dict[str, list[str]] = Field({})
    feature_set: str | None = None
    custom: list[str] = Field([])
    target: Target = "log_return"
    volatility: Literal["auto"] | Measure = "auto"
    scaler: ScalerKind = "standard"
    time_step: int = Field(20, ge=1, le=5000)

    @model_validator(mode="before")
    @classmethod
    def _gap_follows(cls, values: Any) -> Any:
        if isinstance(values, dict) and "gap" not in values and isinstance(horizon := values.get("horizon"), int):
            return {**values, "gap": max(1, horizon)}
        return values

    @field_validator("features", mode="before")
    @classmethod
    def _known(cls, value: Any) -> Any:
        if value != "auto" and not _are_names(value):
            raise ValueError(f"expected 'auto' or a list out of {_ADMITTED}, found {value!r}{_hint(value)}")
        return value

    @field_validator("feature_sets", mode="before")
    @classmethod
    def _known_sets(cls, value: Any) -> Any:
        for name, features in value.items() if isinstance(value, dict) else ():
            if not _are_names(features) or not features or len(set(features)) != len(features):
                raise ValueError(
                    f"{name}: expected a list out of {_ADMITTED}, all different, found {features!r}{_hint(features)}"
                )
        return value

    @model_validator(mode="after")
    def _check(self) -> "PreparationSettings":
        if self.gap < self.horizon:
            raise ValueError(f"gap must be at least the horizon, found gap = {self.gap}, horizon = {self.horizon}")
        if self.features != "auto" and (not self.features or len(set(self.features)) != len(self.features)):
            raise ValueError(f"features must be different names, at least one, found {self.features}")
        if self.feature_set is not None and self.feature_set not in self.feature_sets:
            known = ", ".join(self.feature_sets) or "none"
            raise ValueError(f"feature_set must be a name out of feature_sets ({known}), found {self.feature_set!r}")
        return self

    def chosen(self) -> Literal["auto"] | list[str]:
        """The inputs: the set that is chosen, else `features`."""
        return self.features if self.feature_set is None else self.feature_sets[self.feature_set]

    def walk_forward(self) -> WalkForward:
        return WalkForward(self.folds, self.validation_fraction, self.gap, self.scheme)
