"""From an experiment to the plan of its search."""

from pathlib import Path

from tunewright.core.seeds import SeedTree
from tunewright.experiment.search import Plan
from tunewright.experiment.settings import Experiment, search_space
from tunewright.search.samplers import choose, make_sampler
from tunewright.search.samplers.start import StartingWith


def resolve_search(experiment: Experiment) -> tuple[Experiment, str]:
    """The experiment with `sampler = "auto"` decided, and why, in a sentence without its end ("" where it was given).

    With two objectives nothing is pruned, as a rung tells of the first one alone.
    """
    search, why = experiment.search, ""
    if search.sampler == "auto":
        name, why = choose(search_space(experiment), search.trials, objectives=_objectives(experiment))
        experiment = experiment.model_copy(update={"search": search.model_copy(update={"sampler": name})})
    if search.second_objective is not None:
        pruner = experiment.pruner.model_copy(update={"name": "none"})
        experiment = experiment.model_copy(update={"pruner": pruner})
    return experiment, why


def make_plan(experiment: Experiment, *, checkpoints: Path | None = None) -> Plan:
    """The plan of a resolved experiment."""
    settings, seeds = experiment.search, SeedTree(experiment.seed)
    sampler = make_sampler(
        settings.sampler,
        startup=settings.startup_trials,
        seed=seeds.integer("sequence"),
        objectives=_objectives(experiment),
    )
    return Plan(
        space=search_space(experiment),
        sampler=StartingWith(tuple(experiment.start), sampler),
        trials=settings.trials if experiment.space else 1,  # where nothing is tuned there is one configuration
        lag=settings.lag,
        seeds=seeds,
        pruner=experiment.pruner.pruner(),
        every=experiment.pruner.every,
        objectives=_objectives(experiment),
        stop=experiment.stop.rules(),
        checkpoints=checkpoints,
    )


def _objectives(experiment: Experiment) -> int:
    return 1 if experiment.search.second_objective is None else 2
