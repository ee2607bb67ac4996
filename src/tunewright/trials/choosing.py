"""The place that a name of the command line or an argument of Python means."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from tunewright.core.errors import ConfigError
from tunewright.core.words import closest
from tunewright.trials.cluster.place import RayCluster
from tunewright.trials.places import Place, Processes

ExecutorName: TypeAlias = Literal["processes", "ray"]
NAMES: tuple[ExecutorName, ...] = get_args(ExecutorName)


def place_of(
    executor: str | Place, workers: int | None = None, *, address: str | None = None, checkpoints: str | None = None
) -> Place:
    """A place as it is, or that of a name: `processes`, or `ray` with the address of a cluster and a URL for
    checkpoints. workers: of processes; None as many as the cores feed. Raises ConfigError."""
    if not isinstance(executor, str):
        for name, given in (("workers", workers), ("address", address), ("checkpoints", checkpoints)):
            if given is not None:
                raise ConfigError(f"{name}: {executor} says where trials run, found {given!r} as well; leave it out")
        return executor
    if executor not in _MAKERS:
        raise ConfigError(f"executor: found {executor!r}; {closest(executor, NAMES)}")
    return _MAKERS[executor](workers, address, checkpoints)


def place_at_door(executor: str | Place, workers: int) -> Place:
    """The same for functions that are called from Python, where one worker is this process."""
    if executor == NAMES[0]:
        return Processes(0 if workers == 1 else workers)
    if workers != 1:
        raise ConfigError(
            f"workers: expected none, as they are processes of one machine, found {workers}; leave it out"
        )
    return place_of(executor)


def _processes(workers: int | None, address: str | None, checkpoints: str | None) -> Place:
    for name, given in (("address", address), ("checkpoints", checkpoints)):
        if given is not None:
            raise ConfigError(f"{name}: {given!r} goes with the executor `ray`; add that, or leave it out")
    return Processes(workers)


def _ray(workers: int | None, address: str | None, checkpoints: str | None) -> Place:
    if workers is not None:
        raise ConfigError(
            f"workers: Ray runs as many trials as have room in the cluster and search.lag lets begin, found {workers}; "
            "leave it out"
        )
    return RayCluster(address, checkpoints=checkpoints)


_MAKERS: Mapping[str, Callable[[int | None, str | None, str | None], Place]] = MappingProxyType(
    {"processes": _processes, "ray": _ray}
)
