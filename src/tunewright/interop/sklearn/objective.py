"""The score of one configuration of an estimator on one fold: what a worker needs, and no sealed sample."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sklearn.base import clone
from sklearn.utils import _safe_indexing

from tunewright.core.codec import Json
from tunewright.core.errors import TrialFailure
from tunewright.core.global_seeds import global_seeds
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.interop.sklearn.splitting import RowNumbers

if TYPE_CHECKING:
    from tunewright.trials.rungs import Rungs

Scorer = Callable[[Any, Any, Any], float]
"""Of scikit-learn's: a fitted estimator, X and y to a number; high is good."""


@dataclass(frozen=True)
class FoldScore:
    """The negative of what the scorer says, as low is good in a search."""

    score: float
    cost: None = None

    def detail(self) -> dict[str, Json]:
        return {}


@dataclass(frozen=True, eq=False)
class CrossValidated:
    """Fits on a fold's training samples, scores on its validation samples. cuts: both, as numbers, fold by fold.

    own: where what the estimator draws from `random`, NumPy or torch without a seed starts from, fold by fold.
    """

    estimator: Any
    X: Any
    y: Any
    cuts: tuple[tuple[RowNumbers, RowNumbers], ...]
    scorer: Scorer
    own: SeedTree

    @property
    def folds(self) -> int:
        return len(self.cuts)

    def __call__(
        self, params: Params, fold: int, *, seeds: SeedTree | None = None, rungs: "Rungs | None" = None
    ) -> FoldScore:
        """Neither `seeds` nor `rungs` is used: an estimator has its own seeds, the same for each configuration, and its
        epochs are not looked into. Raises what the estimator raises, TrialFailure where the score is no number."""
        train, validation = self.cuts[fold]
        with global_seeds(self.own.integer("globals", fold, bits=32)):
            fresh = clone(self.estimator).set_params(**params)
            fitted = fresh.fit(_safe_indexing(self.X, train), self.y[train])
            value = float(self.scorer(fitted, _safe_indexing(self.X, validation), self.y[validation]))
        if not math.isfinite(value):
            raise TrialFailure(f"the score of fold {fold} is {value}, which is no finite number")
        return FoldScore(-value)


def seeded(estimator: Any, seeds: SeedTree) -> Any:
    """A copy whose every `random_state` is a number: those that were None get one by their name, so that what comes out
    does not change from run to run."""
    copy = clone(estimator)
    unset = [name for name, value in copy.get_params().items() if _is_seed(name) and value is None]
    return copy.set_params(**{name: seeds.integer(name, bits=31) for name in unset})


def _is_seed(name: str) -> bool:
    return name.rpartition("__")[2] == "random_state"
