"""A Ray cluster as the place where trials run."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from tunewright.core.secrets import without_secrets
from tunewright.trials.cluster.connecting import cluster_address, connected, see_that_it_can_be
from tunewright.trials.cluster.tokens import shared, url_of_its_own
from tunewright.trials.jobs import Executor
from tunewright.trials.places import Resources, Work
from tunewright.trials.slots import Shelf


@dataclass(frozen=True)
class RayCluster:
    """address: of the cluster that this machine is a node of, as HOST:PORT or `auto`; None is RAY_ADDRESS of the
    environment or, where that is not set, a Ray of this machine alone, for as long as it is needed.

    cpus, gpus: what a trial reserves, in place of what its experiment says, or else of 1 and 0. checkpoints: a URL for
    trials under way, of any storage that fsspec knows, where the nodes share no folder. Raises ConfigError.
    """

    address: str | None = None
    cpus: float | None = None
    gpus: float | None = None
    checkpoints: str | None = None

    processes: ClassVar[int] = 0

    def __post_init__(self) -> None:
        self._resources()  # raises ConfigError for what cannot be

    def filled(self, cores: int, resources: Resources) -> "RayCluster":
        return replace(
            self,
            cpus=resources.cpus if self.cpus is None else self.cpus,
            gpus=resources.gpus if self.gpus is None else self.gpus,
        )

    def at_once(self, lag: int) -> int:
        return lag

    def lines(self, lag: int | None) -> Sequence[str]:
        address, up_to = cluster_address(self.address), "" if lag is None else f", up to {lag} trials at once"
        where = "of this machine alone" if address is None else f"cluster at {address}"
        kept = [] if self.checkpoints is None else [f"kept at   {without_secrets(self.checkpoints)}, while under way"]
        return [f"executor  a Ray {where}{up_to}", *kept]

    def warm(self, modules: Sequence[str]) -> None:
        see_that_it_can_be(self.address)

    @contextmanager
    def opened(self) -> Iterator[None]:
        with connected(self.address):
            yield

    def shelf(self, meant: Shelf | None) -> Shelf | None:
        if self.checkpoints is None or meant is None or isinstance(meant, str):
            return meant
        return url_of_its_own(self.checkpoints, meant)

    @contextmanager
    def executor(self, work: Work) -> Iterator[Executor[Any]]:
        from tunewright.trials.cluster.executor import RayExecutor

        resources = self._resources()
        with (
            connected(self.address) as grows,
            shared(work.folder) as token,
            closing(RayExecutor[Any](work, resources, token=token, grows=grows)) as executor,
        ):
            yield executor

    def _resources(self) -> Resources:
        return Resources(1 if self.cpus is None else self.cpus, 0 if self.gpus is None else self.gpus)
