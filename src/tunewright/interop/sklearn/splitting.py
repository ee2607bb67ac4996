"""Walk-forward folds as a splitter of scikit-learn's: `cross_val_score(model, X, y, cv=WalkForward())`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import indexable

from tunewright.core.errors import ConfigError
from tunewright.interop.sklearn.checking import check_whole
from tunewright.prices.preparation import folds
from tunewright.prices.preparation.folds import Rows

RowNumbers: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class WalkForward:
    """Train on the past, validate on what came next. The samples must be in the order of time, oldest first.

    n_splits: number of folds, at least 1. validation_fraction: share of the samples that is validated on, all folds
    together. horizon: samples from what is known to what is forecast. gap: samples left out between training and
    validation, at least the horizon, which it is unless given: so each label of the training was known before the day
    on which the first window of the validation ends. scheme: `expanding` trains on everything before, `rolling` on as
    many samples as the first fold has. Raises ValueError.
    """

    n_splits: int = 3
    validation_fraction: float = 0.5
    horizon: int = 1
    gap: int | None = None
    scheme: Literal["expanding", "rolling"] = "expanding"

    def __post_init__(self) -> None:
        check_whole("n_splits", self.n_splits, least=1)
        check_whole("horizon", self.horizon, least=1)
        if self.gap is not None:
            check_whole("gap", self.gap, least=self.horizon, why=f"the horizon of {self.horizon}")
        if not 0 < self.validation_fraction < 1:
            raise ValueError(f"validation_fraction: expected a share between 0 and 1, found {self.validation_fraction}")
        if self.scheme not in ("expanding", "rolling"):
            raise ValueError(f"scheme: expected 'expanding' or 'rolling', found {self.scheme!r}")

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[tuple[RowNumbers, RowNumbers]]:
        """Numbers of training and of validation samples, fold by fold. `groups` is not looked at.

        Raises ValueError where the samples are too few, or not as many as labels.
        """
        samples, *_ = indexable(X, y)
        count = samples.shape[0] if hasattr(samples, "shape") else len(samples)
        try:
            cut = self._plan().cut(count)
        except ConfigError as error:
            raise ValueError(f"n_samples = {count}: {error}") from None
        for fold in cut:
            yield _numbers(fold.train), _numbers(fold.validation)

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Number of folds, whatever is split."""
        return self.n_splits

    def _plan(self) -> folds.WalkForward:
        gap = self.horizon if self.gap is None else self.gap
        return folds.WalkForward(self.n_splits, self.validation_fraction, gap, self.scheme)


def check_gaps(cuts: Sequence[tuple[RowNumbers, RowNumbers]], *, horizon: int) -> None:
    """Raise ValueError where a fold trains on labels that were not known yet when its validation began."""
    for fold, (train, validation) in enumerate(cuts):
        before = train[train < validation.min()]
        if len(before) and (gap := validation.min() - before.max() - 1) < horizon - 1:
            raise ValueError(
                f"cv: expected {horizon - 1} samples or more between training and validation, as the horizon is "
                f"{horizon}, found {gap} in fold {fold}; give WalkForward(horizon={horizon})"
            )


def _numbers(rows: Rows) -> RowNumbers:
    return np.arange(rows.start, rows.stop)
