"""Estimators that tune others: this search engine behind scikit-learn's contract."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, RegressorMixin
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.model_selection import check_cv
from sklearn.utils import get_tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from tunewright.interop.sklearn.checking import check_whole, plain
from tunewright.interop.sklearn.classifier import CNNClassifier
from tunewright.interop.sklearn.forecaster import LSTMForecaster
from tunewright.interop.sklearn.sealing import check_classes, cut, judge_classes, judge_forecasts
from tunewright.interop.sklearn.splitting import WalkForward, check_gaps
from tunewright.interop.sklearn.tuning import folds_of, open_seal, samples, search

_FOLDS = 3


def _chosen(estimator: Any, default: type) -> Any:
    return default() if estimator is None else estimator


class TunedForecaster(MetaEstimatorMixin, RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """A regressor whose hyperparameters are searched, fold by fold in the order of time; see docs/scikit-learn.md.

    estimator: any regressor of scikit-learn's contract, a pipeline too; None is `LSTMForecaster()`. space: from names
    of its parameters to what to try, as `tunewright.minimize` takes it; None is what the estimator's `search_space`
    offers. n_trials: good ones. cv: a splitter, or the number of walk-forward folds; None is 3 of them, with the gap of
    the horizon. scoring: of a trial, as in scikit-learn, high is good. sampler, pruner: by name, or objects; a pruner
    judges between folds, None prunes nothing. n_jobs: processes; the result is the same for any number, and at most
    `lag` of them have work (docs/functions.md). horizon: samples from what is known to what is forecast. test_size:
    share or number of the last samples that are sealed; None seals none. baseline: what the winner meets there; None
    forecasts the mean of the other samples. random_state: the seed of the search, and of every `random_state` in the
    estimator that is None.

    After `fit`: best_params_, best_score_, best_index_, cv_results_, best_estimator_ (fitted on all samples but the
    sealed ones and the `horizon` before these), scorer_, n_splits_, trials_, fingerprint_ (equal for equal searches).
    best_score_ is the best of many scores, and flatters: part of it is luck that does not come again. Where a test was
    sealed, say test_score_ instead, beside baseline_score_; sealed_ has the tests behind them (`SealedForecast`). Each
    `fit` opens the seal: the more often it is opened, the less it says.
    """

    def __init__(
        self,
        estimator: Any = None,
        space: Any = None,
        *,
        n_trials: int = 20,
        cv: Any = None,
        scoring: Any = "neg_mean_squared_error",
        sampler: Any = "auto",
        pruner: Any = None,
        n_jobs: int | None = None,
        lag: int | None = None,
        horizon: int = 1,
        test_size: float | None = None,
        baseline: Any = None,
        random_state: Any = 0,
    ) -> None:
        self.estimator = estimator
        self.space = space
        self.n_trials = n_trials
        self.cv = cv
        self.scoring = scoring
        self.sampler = sampler
        self.pruner = pruner
        self.n_jobs = n_jobs
        self.lag = lag
        self.horizon = horizon
        self.test_size = test_size
        self.baseline = baseline
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> "TunedForecaster":
        """Search, and fit the winner. Raises ValueError for wrong data and arguments, and where no trial was good; what
        the estimator raises where too many trials in a row failed."""
        check_whole("horizon", self.horizon, least=1)
        X, y = samples(self, X, y)
        folds = _FOLDS if self.cv is None else plain(self.cv)
        splitter = WalkForward(folds, horizon=self.horizon) if isinstance(folds, int) else check_cv(folds)
        development, sealed = cut(len(y), self.test_size, gap=self.horizon)
        cuts = folds_of(splitter, X, y, development)
        check_gaps(cuts, horizon=self.horizon)
        seeds = search(self, _chosen(self.estimator, LSTMForecaster), X, y, development=development, cuts=cuts)
        if len(sealed):
            naive = DummyRegressor() if self.baseline is None else self.baseline
            actual, naive_found, found = open_seal(
                self, naive, X, y, development=development, sealed=sealed, seeds=seeds
            )
            self.sealed_ = judge_forecasts(actual, naive_found, found, horizon=self.horizon)
        return self

    def predict(self, X: Any) -> npt.NDArray[np.float64]:
        """What the winner forecasts, shape (samples,)."""
        check_is_fitted(self)
        found: npt.NDArray[np.float64] = self.best_estimator_.predict(X)
        return found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags = get_tags(_chosen(self.estimator, LSTMForecaster)).input_tags
        return tags


class TunedClassifier(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier whose hyperparameters are searched; see docs/scikit-learn.md.

    estimator: any classifier of scikit-learn's contract, a pipeline too; None is `CNNClassifier()`. cv: a splitter or a
    number of stratified folds; None is 3 of them. They mix the samples' order: give `WalkForward()` where that is the
    order of time. gap: samples left out before the sealed ones. test_size: share or number of the last samples, which
    are sealed: shuffle samples that are sorted by class. baseline: None names the commonest class. What else there is,
    `fit` and its results are as of `TunedForecaster`; scoring is the estimator's own unless given, mostly the accuracy.
    best_score_ is the best of many scores, and flatters. sealed_ is a `SealedClassification`.
    """

    def __init__(
        self,
        estimator: Any = None,
        space: Any = None,
        *,
        n_trials: int = 20,
        cv: Any = None,
        scoring: Any = None,
        sampler: Any = "auto",
        pruner: Any = None,
        n_jobs: int | None = None,
        lag: int | None = None,
        gap: int = 0,
        test_size: float | None = None,
        baseline: Any = None,
        random_state: Any = 0,
    ) -> None:
        self.estimator = estimator
        self.space = space
        self.n_trials = n_trials
        self.cv = cv
        self.scoring = scoring
        self.sampler = sampler
        self.pruner = pruner
        self.n_jobs = n_jobs
        self.lag = lag
        self.gap = gap
        self.test_size = test_size
        self.baseline = baseline
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> "TunedClassifier":
        """Search, and fit the winner. Raises as `TunedForecaster.fit`, and for classes that the seal divides."""
        check_whole("gap", self.gap, least=0)
        X, y = samples(self, X, y)
        check_classification_targets(y)
        development, sealed = cut(len(y), self.test_size, gap=self.gap)
        check_classes(y, development, sealed)
        splitter = check_cv(_FOLDS if self.cv is None else self.cv, y[development], classifier=True)
        cuts = folds_of(splitter, X, y, development)
        self.classes_ = np.unique(y)
        seeds = search(self, _chosen(self.estimator, CNNClassifier), X, y, development=development, cuts=cuts)
        if len(sealed):
            naive = DummyClassifier() if self.baseline is None else self.baseline
            actual, naive_found, found = open_seal(
                self, naive, X, y, development=development, sealed=sealed, seeds=seeds
            )
            self.sealed_ = judge_classes(actual, naive_found, found)
        return self

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """The classes that the winner names, shape (samples,)."""
        check_is_fitted(self)
        found: npt.NDArray[Any] = self.best_estimator_.predict(X)
        return found

    @available_if(lambda self: hasattr(_chosen(self.estimator, CNNClassifier), "predict_proba"))  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:
        """The winner's probabilities, shape (samples, classes)."""
        check_is_fitted(self)
        found: npt.NDArray[np.float64] = self.best_estimator_.predict_proba(X)
        return found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags = get_tags(_chosen(self.estimator, CNNClassifier)).input_tags
        return tags
