"""Everything between an experiment and its first trial: data read, test sealed, folds cut, and checked that it fits."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tunewright.core.errors import DataError, InputError
from tunewright.core.space import Choice
from tunewright.experiment.plan import resolve_search
from tunewright.experiment.pretrained import NO_WEIGHTS
from tunewright.prices.bundle.inputs import BundleInputs
from tunewright.prices.data.card import DataCard
from tunewright.prices.data.options import ReadingOptions
from tunewright.prices.data.source import read_source
from tunewright.prices.data.table import PriceTable
from tunewright.prices.experiment.customs import load_customs
from tunewright.prices.experiment.resolved import preparation_of
from tunewright.prices.experiment.resolving import (
    check_features,
    later_dividends,
    resolve_features,
    resolve_volatility,
    unused,
    with_full_path,
)
from tunewright.prices.experiment.settings import TUNING, Experiment, feature_lists
from tunewright.prices.preparation.folds import Fold, Rows
from tunewright.prices.preparation.join import Sources
from tunewright.prices.preparation.prepare import Preparation, fit_preparation
from tunewright.prices.preparation.seal import Development, SealedTest, seal
from tunewright.prices.run.gathering import Raw, gather, read_others, start
from tunewright.prices.run.networks import check_networks

if TYPE_CHECKING:
    from tunewright.prices.run.beginnings import KnownWeights
    from tunewright.training.pretrained import Weights

DRAWN_POINTS = 1500


@dataclass(frozen=True)
class DrawnSeries:
    """Dates and closes for a picture of the whole series, thinned."""

    dates: tuple[str, ...]
    close: tuple[float, ...]


@dataclass(frozen=True)
class Prepared:
    """An experiment ready to search. `experiment` is resolved: every choice that the data decides is written out.

    `final` are the rows that the final model is trained on. The sealed prices are in `sealed` alone, and in `drawn`.
    `inputs`: what forecasts need beside the own series.
    `sampler_reason`: why this sampler, in a sentence without its end, where it was not given.
    `warnings`: what the user should know before it runs. `begun`: the weights that trainings begin with.
    """

    experiment: Experiment
    card: DataCard
    data_fingerprint: str
    drawn: DrawnSeries
    inputs: BundleInputs
    development: Development
    sealed: SealedTest
    folds: tuple[Fold, ...]
    final: Rows
    sampler_reason: str
    warnings: tuple[str, ...] = ()
    begun: "KnownWeights | None" = None

    @property
    def weights(self) -> "Weights | None":
        """That every training begins with; None where they begin at random."""
        return None if self.begun is None else self.begun.weights

    def trained_until(self, day: str) -> str:
        """The last day that a model knows which is trained here until this day: its own, or that of its weights."""
        return day if self.begun is None else max(day, self.begun.until)


def set_up(experiment: Experiment) -> Prepared:
    """Read, seal and cut. Raises InputError where the data is unusable or too short for what is to be tried."""
    experiment, sampler_reason = resolve_search(experiment, TUNING.space(experiment))
    gathered = gather(read_raw(experiment))
    table = gathered.table
    experiment = with_full_path(resolve_features(resolve_volatility(experiment, table), table))
    check_features(experiment, table, returned=gathered.returned)
    check_networks(experiment)
    plan = experiment.preparation.walk_forward()
    with _joined_told(gathered.card):
        development, sealed = seal(table, experiment.preparation.test_fraction)
        folds = plan.cut(len(development.table))
        _check_sealed(sealed, horizon=experiment.preparation.horizon)
    experiment.transfer.check_days(sealed.first)
    begun = beginning(experiment, sealed=sealed.first, validated=str(table.dates[folds[0].validation.start]))
    if gathered.raw.customs:
        development = gathered.development(len(development.table))
    for name, rows in [*((f"fold {fold.number}", fold.validation) for fold in folds), ("the sealed test", sealed.rows)]:
        _check_movement(table, rows, name=name, preparation=preparation_of(experiment))
    with _joined_told(gathered.card):
        for longest in longest_preparations(experiment):
            for fold in folds:
                fit_preparation(development, fold.train, longest)
    tickers = tuple(other.ticker for other in gathered.raw.sources.others)
    return Prepared(
        experiment=experiment,
        card=_levels_told(gathered.card, experiment),
        data_fingerprint=table.fingerprint(),
        drawn=_draw(table),
        inputs=BundleInputs(
            tickers,
            gathered.raw.sources.lag,
            tuple(experiment.preparation.custom),
            gathered.warmup,
        ),
        development=development,
        sealed=sealed,
        folds=folds,
        final=plan.final(len(development.table)),
        sampler_reason=sampler_reason,
        warnings=(
            *([] if (idle := unused(experiment, tickers)) is None else [idle]),
            *(() if begun is None else begun.warnings),
        ),
        begun=begun,
    )


def beginning(experiment: Experiment, *, sealed: str, validated: str) -> "KnownWeights | None":
    """As of `read_beginning`; where trainings begin at random nothing is loaded, as torch takes seconds."""
    if experiment.model.shared.weights == NO_WEIGHTS:
        return None
    from tunewright.prices.run.beginnings import read_beginning

    return read_beginning(experiment, sealed=sealed, validated=validated)


def _levels_told(card: DataCard, experiment: Experiment) -> DataCard:
    told = later_dividends(experiment, adjusted=card.adjusted)
    return card if told is None else replace(card, warnings=(*card.warnings, told))


@contextmanager
def _joined_told(card: DataCard) -> Iterator[None]:
    """Where rows are too few, it is said that those by the hour were joined into days."""
    try:
        yield
    except InputError as problem:
        joined = next((text.partition(", ")[0] for text in card.repairs if text.startswith("joined ")), None)
        if joined is None:
            raise
        raise type(problem)(f"{problem}; of {card.source}, reading {joined}") from None


def _check_sealed(sealed: SealedTest, *, horizon: int) -> None:
    if len(sealed.rows) <= horizon:
        raise DataError(
            f"the sealed test has {len(sealed.rows)} rows, but a horizon of {horizon} needs more than that many: "
            "seal a larger test_fraction or use more data"
        )


def _check_movement(table: PriceTable, rows: Rows, *, name: str, preparation: Preparation) -> None:
    quantity, horizon = preparation.quantity(), preparation.horizon
    series, days = quantity.series(table), np.arange(max(rows.start, horizon), rows.stop)
    if np.array_equal(series[days], series[days - horizon]):
        span = f"{table.dates[rows.start]} to {table.dates[rows.stop - 1]}"
        raise DataError(
            f"the {quantity.name} never moves in {name} ({span}), so the last value is exact there and nothing can be "
            "better: use other rows or another file"
        )


def read_raw(experiment: Experiment) -> Raw:
    """Everything read and joined, the user's functions loaded. Raises InputError."""
    settings = experiment.data
    options = ReadingOptions(settings.close, settings.ticker, settings.dates, settings.decimals)
    table, card = read_source(settings.source, options)
    others, cards = read_others(settings.others, options)
    sources = Sources(table, others, settings.availability_lag)
    return start(sources, (card, *cards), load_customs(experiment.preparation.custom))


def longest_preparations(experiment: Experiment) -> tuple[Preparation, ...]:
    """A preparation for each list of features that is tried, with the longest window. The features are resolved."""
    longest = replace(preparation_of(experiment), time_step=_longest_window(experiment))
    return tuple(replace(longest, features=names) for names in feature_lists(experiment))


def _longest_window(experiment: Experiment) -> int:
    """The largest time_step that is tried: by a trial, or by the untuned default."""
    fixed = experiment.preparation.time_step
    parameter = TUNING.space(experiment).parameters.get("time_step")
    if parameter is None:
        return fixed
    if isinstance(parameter, Choice):
        return max(fixed, *(int(value) for value in parameter.choices))
    return max(fixed, int(parameter.high))


def _draw(table: PriceTable) -> DrawnSeries:
    points = np.unique(np.linspace(0, len(table) - 1, min(len(table), DRAWN_POINTS)).round().astype(int))
    return DrawnSeries(
        tuple(str(day) for day in table.dates[points]), tuple(float(close) for close in table.close[points])
    )
