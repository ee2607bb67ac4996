"""The names of targets, measures, scalers and features, apart from what computes them: an experiment is read without
loading NumPy."""

from typing import Literal

Target = Literal["log_return", "close", "volatility"]
Measure = Literal["log_range", "absolute_return"]
ScalerKind = Literal["minmax", "standard", "robust", "none"]

CUSTOM = "custom"
"""What stands before the dot in the names of a user's own features."""

CALENDAR = ("weekday_sin", "weekday_cos", "month_sin", "month_cos")
LEVELS = ("open", "high", "low", "close")
FEATURE_NAMES = (
    *LEVELS,
    "volume",
    *("log_return", "high_low", "open_close", "log_range", "log_absolute_return", "log_volume_change"),
    *("return_mean_5", "return_mean_20", "return_std_5", "return_std_20", "rsi_14", "macd"),
    *CALENDAR,
)
"""The features of the series itself."""


def is_name(name: object) -> bool:
    """Whether a feature may have this name: one of `FEATURE_NAMES`, `<ticker>.<one of them>` or `custom.<name>`."""
    if not isinstance(name, str):
        return False
    owner, dot, short = name.rpartition(".")
    if owner == CUSTOM:
        return short.isidentifier()
    return short in FEATURE_NAMES and (not dot or (bool(owner) and short not in CALENDAR))
