"""What an opening of the sealed days lets see, and how the ledger of openings keeps it."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.judging.sealed import Forecasts
from tunewright.prices.judging.verdict import Judgement
from tunewright.prices.judging.volatility import VolatilityJudgement
from tunewright.prices.judging.volatility_sealed import VolatilityForecasts
from tunewright.prices.preparation.seal import OpenedTest
from tunewright.runs.openings.opening import Opening, Seen


def seen_in(forecasts: Forecasts | VolatilityForecasts, opened: OpenedTest) -> Seen:
    """Day by day. What is observed is the close's log return, whatever is forecast and however far ahead, so that two
    experiments on the same days are known for it; the losses are squared errors."""
    rows, close = opened.rows, opened.table.close
    return Seen(
        units=opened.table.dates[rows.start : rows.stop].astype("datetime64[D]").astype(np.int64),
        observed=np.diff(np.log(close[rows.start - 1 : rows.stop])).astype(np.float32),
        loss=(forecasts.actual - forecasts.model) ** 2,
        benchmark_loss=(forecasts.actual - forecasts.last) ** 2,
        count=len(rows),
    )


def entry_of(
    seen: Seen, judgement: Judgement | VolatilityJudgement, *, experiment: Experiment, run: Path, trials: int
) -> Opening:
    """run: the folder. trials: of its study."""
    days = seen.units.astype("datetime64[D]")
    return Opening(
        moment=datetime.now(UTC).isoformat(timespec="seconds"),
        run=str(run.absolute()),
        name=experiment.name,
        kind=experiment.kind,
        trials=trials,
        first=str(days[0]),
        last=str(days[-1]),
        seen=seen,
        p=judgement.looks.p,
        conclusion=judgement.conclusion,
    )
