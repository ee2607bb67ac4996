"""Which parameters mattered, by what the trials of a study tell."""

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import optuna

from tunewright.core.space import Space
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers.shown import with_forecasts
from tunewright.search.samplers.with_optuna import frozen_trial

if TYPE_CHECKING:
    from optuna.importance import BaseImportanceEvaluator

LEAST_TRIALS = 8
"""Complete trials below which importance would be noise."""


def importances(records: Sequence[TrialRecord], space: Space) -> Mapping[str, Mapping[str, float]]:
    """Importance by method and parameter, each method's summing to 1; {} for fewer than 8 complete trials.

    ped_anova: Watanabe et al. 2023, what sets the better tenth apart. fanova: Hutter et al. 2014, shares of the score's
    variance by a random forest. Left out are a method that cannot tell, parameters with a condition and those of one
    value. Pruned trials count with the score that they were heading for (`with_forecasts`): without them the better
    tenth is one of good trials, and what makes a trial bad does not show.
    """
    if sum(record.state is State.COMPLETE for record in records) < LEAST_TRIALS:
        return {}
    complete = _scaled([record for record in with_forecasts(records) if record.state is State.COMPLETE])
    names = [name for name in space.parameters if len({record.params.get(name) for record in complete}) > 1]
    names = [name for name in names if all(name in record.params for record in complete)]
    if len(names) < 2 or len({record.score for record in complete}) < 2:
        return {}
    # Loaded here: with it comes scikit-learn, and a study of few trials needs neither.
    from optuna.importance import FanovaImportanceEvaluator, PedAnovaImportanceEvaluator

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study()
    study.add_trials([frozen_trial(replace(record, cost=None), space) for record in complete])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # both are marked experimental; too few good trials are said in another way
        methods: Mapping[str, BaseImportanceEvaluator] = {
            "ped_anova": PedAnovaImportanceEvaluator(),
            "fanova": FanovaImportanceEvaluator(seed=0),
        }
        found = {method: _shares(study, names, evaluator=evaluator) for method, evaluator in methods.items()}
    return {method: shares for method, shares in found.items() if shares}


def _shares(study: optuna.Study, names: list[str], *, evaluator: "BaseImportanceEvaluator") -> Mapping[str, float]:
    """By parameter; {} where the method cannot tell, as of a forest that finds nothing to split by."""
    try:
        shares = optuna.importance.get_param_importances(study, evaluator=evaluator, params=names)
    except (RuntimeError, ValueError, ArithmeticError, AssertionError):
        return {}
    return shares if all(map(math.isfinite, shares.values())) else {}


def _scaled(complete: Sequence[TrialRecord]) -> list[TrialRecord]:
    """With scores from 0 to 1: importance is a share, and the variance of tiny or huge scores is no number."""
    told = [(record, record.score) for record in complete if record.score is not None and math.isfinite(record.score)]
    largest = max(abs(score) for _, score in told) or 1.0
    within = [score / largest for _, score in told]  # first, so that the range of the largest scores is a number
    low, width = min(within), (max(within) - min(within)) or 1.0
    return [replace(record, score=(score - low) / width) for (record, _), score in zip(told, within, strict=True)]
