"""What the tuned estimators do alike: search, fit the winner, and open the seal once."""

from typing import Any, TypeAlias

import numpy as np
from sklearn.base import clone
from sklearn.metrics import check_scoring
from sklearn.utils import _safe_indexing, assert_all_finite, column_or_1d, indexable

from tunewright.core.global_seeds import global_seeds
from tunewright.core.seeds import SeedTree
from tunewright.functions.setups import Setup, check_count
from tunewright.interop.sklearn.checking import plain, seed_of, value_errors
from tunewright.interop.sklearn.objective import CrossValidated, seeded
from tunewright.interop.sklearn.searching import searched, space_of, workers_of
from tunewright.interop.sklearn.splitting import RowNumbers

Cuts: TypeAlias = tuple[tuple[RowNumbers, RowNumbers], ...]
_STARTUP = 4


def samples(tuner: Any, X: Any, y: Any) -> tuple[Any, Any]:
    """X and y as they can be picked from, of one length, y of shape (samples,). Raises ValueError.

    What an earlier `fit` has found is forgotten: it is not of these samples.
    """
    for name in [name for name in vars(tuner) if name.endswith("_")]:
        delattr(tuner, name)
    if y is None:
        name = type(tuner).__name__
        raise ValueError(f"This {name} estimator requires y to be passed, but the target y is None.")
    X, y = indexable(X, y)
    y = column_or_1d(y, warn=True)
    assert_all_finite(y, input_name="y")
    return X, y


def folds_of(splitter: Any, X: Any, y: Any, development: RowNumbers) -> Cuts:
    """Training and validation of each fold, as numbers of the samples `development`."""
    found = splitter.split(_safe_indexing(X, development), y[development])
    return tuple((np.asarray(train), np.asarray(validation)) for train, validation in found)


def search(tuner: Any, estimator: Any, X: Any, y: Any, *, development: RowNumbers, cuts: Cuts) -> SeedTree:
    """Search on the samples `development`, fit the winner on all of them, and keep both as the tuner's attributes.

    cuts: as of `folds_of`. Returns the seeds that it drew from. Raises as the tuners' `fit`.
    """
    X, y, seeds = _safe_indexing(X, development), y[development], SeedTree(seed_of(tuner.random_state))
    tuner.scorer_ = check_scoring(estimator, tuner.scoring)
    objective = CrossValidated(seeded(estimator, seeds), X, y, cuts, tuner.scorer_, seeds)
    with value_errors():
        check_count("n_trials", plain(tuner.n_trials))
        setup = Setup(
            space_of(estimator, tuner.space),
            tuner.sampler,
            "none" if tuner.pruner is None else tuner.pruner,
            seeds.root,
            plain(tuner.lag),
            (),
            _STARTUP,
            plain(tuner.n_trials),
        )
        found = searched(objective, setup, n_jobs=workers_of(tuner.n_jobs))
    tuner.best_params_, tuner.best_score_, tuner.best_index_ = found.params, found.score, found.index
    tuner.cv_results_, tuner.n_splits_ = found.table(len(cuts)), len(cuts)
    tuner.trials_, tuner.fingerprint_ = found.found.records, found.found.fingerprint
    with global_seeds(seeds.integer("globals", "winner", bits=32)):
        tuner.best_estimator_ = clone(objective.estimator).set_params(**found.params).fit(X, y)
    for name in ("n_features_in_", "feature_names_in_"):
        if hasattr(tuner.best_estimator_, name):
            setattr(tuner, name, getattr(tuner.best_estimator_, name))
    return seeds


def open_seal(
    tuner: Any, naive: Any, X: Any, y: Any, *, development: RowNumbers, sealed: RowNumbers, seeds: SeedTree
) -> tuple[Any, Any, Any]:
    """Score the winner and the naive estimator, which learns from `development` too, on the sealed samples.

    Returns what was there, and what the naive one and the winner said.
    """
    unseen, actual = _safe_indexing(X, sealed), y[sealed]
    with global_seeds(seeds.integer("globals", "sealed", bits=32)):
        naive = clone(naive).fit(_safe_indexing(X, development), y[development])
        tuner.test_score_ = float(tuner.scorer_(tuner.best_estimator_, unseen, actual))
        tuner.baseline_score_ = float(tuner.scorer_(naive, unseen, actual))
        return actual, naive.predict(unseen), tuner.best_estimator_.predict(unseen)
