"""What the variants are called, and what is wrong with each mistake, in a sentence."""

from collections.abc import Mapping
from types import MappingProxyType

from tunewright.prices.comparison.report.results import Comparison
from tunewright.report.told import Told
from tunewright.report.words import number

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


def shown(compared: Comparison) -> Told:
    """What the figure shows: changes of the squared error in per cent."""
    changes = {label(name): change for name, change in compared.changes}
    said = "; ".join(
        f"{name} {number(100 * one.change, digits=3)} % ({number(100 * one.low, digits=3)} to "
        f"{number(100 * one.high, digits=3)} %)"
        for name, one in changes.items()
    )
    base = label(compared.variants[0].name)
    columns = {
        head: [100 * getattr(one, key) for one in changes.values()]
        for head, key in (("Change (%)", "change"), ("Interval from (%)", "low"), ("to (%)", "high"))
    }
    return Told(f"Squared error beside that of {base}: {said}.", {"Variant": list(changes), **columns})


def label(name: str) -> str:
    return WRONG[name][0] if name in WRONG else name


def within(name: str) -> str:
    """The same within a sentence."""
    return label(name)[:1].lower() + label(name)[1:] if name in WRONG else name
