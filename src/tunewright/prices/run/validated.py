"""What the complete trials of a search forecast of the validation days, side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from tunewright.prices.experiment.objective import FORECASTS
from tunewright.prices.experiment.packing import unpacked
from tunewright.prices.experiment.resolved import quantity_of
from tunewright.prices.run.setup import Prepared
from tunewright.runs.parts import Searched
from tunewright.search.records import State
from tunewright.trials.tasks import KEPT

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Validated:
    """rows: of the development table that are forecast, shape (days,), fold after fold, and `folds` the fold of each.
    actual, last: what came, and what was known last, shape (days,). trials: their numbers; forecasts: theirs, of shape
    (trials, days), single precision. All on the scale of what is forecast. whole: no complete trial is missing, as
    those are that an earlier version ran."""

    rows: npt.NDArray[np.int64]
    folds: npt.NDArray[np.int64]
    actual: Array
    last: Array
    trials: tuple[int, ...]
    forecasts: Array
    whole: bool

    def of(self, trial: int) -> Array:
        """The forecasts of the trial of this number, shape (days,)."""
        return np.asarray(self.forecasts[self.trials.index(trial)])

    def losses(self) -> Array:
        """Squared errors in units of the last value's mean squared error in the same fold, shape (trials, days)."""
        naive, errors = (self.actual - self.last) ** 2, (self.actual - self.forecasts) ** 2
        scale = np.array([naive[self.folds == fold].mean() for fold in np.unique(self.folds)])
        return np.asarray(errors / scale[self.folds])


def validated(prepared: Prepared, searched: Searched) -> Validated | None:
    """All complete trials whose forecasts were kept; None where there are none, as in studies of earlier versions."""
    complete = [record.number for record in searched.found.records if record.state is State.COMPLETE]
    kept = {number: forecasts for number in complete if (forecasts := _forecasts(searched.told(number))) is not None}
    if not kept:
        return None
    cuts, horizon = prepared.folds, prepared.experiment.preparation.horizon
    rows = np.concatenate([np.arange(fold.validation.start, fold.validation.stop) for fold in cuts])
    series = quantity_of(prepared.experiment).series(prepared.development.table)
    return Validated(
        rows=rows,
        folds=np.repeat(np.arange(len(cuts)), [len(fold.validation) for fold in cuts]),
        actual=series[rows],
        last=series[rows - horizon],
        trials=tuple(kept),
        forecasts=np.array(list(kept.values())),
        whole=len(kept) == len(complete),
    )


def _forecasts(details: Sequence[Any]) -> Array | None:
    """Of all folds of one trial, one after another."""
    told = [cast("Mapping[str, Any]", detail) for detail in details]
    if not all(KEPT in detail for detail in told):
        return None
    return np.concatenate([unpacked(detail[KEPT][FORECASTS]) for detail in told])
