"""What the search's choice and the tuned model's forecasts are worth: on the validation days, then on the sealed."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tunewright.prices.experiment.resolved import quantity_of
from tunewright.prices.judging.overfitting import Chosen
from tunewright.prices.judging.trading import Traded, held, sign_positions
from tunewright.prices.judging.worth import Market, Terms, Worth, worth
from tunewright.prices.preparation.seal import OpenedTest
from tunewright.prices.run.setup import Prepared
from tunewright.prices.run.validated import Validated
from tunewright.prices.training.forecaster import Forecaster
from tunewright.statistics.overfitting import backtest_overfitting
from tunewright.statistics.sharpe import sharpe

Array = npt.NDArray[np.float64]

FEWEST_DAYS = 20


def chosen_by(found: Validated | None) -> Chosen | None:
    """Whether the search chose or drew lots. None for fewer than two complete trials or 32 validation days, and where
    the forecasts of some complete trials were not kept, so that those that are left are not what was chosen from, or
    all forecast the same, so that there is nothing to choose."""
    losses = found.losses() if found is not None and found.whole else None
    overfitting = None if losses is None or (losses == losses[0]).all() else backtest_overfitting(losses)
    return None if overfitting is None else Chosen(overfitting)


def worth_terms(prepared: Prepared, tuned: Forecaster, *, trials: int, found: Validated | None) -> Terms | None:
    """Fixed while the test is sealed. None where no price is forecast. found: of the complete trials."""
    experiment, table = prepared.experiment, prepared.development.table
    if not quantity_of(experiment).traded:
        return None
    origins = tuned.preparation.samples(table, prepared.final).windows.origins
    forecast, horizon, costs = tuned.forecast(table, origins), experiment.preparation.horizon, experiment.final.costs
    return Terms(
        horizon=horizon,
        costs=costs,
        scale=float(np.mean(np.abs(forecast / table.close[origins] - 1))),
        trials=trials,
        variance=None
        if found is None or not found.whole
        else _variance(found, table.close, horizon=horizon, costs=costs),
    )


def sealed_worth(terms: Terms | None, tuned: Forecaster, *, opened: OpenedTest, trials_before: int) -> Worth | None:
    """Traded from the first sealed day, by forecasts made up to `horizon` days before it, to the last. trials_before:
    of the studies that looked at these days before, from which this one may have been chosen, too. None without terms,
    and for fewer than 20 sealed days, of which nothing can be said for a year."""
    rows, table = opened.rows, opened.table
    if terms is None or len(rows) < FEWEST_DAYS:
        return None
    origins = np.arange(rows.start - terms.horizon, rows.stop - 1)
    market = Market(
        dates=table.dates[rows.start - 1 : rows.stop],
        close=table.close[rows.start - 1 : rows.stop],
        forecast=tuned.forecast(table, origins),
        last=table.close[origins],
    )
    return worth(market, replace(terms, trials=terms.trials + trials_before))


def _variance(found: Validated, close: Array, *, horizon: int, costs: float) -> float | None:
    """Of the daily net Sharpe ratios of the trials' sign strategies on the validation days."""
    # stored forecasts have single precision: those that equal the last value do so there
    last = found.last.astype(np.float32).astype(np.float64)
    signs = sign_positions(found.forecasts, last)
    net: list[list[Array]] = [[] for _ in found.trials]
    for fold in np.unique(found.folds):
        within = found.folds == fold
        for own, sign in zip(net, signs[:, within], strict=True):
            positions = held(sign, horizon=horizon)  # where all forecasts that are open are of the fold
            days = found.rows[within][: len(positions)]
            own.append(Traded(positions, close[days] / close[days - 1] - 1, costs).net(costs))
    ratios = [one.ratio for own in net if (one := sharpe(np.concatenate(own))) is not None]
    return float(np.var(ratios, ddof=1)) if len(ratios) > 1 else None
