"""Which parameters mattered, by what the trials of a study tell."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace

import optuna

from tunewright.core.space import Space
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers.shown import with_forecasts
from tunewright.search.samplers.with_optuna import frozen_trial

LEAST_TRIALS = 8
"""Complete trials below which importance would be noise."""


def importances(records: Sequence[TrialRecord], space: Space) -> Mapping[str, Mapping[str, float]]:
    """Importance by method and parameter, each method's summing to 1; {} for fewer than 8 complete trials.

    ped_anova: Watanabe et al. 2023, what sets the better tenth apart. fanova: Hutter et al. 2014, shares of the score's
    variance by a random forest. Parameters with a condition and those of one value are left out. Pruned trials count
    with the score that they were heading for (`with_forecasts`): without them the better tenth is one of good trials,
    and what makes a trial bad does not show.
    """
    finished = sum(record.state is State.COMPLETE for record in records)
    complete = [record for record in with_forecasts(records) if record.state is State.COMPLETE]
    names = [name for name in space.parameters if len({record.params.get(name) for record in complete}) > 1]
    names = [name for name in names if all(name in record.params for record in complete)]
    if finished < LEAST_TRIALS or len(names) < 2 or len({record.score for record in complete}) < 2:
        return {}
    # Loaded here: with it comes scikit-learn, and a study of few trials needs neither.
    from optuna.importance import BaseImportanceEvaluator, FanovaImportanceEvaluator, PedAnovaImportanceEvaluator

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study()
    study.add_trials([frozen_trial(replace(record, cost=None), space) for record in complete])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # both are marked experimental; too few good trials are said in another way
        methods: Mapping[str, BaseImportanceEvaluator] = {
            "ped_anova": PedAnovaImportanceEvaluator(),
            "fanova": FanovaImportanceEvaluator(seed=0),
        }
        return {
            method: optuna.importance.get_param_importances(study, evaluator=evaluator, params=names)
            for method, evaluator in methods.items()
        }
