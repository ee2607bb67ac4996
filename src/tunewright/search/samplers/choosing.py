"""Which sampler goes with which space: said of their names, before any of them is loaded."""

from tunewright.core.errors import ConfigError
from tunewright.core.space import Choice, Real, Space
from tunewright.search.samplers.grid import LARGEST_GRID, check_grid

GP_LIMIT = 250
"""Trials from which on a Gaussian process takes too long for what it gains."""

LAG = 4
GP_LAG = 2
"""A Gaussian process learns most from the newest trials, so it suffers sooner from not seeing them."""


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


def moved(space: Space) -> tuple[str, ...]:
    """The parameters that CMA-ES moves."""
    numbers = (name for name, parameter in space.parameters.items() if not isinstance(parameter, Choice))
    return tuple(name for name in numbers if name not in space.conditions)


def check_evolvable(space: Space) -> None:
    """Raise ConfigError where CMA-ES has too little to move."""
    names = moved(space)
    if len(names) < 2:
        raise ConfigError(
            "sampler 'cmaes' needs two or more ranges of numbers without a condition, "
            f"found {', '.join(names) or 'none'}; use 'tpe'"
        )
