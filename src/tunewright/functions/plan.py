"""From an experiment on a function to the plan of its search."""

from collections.abc import Sequence
from dataclasses import dataclass

from tunewright.core.errors import ConfigError
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Space, Value
from tunewright.experiment.transfer import informed
from tunewright.functions.settings import FunctionExperiment, function_space
from tunewright.functions.setups import named_sampler
from tunewright.search.records import TrialRecord
from tunewright.search.samplers.choosing import choose, default_lag
from tunewright.search.samplers.proposing import Sampler
from tunewright.search.samplers.start import StartingWith
from tunewright.trials.search import Plan


def resolve_sampler(experiment: FunctionExperiment) -> tuple[FunctionExperiment, str]:
    """The experiment with sampler and lag decided, and why this sampler, in a sentence without its end ("" where it
    was given)."""
    name: str = experiment.search.sampler
    why = ""
    if name == "auto":
        name, why = choose(function_space(experiment), experiment.search.trials)
    decided = {"sampler": name, "lag": experiment.search.lag or default_lag(name)}
    return experiment.model_copy(update={"search": experiment.search.model_copy(update=decided)}), why


@dataclass(frozen=True)
class Ranked:
    """`sampler`, as long as trials are ranked by one score, as those of earlier runs are.

    Raises ConfigError where the function returned two: nobody says beforehand what it returns.
    """

    sampler: Sampler

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        if paired := [one.number for one in history if one.cost is not None]:
            raise ConfigError(
                f"[transfer] ranks trials by one score, and the function returned two values in trial {paired[0]}; "
                "return one, or begin anew without [transfer]"
            )
        return self.sampler.propose(space, history, seed=seed)


def function_plan(experiment: FunctionExperiment) -> Plan:
    """The plan of a resolved experiment."""
    settings, seeds = experiment.search, SeedTree(experiment.seed)
    assert settings.lag is not None, "the lag is decided with the sampler"
    space, name = function_space(experiment), settings.sampler
    sampler = named_sampler(name, startup=settings.startup_trials, seeds=seeds)
    return Plan(
        space,
        _asked(experiment, informed(sampler, name, space, experiment.transfer)),
        settings.trials,
        settings.lag,
        seeds,
        pruner=experiment.pruner.pruner(),
        every=experiment.pruner.every,
        stop=experiment.stop.rules(),
    )


def _asked(experiment: FunctionExperiment, sampler: Sampler) -> Sampler:
    starting = StartingWith(tuple(experiment.start), sampler)
    return Ranked(starting) if experiment.transfer.earlier else starting
