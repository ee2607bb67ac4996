"""Prices as a kind of experiment."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from tunewright.core.errors import ConfigError
from tunewright.experiment.describing import describe
from tunewright.experiment.files import read_content
from tunewright.experiment.model import without_idle_keys
from tunewright.prices.experiment.settings import Experiment, search_space
from tunewright.prices.families.known import FAMILIES
from tunewright.runs.kind import Bundles, Kind, Sources

if TYPE_CHECKING:
    from tunewright.bundle.folder import BundleFolder
    from tunewright.bundle.predicted import Predicted, Request
    from tunewright.report.page import Page
    from tunewright.runs.kind import Audited, Card
    from tunewright.runs.life import Life

# Torch, pandas and the plots take seconds to load: what needs them is imported where it is called.


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


def _life() -> "Life[Experiment, Any, Any]":
    from tunewright.prices.run.life import LIFE

    return LIFE


def _page(folder: Path, record: Mapping[str, Any]) -> "Page":
    from tunewright.prices.report.page import price_page

    return price_page(folder, record)


def _card(source: str, options: Mapping[str, str]) -> "Card":
    from tunewright.prices.data.options import ReadingOptions
    from tunewright.prices.data.source import read_source

    return read_source(source, ReadingOptions(**options))[1]


def _read(folder: "BundleFolder", factory: Any) -> Any:
    from tunewright.prices.bundle.bundle import read_bundle

    return read_bundle(folder, factory)


def _predict(folder: "BundleFolder", request: "Request") -> "Predicted":
    from tunewright.prices.predicting import predict

    return predict(folder, request)


def _audit(experiment: Experiment) -> "Audited":
    from tunewright.prices.run.auditing import audit_experiment

    return audit_experiment(experiment)


PRICES: Kind[Experiment] = Kind(
    names=("prices",),
    noun="an experiment on prices",
    check=_check,
    life=_life,
    page=_page,
    space=search_space,
    renew=lambda values: without_idle_keys(FAMILIES, values),
    sources=Sources("daily prices", lambda source: False, ("close", "ticker", "dates", "decimals"), _card),
    bundles=Bundles(("with", "custom", "ticker", "dates", "decimals", "last", "coverage"), _read, _predict),
    audit=_audit,
)
