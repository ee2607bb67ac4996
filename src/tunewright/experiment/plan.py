"""From an experiment to the plan of its search."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params, Space
from tunewright.experiment.files import Search
from tunewright.experiment.pruning import PruningSettings
from tunewright.experiment.stopping import StopSettings
from tunewright.experiment.transfer import NO_TRANSFER, TransferSettings, informed
from tunewright.search.samplers.choosing import choose, default_lag
from tunewright.search.samplers.making import make_sampler
from tunewright.search.samplers.start import StartingWith
from tunewright.trials.search import Plan


class SearchOfModels(Search, Protocol):
    """The section [search] of an experiment that tunes a model."""

    @property
    def startup_trials(self) -> int: ...

    @property
    def second_objective(self) -> str | None: ...

    @property
    def objectives(self) -> int: ...

    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self: ...


class Tuned(Protocol):
    """An experiment that tunes a model."""

    @property
    def seed(self) -> int: ...

    @property
    def pruner(self) -> PruningSettings: ...

    @property
    def stop(self) -> StopSettings: ...

    @property
    def search(self) -> SearchOfModels: ...

    @property
    def space(self) -> Mapping[str, object]: ...

    @property
    def start(self) -> Sequence[Params]: ...

    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self: ...


T = TypeVar("T", bound=Tuned)


def resolve_search(experiment: T, space: Space) -> tuple[T, str]:
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


def make_plan(
    experiment: Tuned, space: Space, *, checkpoints: Path | None = None, transfer: TransferSettings = NO_TRANSFER
) -> Plan:
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
        sampler=StartingWith(tuple(experiment.start), informed(sampler, settings.sampler, space, transfer)),
        trials=settings.trials if experiment.space else 1,  # where nothing is tuned there is one configuration
        lag=settings.lag,
        seeds=seeds,
        pruner=experiment.pruner.pruner(),
        every=experiment.pruner.every,
        objectives=settings.objectives,
        stop=experiment.stop.rules(),
        checkpoints=checkpoints,
    )
