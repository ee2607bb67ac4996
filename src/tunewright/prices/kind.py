"""Prices as a kind of experiment."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from tunewright.core.plugins import later, loaded
from tunewright.experiment.describing import validated
from tunewright.experiment.model import set_aside
from tunewright.prices.experiment.preloading import worker_modules
from tunewright.prices.experiment.settings import TUNING, Experiment
from tunewright.prices.families.known import FAMILIES
from tunewright.runs.kind import Bundles, Card, Kind, Sources

# Torch, pandas and the plots take seconds to load: what needs them is loaded when it is called.


def _check(values: Mapping[str, Any], base: Path) -> Experiment:
    experiment = validated(Experiment, values)
    from tunewright.prices.experiment.checks import checked

    return checked(experiment, base)


def _card(source: str, options: Mapping[str, str]) -> Card:
    from tunewright.prices.data.options import ReadingOptions
    from tunewright.prices.data.source import read_source

    return read_source(source, ReadingOptions(**options))[1]


ENDED = {
    "skill": "skill found",
    "hint": "a hint of skill",
    "no_skill": "no skill found",
    "worse": "worse than doing nothing",
}


def _ended(results: Mapping[str, Any]) -> str:
    test = results["test"]
    behind = test["conclusion"] == "skill" and test.get("standing_vs_har") == "worse"
    return ENDED[test["conclusion"]] + (", but HAR does better" if behind else "")


PRICES: Kind[Experiment] = Kind(
    names=("prices",),
    noun="an experiment on prices",
    check=_check,
    life=partial(loaded, "tunewright.prices.run.life:LIFE"),
    preload=worker_modules,
    page=later("tunewright.prices.report.page:price_page"),
    space=TUNING.space,
    renew=lambda values: set_aside(FAMILIES, values),
    sources=Sources(
        "daily prices", lambda source: False, "prices-lstm", ("close", "ticker", "dates", "decimals"), _card
    ),
    bundles=Bundles(
        ("with", "custom", "ticker", "dates", "decimals", "last", "coverage"),
        read=later("tunewright.prices.bundle.bundle:read_bundle"),
        predict=later("tunewright.prices.predicting:predict"),
        export=later("tunewright.prices.exporting:export"),
    ),
    audit=later("tunewright.prices.run.auditing:audit_experiment"),
    compare=later("tunewright.prices.comparing:compare_prices"),
    ended=_ended,
)
