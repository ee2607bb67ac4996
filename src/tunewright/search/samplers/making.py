"""Samplers by name: from a space and a visible history to the next configuration, freshly seeded for each ask."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from tunewright.search.samplers.evolution import CMASampler
from tunewright.search.samplers.grid import GridSampler
from tunewright.search.samplers.proposing import Sampler
from tunewright.search.samplers.smooth import GP_VALUES, TPE_VALUES
from tunewright.search.samplers.sobol import SobolSampler
from tunewright.search.samplers.with_optuna import OptunaSampler, gp_sampler, random_sampler, tpe_sampler

SAMPLERS: Mapping[str, Callable[[int], Sampler]] = MappingProxyType(
    {
        "grid": lambda startup: GridSampler(),
        "random": lambda startup: OptunaSampler(random_sampler, learns=False),
        "qmc": lambda startup: SobolSampler(),
        "tpe": lambda startup: OptunaSampler(tpe_sampler(startup), avoids_failed=startup, most_values=TPE_VALUES),
        "gp": lambda startup: OptunaSampler(
            gp_sampler(startup),
            torch=True,
            learns_from_pruned=False,
            avoids_failed=startup,
            tempers=True,
            most_values=GP_VALUES,
        ),
        "cmaes": lambda startup: CMASampler(startup),
    }
)
"""Samplers by name; each is made with the number of random trials that start the search."""


def make_sampler(name: str, *, startup: int, seed: int, objectives: int = 1) -> Sampler:
    """The sampler for one study. `seed` belongs to the study: what all of its trials share, such as a QMC sequence."""
    sampler = SobolSampler(seed) if name == "qmc" else SAMPLERS[name](startup)
    return replace(sampler, objectives=objectives) if isinstance(sampler, OptunaSampler) else sampler
