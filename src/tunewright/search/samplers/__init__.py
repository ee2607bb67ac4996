"""Samplers by name: from a space and a visible history to the next configuration, freshly seeded for each ask."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from tunewright.core.errors import ConfigError
from tunewright.core.space import Choice, Real, Space
from tunewright.search.samplers.evolution import CMASampler, check_evolvable, moved
from tunewright.search.samplers.grid import LARGEST_GRID, GridSampler, check_grid
from tunewright.search.samplers.proposing import Sampler
from tunewright.search.samplers.sobol import SobolSampler
from tunewright.search.samplers.with_optuna import (
    STATES,
    OptunaSampler,
    frozen_trial,
    gp_sampler,
    random_sampler,
    tpe_sampler,
)

__all__ = ["SAMPLERS", "STATES", "Sampler", "check_fits", "choose", "default_lag", "frozen_trial", "make_sampler"]

GP_LIMIT = 250
"""Trials from which on a Gaussian process takes too long for what it gains."""

LAG = 4
GP_LAG = 2
"""A Gaussian process learns most from the newest trials, so it suffers sooner from not seeing them."""

SAMPLERS: Mapping[str, Callable[[int], Sampler]] = MappingProxyType(
    {
        "grid": lambda startup: GridSampler(),
        "random": lambda startup: OptunaSampler(random_sampler),
        "qmc": lambda startup: SobolSampler(),
        "tpe": lambda startup: OptunaSampler(tpe_sampler(startup)),
        "gp": lambda startup: OptunaSampler(gp_sampler(startup), torch=True, learns_from_pruned=False),
        "cmaes": lambda startup: CMASampler(startup),
    }
)
"""Samplers by name; each is made with the number of random trials that start the search."""


def make_sampler(name: str, *, startup: int, seed: int, objectives: int = 1) -> Sampler:
    """The sampler for one study. `seed` belongs to the study: what all of its trials share, such as a QMC sequence."""
    sampler = SobolSampler(seed) if name == "qmc" else SAMPLERS[name](startup)
    return replace(sampler, objectives=objectives) if isinstance(sampler, OptunaSampler) else sampler


def default_lag(name: str) -> int:
    """The lag of a search with this sampler, unless it is given: see docs/decisions/0006-lag.md."""
    return GP_LAG if name == "gp" else LAG


def check_fits(name: str, space: Space, *, objectives: int = 1) -> None:
    """Raise ConfigError where the sampler cannot search this space for so many objectives."""
    if name == "grid":
        check_grid(space)
    elif name == "cmaes":
        check_evolvable(space)
        if objectives > 1:
            raise ConfigError("sampler 'cmaes' knows one objective; with two use 'tpe' or 'gp'")


def choose(space: Space, trials: int, *, objectives: int = 1) -> tuple[str, str]:
    """The sampler that `auto` stands for, by name, and why: a sentence without its end."""
    ranges = [one for one in space.parameters.values() if isinstance(one, Real) and one.step is None]
    if not ranges and (size := space.grid_size()) <= min(trials, LARGEST_GRID):
        return "grid", f"the grid has {size:,} point{'s'[: size != 1]} and is tried whole within {trials:,} trials"
    if space.conditions:
        return "tpe", f"TPE learns about parameters that apply only sometimes ({', '.join(space.conditions)})"
    choices = [name for name, parameter in space.parameters.items() if isinstance(parameter, Choice)]
    if choices:
        return "tpe", f"TPE learns about choices that have no order ({', '.join(choices)})"
    if trials <= GP_LIMIT:
        return "gp", f"there are only numbers to tune, and up to {GP_LIMIT} trials a Gaussian process learns most"
    if len(moved(space)) > 1 and objectives == 1:
        return "cmaes", f"there are only numbers to tune, and more than {GP_LIMIT} trials are enough for CMA-ES"
    return "tpe", f"more than {GP_LIMIT} trials are too many for a Gaussian process, and CMA-ES is not for this space"
