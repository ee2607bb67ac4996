"""Prices as a kind of experiment."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tunewright.core.errors import ConfigError
from tunewright.core.plugins import later, loaded
from tunewright.experiment.describing import describe
from tunewright.experiment.files import read_content
from tunewright.experiment.model import without_idle_keys
from tunewright.prices.experiment.settings import TUNING, Experiment
from tunewright.prices.families.known import FAMILIES
from tunewright.runs.kind import Bundles, Card, Kind, Sources

# Torch, pandas and the plots take seconds to load: what needs them is loaded when it is called.


def load_prices(name: str, changes: Mapping[str, Any] | None = None) -> Experiment:
    """The experiment on prices of a TOML file or a recipe, with `changes` by dotted key. Raises ConfigError in one
    line."""
    content = read_content(name, changes)
    if content.kind not in PRICES.names:
        raise ConfigError(f"{name}: expected an experiment on prices, found one of kind {content.kind!r}")
    try:
        return _check(content.values, content.base)
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}") from None


def _check(values: Mapping[str, Any], base: Path) -> Experiment:
    try:
        experiment = Experiment.model_validate(values)
    except ValidationError as error:
        raise ConfigError(describe(error, Experiment)) from None
    from tunewright.prices.experiment.checks import checked

    return checked(experiment, base)


def _card(source: str, options: Mapping[str, str]) -> Card:
    from tunewright.prices.data.options import ReadingOptions
    from tunewright.prices.data.source import read_source

    return read_source(source, ReadingOptions(**options))[1]


PRICES: Kind[Experiment] = Kind(
    names=("prices",),
    noun="an experiment on prices",
    check=_check,
    life=partial(loaded, "tunewright.prices.run.life:LIFE"),
    page=later("tunewright.prices.report.page:price_page"),
    space=TUNING.space,
    renew=lambda values: without_idle_keys(FAMILIES, values),
    sources=Sources("daily prices", lambda source: False, ("close", "ticker", "dates", "decimals"), _card),
    bundles=Bundles(
        ("with", "custom", "ticker", "dates", "decimals", "last", "coverage"),
        read=later("tunewright.prices.bundle.bundle:read_bundle"),
        predict=later("tunewright.prices.predicting:predict"),
    ),
    audit=later("tunewright.prices.run.auditing:audit_experiment"),
)
