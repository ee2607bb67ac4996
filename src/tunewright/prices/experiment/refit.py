"""After the search: the best configuration trained once more on all rows before the sealed test."""

import statistics
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from tunewright.core.codec import Json
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.prices.experiment.objective import configuration
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.families.ridge import RidgeSpec
from tunewright.prices.preparation.folds import Rows
from tunewright.prices.preparation.seal import Development
from tunewright.prices.training.forecaster import Forecaster, train_forecaster
from tunewright.prices.training.loop import Trained
from tunewright.training.observer import UNOBSERVED, Observer
from tunewright.training.pretrained import Weights


def typical_epochs(details: Sequence[Json]) -> int:
    """Number of epochs up to the best one, median over the folds: how long to train where nothing may stop early."""
    best = [cast("int", cast("dict[str, Json]", detail)["best_epoch"]) + 1 for detail in details]
    return max(1, round(statistics.median(best)))


def refit(
    experiment: Experiment,
    params: Params,
    *,
    development: Development,
    rows: Rows,
    epochs: int,
    seeds: SeedTree,
    weights: Weights | None,
    observer: Observer = UNOBSERVED,
) -> tuple[Forecaster, Trained]:
    """Train for `epochs` epochs on these rows. weights: that it begins with."""
    chosen = configuration(experiment, params, weights)
    chosen = replace(chosen, training=replace(chosen.training, epochs=epochs))
    return train_forecaster(development, rows, chosen, validation=None, seeds=seeds, watch=lambda preparation: observer)


def fit_baseline_ridge(
    experiment: Experiment, params: Params, *, development: Development, seeds: SeedTree
) -> Forecaster:
    """Ridge regression on the windows that the tuned model sees, trained on the same rows."""
    chosen = replace(configuration(experiment, params), model=RidgeSpec())
    rows = experiment.preparation.walk_forward().final(len(development.table))
    forecaster, _ = train_forecaster(development, rows, chosen, validation=None, seeds=seeds)
    return forecaster
