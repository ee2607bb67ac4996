"""The user's own sampler and pruner, made to draw for a trial's number what they would draw in any process."""

import copy
import random
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from optuna.pruners import BasePruner
from optuna.samplers import BaseSampler

from tunewright.core.errors import ConfigError
from tunewright.core.seeds import SeedTree

_REFUSED: Mapping[str, str] = MappingProxyType({
    "QMCSampler": "it counts its points in the storage in the order in which processes take them; use RandomSampler, "
    "or tunewright.minimize with sampler='qmc'",
})  # fmt: skip
_ONE_AT_A_TIME: Mapping[str, str] = MappingProxyType({
    "BruteForceSampler": "it leaves out what the trials under way have, so trials run one at a time",
})  # fmt: skip
_OWN = "optuna."


def check(sampler: BaseSampler, pruner: BasePruner) -> list[str]:
    """Sentences on what cannot be vouched for. Raises ConfigError for a sampler that no seed makes deterministic."""
    told = []
    for policy in (*_nested(sampler), *_nested(pruner)):
        name = type(policy).__name__
        if name in _REFUSED and _is_optunas(policy):
            raise ConfigError(
                f"{name} is not the same for any number of workers: {_REFUSED[name]}; or run study.optimize"
            )
        if name in _ONE_AT_A_TIME and _is_optunas(policy):
            told.append(f"{name}: {_ONE_AT_A_TIME[name]}")
        if not _is_optunas(policy):
            told.append(
                f"{name} is not one of Optuna's own: the study is the same for any number of workers and after a crash "
                "as far as it draws from random generators that it keeps as attributes, and remembers nothing else"
            )
    return told


def one_at_a_time(sampler: BaseSampler) -> bool:
    """Whether this sampler needs the results of all trials before the next."""
    return any(type(one).__name__ in _ONE_AT_A_TIME and _is_optunas(one) for one in _nested(sampler))


def nested(sampler: BaseSampler, kind: type) -> Any:
    """The sampler itself or one inside it of this type; None where there is none."""
    return next((one for one in _nested(sampler) if isinstance(one, kind)), None)


def fresh(policy: Any, seeds: SeedTree) -> Any:
    """A copy of a sampler or a pruner whose random generators start from these seeds."""
    made = copy.deepcopy(policy)
    for number, reseed in enumerate(_generators(made, set())):
        reseed(seeds.integer("generator", number, bits=32))
    return made


def _is_optunas(policy: Any) -> bool:
    return type(policy).__module__.startswith(_OWN)


def _nested(policy: Any) -> Iterator[Any]:
    yield policy
    for value in vars(policy).values():
        if isinstance(value, BaseSampler | BasePruner):
            yield from _nested(value)


def _generators(value: Any, seen: set[int]) -> Iterator[Callable[[int], None]]:
    """How to reseed each random generator inside, in the order in which they are found; each once."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, np.random.RandomState):
        yield value.seed
    elif isinstance(value, np.random.Generator):
        yield lambda seed: _restart(value, seed)
    elif isinstance(value, random.Random):
        yield value.seed
    elif type(value).__name__ == "LazyRandomState":
        yield value.rng.seed  # made when it is first asked for, so that it may not be there yet
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _generators(one, seen)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _generators(one, seen)
    elif isinstance(value, BaseSampler | BasePruner) or _is_optunas(value):
        for one in vars(value).values() if hasattr(value, "__dict__") else ():
            yield from _generators(one, seen)


def _restart(generator: np.random.Generator, seed: int) -> None:
    generator.bit_generator.state = type(generator.bit_generator)(seed).state
