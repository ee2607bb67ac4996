"""From an experiment to the plan of its search."""

from pathlib import Path
from typing import TypeVar

from tunewright.core.seeds import SeedTree
from tunewright.core.space import Space
from tunewright.images.experiment.settings import ImageExperiment
from tunewright.prices.experiment.settings import Experiment
from tunewright.search.samplers import choose, default_lag, make_sampler
from tunewright.search.samplers.start import StartingWith
from tunewright.trials.search import Plan

AnyModel = TypeVar("AnyModel", Experiment, ImageExperiment)
"""An experiment that tunes a model."""


def resolve_search(experiment: AnyModel, space: Space) -> tuple[AnyModel, str]:
    """The experiment with sampler and lag decided, and why this sampler, in a sentence without its end ("" where it was
    given).

    With two objectives nothing is pruned, as a rung tells of the first one alone.
    """
    search, why = experiment.search, ""
    name: str = search.sampler
    if name == "auto":
        name, why = choose(space, search.trials, objectives=search.objectives)
    decided = search.model_copy(update={"sampler": name, "lag": search.lag or default_lag(name)})
    experiment = experiment.model_copy(update={"search": decided})
    if search.second_objective is not None:
        pruner = experiment.pruner.model_copy(update={"name": "none"})
        experiment = experiment.model_copy(update={"pruner": pruner})
    return experiment, why


def make_plan(experiment: Experiment | ImageExperiment, space: Space, *, checkpoints: Path | None = None) -> Plan:
    """The plan of a resolved experiment."""
    settings, seeds = experiment.search, SeedTree(experiment.seed)
    assert settings.lag is not None, "the lag is decided with the sampler"
    sampler = make_sampler(
        settings.sampler,
        startup=settings.startup_trials,
        seed=seeds.integer("sequence"),
        objectives=settings.objectives,
    )
    return Plan(
        space=space,
        sampler=StartingWith(tuple(experiment.start), sampler),
        trials=settings.trials if experiment.space else 1,  # where nothing is tuned there is one configuration
        lag=settings.lag,
        seeds=seeds,
        pruner=experiment.pruner.pruner(),
        every=experiment.pruner.every,
        objectives=settings.objectives,
        stop=experiment.stop.rules(),
        checkpoints=checkpoints,
    )
