"""Where trials run, as a value that knows how to make an executor: looked up once, and handed on as it is."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from tunewright.core.errors import ConfigError
from tunewright.core.threads import threads
from tunewright.trials.executors import make_executor, serve
from tunewright.trials.jobs import Executor
from tunewright.trials.slots import Shelf
from tunewright.trials.together import ThreadExecutor, shared_by


def is_share(amount: float) -> bool:
    """Whether so much of a core or a GPU can be reserved: a part of one, or whole ones."""
    return amount <= 1 or not amount % 1


@dataclass(frozen=True)
class Resources:
    """What a job reserves of a cluster: parts of one core or GPU, or whole ones. It computes on as many threads as
    ever. Raises ConfigError."""

    cpus: float = 1
    gpus: float = 0

    def __post_init__(self) -> None:
        for name, value, least in (("cpus", self.cpus, "above 0"), ("gpus", self.gpus, "from 0")):
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not (value > 0 or (value == 0 and name == "gpus")) or not is_share(value):
                raise ConfigError(f"{name}: expected a part of one or a whole number, {least}, found {value!r}")


def _warn(line: str) -> None:
    warnings.warn(line, stacklevel=2)


@dataclass(frozen=True)
class Work:
    """What is to run. lag: jobs that may be under way at once. preload, program: as of `make_executor`. folder: what
    all who run jobs must see. tell: is told in a line what the user should know meanwhile."""

    objective: object
    lag: int
    preload: Sequence[str] = ()
    program: bool = True
    folder: Path | None = None
    tell: Callable[[str], None] = _warn


class Place(Protocol):
    """processes: on this machine that get the objective as `pickle` sends it."""

    @property
    def processes(self) -> int: ...

    def filled(self, cores: int, resources: Resources) -> "Place":
        """With what was left open. cores: how many processes the cores of this machine feed. resources: of a trial."""
        ...

    def at_once(self, lag: int) -> int:
        """How many jobs may be under way at once, as far as that is known."""
        ...

    def lines(self, lag: int | None) -> Sequence[str]:
        """What the user should know of it before a search with this lag, line by line."""
        ...

    def warm(self, modules: Sequence[str]) -> None:
        """Get ready while other things are done. modules: that jobs will need. Raises ConfigError where it is plain
        that nothing can run there."""
        ...

    def opened(self) -> AbstractContextManager[None]:
        """Keep what several executors may share. Raises ConfigError as `executor` does."""
        ...

    def shelf(self, meant: Shelf | None) -> Shelf | None:
        """Where checkpoints of trials under way lie that are meant to lie there. Raises RunFolderError."""
        ...

    def executor(self, work: Work) -> AbstractContextManager[Executor[Any]]:
        """Raises ConfigError where nothing can run there."""
        ...


@dataclass(frozen=True)
class Processes:
    """Worker processes of this machine; 0 is this process alone, None as many as the cores feed.

    Trials that share their work are threads of this process, as many as need not wait for one another.
    """

    workers: int | None = 0

    @property
    def processes(self) -> int:
        return self.workers or 0

    def filled(self, cores: int, resources: Resources) -> "Processes":
        return self if self.workers is not None else replace(self, workers=cores)

    def at_once(self, lag: int) -> int:
        return min(self.workers or 1, lag)

    def lines(self, lag: int | None) -> Sequence[str]:
        if lag is None or self.processes <= lag:
            return []
        return [f"workers   {lag}, not {self.workers}: more than search.lag would only wait"]

    def warm(self, modules: Sequence[str]) -> None:
        if self.workers != 0 and modules:
            serve(modules)

    def opened(self) -> AbstractContextManager[None]:
        return nullcontext()

    def shelf(self, meant: Shelf | None) -> Shelf | None:
        return meant

    @contextmanager
    def executor(self, work: Work) -> Iterator[Executor[Any]]:
        together = shared_by(work.objective)
        if together is None:
            workers = min(self.processes, work.lag)
            with make_executor(work.objective, workers, preload=work.preload, program=work.program) as made:
                yield made
            return
        # Set for all: threads that each set and restored it would hand one another's setting on.
        with threads(1), closing(ThreadExecutor[Any](work.objective, work.lag, together)) as sharing:
            yield sharing


HERE = Processes(0)
"""One trial after another, in this process."""
