"""What the variants are called, and what is wrong with each mistake, in a sentence."""

from collections.abc import Mapping
from types import MappingProxyType

WRONG: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "honest": ("Honest", "Trained on earlier days alone; the epoch is chosen on the last of them."),
        "whole_series_scaler": ("Whole-series scaler", "The scalers have seen the days to forecast."),
        "random_split": ("Random split", "Windows are shuffled, so days beside the ones to forecast are trained on."),
        "stopping_on_test": ("Stopping on the test", "The epoch is chosen on the days that are scored."),
        "same_day_column": ("Same-day column", "High and low of the day to forecast are among the inputs."),
        "newest_first": ("Newest row first", "Rows are not sorted: yesterday is predicted from tomorrow."),
        "smoothed_series": ("Smoothed series", "A centred average looks ahead, and its line is easy to continue."),
    }
)
"""By name: in print, and what is wrong with it."""


def label(name: str) -> str:
    return WRONG[name][0] if name in WRONG else name
