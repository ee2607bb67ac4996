"""The search of a tuned estimator: this engine's, fold by fold, the same for any number of workers."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from numbers import Integral
from typing import Any, NoReturn

import numpy as np
from scipy.stats import rankdata

from tunewright.core.errors import ConfigError, StudyFailure, TrialFailure
from tunewright.core.shorthand import to_space
from tunewright.core.space import Space
from tunewright.core.words import closest
from tunewright.functions.portable import check_portable
from tunewright.functions.setups import Setup
from tunewright.interop.sklearn.objective import CrossValidated
from tunewright.search.memory import MemoryLedger
from tunewright.search.records import State, TrialRecord, best
from tunewright.search.stopping import StopRules
from tunewright.trials.executors import available_workers, make_executor
from tunewright.trials.search import Found, run_search


@dataclass(frozen=True)
class Searched:
    """params: of the winner; score: its mean over the folds, high is good, and the best of many; index: its number."""

    params: dict[str, Any]
    score: float
    index: int
    found: Found

    def table(self, folds: int) -> dict[str, Any]:
        """All trials in order, in the form of `cv_results_` of scikit-learn's searches."""
        return results_table(self.found.records, folds)


def searched(objective: CrossValidated, setup: Setup, *, n_jobs: int) -> Searched:
    """Search. Raises ConfigError for wrong arguments, what the estimator raises where too many trials in a row
    failed, and ValueError where no trial was good."""
    check_portable(objective.estimator, n_jobs)
    check_portable(objective.scorer, n_jobs)
    ledger = MemoryLedger()
    plan = setup.plan(ledger, StopRules())
    try:
        with make_executor(objective, 0 if n_jobs == 1 else min(n_jobs, plan.lag)) as executor:
            found = run_search(ledger, plan, executor, watch=lambda records: None)
    except StudyFailure as error:
        _raise_again(objective, error)
    winner = best(found.records)
    if winner is None or winner.score is None:
        raise ValueError(f"no trial has a score; the search ended as {found.ended}; search elsewhere, or prune less")
    return Searched(dict(winner.params), -winner.score, winner.number, found)


def workers_of(n_jobs: Any) -> int:
    """Number of worker processes, counted as scikit-learn does: None is 1, -1 all cores. Raises ValueError."""
    if n_jobs is None:
        return 1
    if isinstance(n_jobs, bool) or not isinstance(n_jobs, Integral) or n_jobs == 0:
        raise ValueError(f"n_jobs: expected a number of processes, -1 for all cores, or None, found {n_jobs!r}")
    count = int(n_jobs)
    return count if count > 0 else max(1, available_workers() + 1 + count)


def space_of(estimator: Any, given: Any) -> Space:
    """The space to search: `given`, or what the estimator offers. Raises ConfigError where it offers none, or has no
    parameter of a name in it."""
    offered = getattr(estimator, "search_space", lambda: None)
    space = offered() if given is None else given
    if space is None:
        raise ConfigError(
            f"space: expected a mapping from parameters of {type(estimator).__name__} to what to try, found None; only "
            "LSTMForecaster and CNNClassifier bring a space along"
        )
    found, known = to_space(space), estimator.get_params()
    for name in found.parameters:
        if name not in known:
            raise ConfigError(f"space: {type(estimator).__name__} has no parameter {name!r}; {closest(name, known)}")
    return found


def results_table(records: Sequence[TrialRecord], folds: int) -> dict[str, Any]:
    """Columns by the names of scikit-learn's, one entry a trial; scores that a trial does not have are NaN. `state`,
    `reason`: how a trial ended, and why where it failed or was pruned."""
    scores = np.full((len(records), folds), np.nan)
    for row, record in enumerate(records):
        scores[row, : len(record.fold_scores)] = np.negative(record.fold_scores)
    complete = np.array([record.state is State.COMPLETE for record in records])
    mean = np.where(complete, scores.mean(axis=1), np.nan)
    names = dict.fromkeys(name for record in records for name in record.params)
    return {
        "params": [dict(record.params) for record in records],
        **{f"param_{name}": _column(records, name) for name in names},
        **{f"split{fold}_test_score": scores[:, fold] for fold in range(folds)},
        "mean_test_score": mean,
        "std_test_score": np.where(complete, scores.std(axis=1), np.nan),
        "rank_test_score": rankdata(np.where(complete, -mean, np.inf), method="min").astype(np.int32),
        "state": np.array([record.state.value for record in records]),
        "reason": np.array([record.reason or "" for record in records], dtype=object),
    }


def _column(records: Sequence[TrialRecord], name: str) -> "np.ma.MaskedArray[Any, Any]":
    absent = [name not in record.params for record in records]
    values = np.empty(len(records), dtype=object)
    values[:] = [record.params.get(name) for record in records]
    return np.ma.MaskedArray(values, mask=absent)


def _raise_again(objective: CrossValidated, error: StudyFailure) -> NoReturn:
    """Raise what the estimator raised in the last trial that failed, here, with its traceback; else a ValueError."""
    failed: TrialRecord = next(record for record in reversed(error.trials) if record.state is State.FAILED)
    with suppress(TrialFailure):  # a score that is no number, which the search has said
        objective(failed.params, len(failed.fold_scores))
    raise ValueError(str(error)) from None
