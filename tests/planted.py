"""Pipelines with one well-known mistake each, for the tests of the audit."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tunewright.prices.data.table import PriceTable
from tunewright.prices.preparation.audited import FoldSamples, Sampled
from tunewright.prices.preparation.features import compute
from tunewright.prices.preparation.folds import Fold, Rows
from tunewright.prices.preparation.join import Sources, join
from tunewright.prices.preparation.scaling import fit_scaler

NAMES = ("log_return", "high_low", "close")
STEP = 4


@dataclass(frozen=True)
class Planted:
    """A plain pipeline of windows over three features; each field switches one mistake on."""

    wide_scaler: bool = False
    wide_target: bool = False
    random_split: bool = False
    same_day: bool = False
    newest_first: bool = False
    smoothed: bool = False
    target_inside: bool = False
    names: tuple[str, ...] = NAMES

    def __call__(self, sources: Sources, fold: Fold, /) -> FoldSamples:
        table = join(replace(sources, lag=0) if self.same_day else sources).table
        close = np.convolve(np.pad(table.close, 2, "edge"), np.full(5, 0.2), "valid") if self.smoothed else table.close
        columns = compute(PriceTable(table.dates, {**table.columns, "close": close}), self.names)
        target, names, dates = np.diff(np.log(close), append=np.log(close[-1:])), self.names, table.dates
        if self.target_inside:
            columns, names = np.column_stack([columns, target]), (*names, "answer")
        if self.newest_first:
            columns, dates = columns[::-1], dates[::-1]
            target = np.diff(np.log(close[::-1]), append=np.log(close[:1]))
        fitted = slice(None) if self.wide_scaler else slice(fold.train.start, fold.train.stop)
        columns = fit_scaler("minmax", columns[fitted]).transform(columns)
        known = slice(None) if self.wide_target else slice(fold.train.start, fold.train.stop - 1)
        target = fit_scaler("standard", target[known, None]).transform(target[:, None])[:, 0]
        training, validation = self._rows(fold)
        parts = (_sampled(columns, target, dates, rows) for rows in (training, validation))
        return FoldSamples(names, *parts)

    def _rows(self, fold: Fold) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        training, validation = _days(fold.train), _days(fold.validation)
        if not self.random_split:
            return training, validation
        mixed = np.random.default_rng(0).permutation(np.concatenate([training, validation]))
        return mixed[: len(training)], mixed[len(training) :]


def _days(rows: Rows) -> npt.NDArray[np.int64]:
    return np.arange(max(rows.start, STEP + 25), rows.stop)


def _sampled(columns: Any, target: Any, dates: Any, days: npt.NDArray[np.int64]) -> Sampled:
    origins = days - 1
    windows = origins[:, None] + np.arange(1 - STEP, 1)
    return Sampled(columns[windows].astype(np.float32), target[origins].astype(np.float32), dates[origins], dates[days])
