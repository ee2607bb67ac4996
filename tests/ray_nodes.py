"""A Ray cluster of several nodes on this machine, whose nodes can be killed and replaced."""

import os
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ray.cluster_utils import Cluster

from tunewright.trials.cluster.connecting import _environment


class Nodes:
    """A head that runs no trials, and `count` nodes of one core each."""

    def __init__(self, count: int) -> None:
        with _environment({"RAY_USAGE_STATS_ENABLED": "0"}):
            self._cluster: Any = Cluster(
                initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False}
            )
            self._nodes = [self._fresh() for _ in range(count)]

    @property
    def address(self) -> str:
        return str(self._cluster.address)

    def replace_one(self, rng: random.Random) -> None:
        """SIGKILL to a node and all of its processes, as if its machine had lost its power; then another one joins."""
        dead = self._nodes.pop(rng.randrange(len(self._nodes)))
        raylet = dead.all_processes["raylet"][0].process.pid
        for pid in (raylet, *_below(raylet)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._cluster.worker_nodes.discard(dead)
        dead.kill_all_processes(check_alive=False, allow_graceful=False)
        self._nodes.append(self._fresh())

    def close(self) -> None:
        self._cluster.shutdown()

    def _fresh(self) -> Any:
        return self._cluster.add_node(num_cpus=1)


def _below(pid: int) -> list[int]:
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [below for child in map(int, found) for below in (child, *_below(child))]


@contextmanager
def nodes(count: int) -> Iterator[Nodes]:
    found = Nodes(count)
    try:
        yield found
    finally:
        found.close()
