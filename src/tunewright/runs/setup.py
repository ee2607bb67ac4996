"""Everything between an experiment and its first trial: data read, test sealed, folds cut, and checked that it fits."""

from dataclasses import dataclass, replace

import numpy as np

from tunewright.core.errors import DataError
from tunewright.core.space import Choice
from tunewright.data.card import DataCard
from tunewright.data.source import read_source
from tunewright.data.table import PriceTable
from tunewright.experiment.checks import resolve_features, with_full_path
from tunewright.experiment.plan import resolve_search
from tunewright.experiment.settings import Experiment, preparation_of, search_space
from tunewright.preparation.folds import Fold, Rows
from tunewright.preparation.prepare import fit_preparation
from tunewright.preparation.seal import Development, SealedTest, seal

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
    `sampler_reason`: why this sampler, in a sentence without its end, where it was not given.
    """

    experiment: Experiment
    card: DataCard
    data_fingerprint: str
    drawn: DrawnSeries
    development: Development
    sealed: SealedTest
    folds: tuple[Fold, ...]
    final: Rows
    sampler_reason: str


def set_up(experiment: Experiment) -> Prepared:
    """Read, seal and cut. Raises InputError where the data is unusable or too short for what is to be tried."""
    table, card = read_source(experiment.data.source, close=experiment.data.close)
    experiment, sampler_reason = resolve_search(experiment)
    experiment = with_full_path(resolve_features(experiment, table))
    development, sealed = seal(table, experiment.preparation.test_fraction)
    plan = experiment.preparation.walk_forward()
    folds = plan.cut(len(development.table))
    _check_sealed(sealed, horizon=experiment.preparation.horizon)
    for name, rows in [*((f"fold {fold.number}", fold.validation) for fold in folds), ("the sealed test", sealed.rows)]:
        _check_movement(table, rows, name=name, horizon=experiment.preparation.horizon)
    longest = replace(preparation_of(experiment), time_step=_longest_window(experiment))
    for fold in folds:
        fit_preparation(development, fold.train, longest)
    return Prepared(
        experiment=experiment,
        card=card,
        data_fingerprint=table.fingerprint(),
        drawn=_draw(table),
        development=development,
        sealed=sealed,
        folds=folds,
        final=plan.final(len(development.table)),
        sampler_reason=sampler_reason,
    )


def _check_sealed(sealed: SealedTest, *, horizon: int) -> None:
    if len(sealed.rows) <= horizon:
        raise DataError(
            f"the sealed test has {len(sealed.rows)} rows, but a horizon of {horizon} needs more than that many: "
            "seal a larger test_fraction or use more data"
        )


def _check_movement(table: PriceTable, rows: Rows, *, name: str, horizon: int) -> None:
    days = np.arange(max(rows.start, horizon), rows.stop)
    if np.array_equal(table.close[days], table.close[days - horizon]):
        span = f"{table.dates[rows.start]} to {table.dates[rows.stop - 1]}"
        raise DataError(
            f"the price never moves in {name} ({span}), so the last value is exact there and nothing can be better: "
            "use other rows or another file"
        )


def _longest_window(experiment: Experiment) -> int:
    """The largest time_step that is tried: by a trial, or by the untuned default."""
    fixed = experiment.preparation.time_step
    parameter = search_space(experiment).parameters.get("time_step")
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
