"""Whether what a search could still win is less than the noise of what it has."""

from collections.abc import Sequence

import numpy as np

from tunewright.core.space import Space
from tunewright.search.pruners.rungs import complete
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers.with_optuna import regret_bound

LEAST_FOR_REGRET = 10


def little_left(known: Sequence[TrialRecord], space: Space) -> str | None:
    """Makarova et al. 2022, "Automatic Termination for Hyperparameter Optimization": an upper bound of the regret, by
    a Gaussian process, against the error of a score that is a mean over folds."""
    ended = [record for record in known if record.state is State.COMPLETE]
    if len(ended) < LEAST_FOR_REGRET or len(ended[0].fold_scores) < 2:
        return None
    # What is bad for a reason of its own tells nothing of how far the good ones scatter.
    better = complete(ended)[: max(LEAST_FOR_REGRET, len(ended) // 2)]
    noise, bound = _noise(better), regret_bound(ended, space)
    if bound > noise:
        return None
    return f"what could still be won (at most {bound:.3g}) is less than the noise of a score ({noise:.3g})"


def _noise(better: Sequence[TrialRecord]) -> float:
    """Standard error of a trial's score, what all trials have in common in a fold left out.

    Scores of k folds whose training rows overlap: s^2 (1/k + 1/(k - 1)) (Nadeau and Bengio 2003), with s^2 from the
    two-way residuals of trials and folds.
    """
    scores = np.array([record.fold_scores for record in better])
    trials, folds = scores.shape
    residuals = scores - scores.mean(axis=1, keepdims=True) - scores.mean(axis=0) + scores.mean()
    variance = float(np.sum(residuals**2)) / ((trials - 1) * (folds - 1))
    return float(np.sqrt(variance * (1 / folds + 1 / (folds - 1))))
