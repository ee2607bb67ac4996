"""Jobs as tasks of a Ray cluster."""

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, final
from uuid import uuid4

import numpy as np
import ray
from ray import cloudpickle, exceptions

from tunewright.core.errors import ConfigError, RunFolderError
from tunewright.core.words import told
from tunewright.trials.cluster.room import most_room
from tunewright.trials.cluster.tokens import Token
from tunewright.trials.cluster.working import CARRIED, Home, NotBegun, carry_out
from tunewright.trials.executors import DEATHS_ALLOWED
from tunewright.trials.jobs import E, Job, Parcel
from tunewright.trials.places import Resources, Work

LOOK_AFTER = 5.0
"""Seconds without an event after which the cluster is looked at."""
PART = 100
"""Trials of the past that are put into the object store together; those after the last of them travel with the job."""
TELL_AGAIN = 60.0
"""Seconds after which it is said again that nothing can run."""
_LOST = (exceptions.NodeDiedError, exceptions.LocalRayletDiedError, exceptions.ObjectLostError)
"""The node is gone, or what it told was lost with it."""
_CRASHED = (exceptions.WorkerCrashedError, exceptions.OutOfMemoryError)


@dataclass(frozen=True)
class _Sent(Generic[E]):
    """A job under way, or what is left of it, and how often its worker has died."""

    job: Job[E]
    deaths: int = 0


@final
class RayExecutor(Generic[E]):
    """Each job is one task, which yields the job's events as they come.

    Ray queues what has no room, so workers come and go with the nodes. A task that is lost with its node begins again
    elsewhere with what its last event left of the job; one whose worker dies more than three times, on nodes that live,
    is lost. The objective goes to each node once, and is unpacked once by each of its workers.
    """

    def __init__(self, work: Work, resources: Resources, *, token: Token | None = None, grows: bool = True) -> None:
        self.workers = work.lag
        self._resources, self._tell = resources, work.tell
        self._home = Home(uuid4().hex, str(Path.cwd()), _path(), _carried(), token)
        self._objective = ray.put(np.frombuffer(_packed(work.objective), np.uint8))
        self._task: Any = ray.remote(carry_out).options(
            name="tunewright",
            num_cpus=resources.cpus,
            num_gpus=resources.gpus,
            num_returns="streaming",
            max_retries=0,  # Ray would begin it anew; here it goes on
        )
        self._under_way: dict[Any, _Sent[E]] = {}
        self._past: list[Any] = []  # of all jobs, in parts, each put once
        self._told = -TELL_AGAIN
        if (lacking := self._lacking()) and not grows:
            raise ConfigError(f"{lacking}; ask for less")

    def submit(self, job: Job[E]) -> None:
        self._send(_Sent(job))

    def next_event(self) -> E:
        while True:
            ready, _ = ray.wait(list(self._under_way), num_returns=1, timeout=LOOK_AFTER)
            if not ready:
                self._look()
            elif (event := self._hear(ready[0])) is not None:
                return event

    def close(self) -> None:
        for stream in self._under_way:
            ray.cancel(stream, force=True)
        self._under_way.clear()

    def _send(self, sent: _Sent[E]) -> None:
        past = sent.job.past
        while len(past) - len(self._past) * PART >= PART:
            first = len(self._past) * PART
            self._past.append(ray.put(tuple(past[first : first + PART])))
        parts = self._past[: len(past) // PART]
        parcel = Parcel.of(sent.job, sent=len(parts) * PART)
        self._under_way[self._task.remote(self._objective, self._home, parcel, parts)] = sent

    def _hear(self, stream: Any) -> E | None:
        sent = self._under_way.pop(stream)
        try:
            event: E | NotBegun = ray.get(next(stream))
        except _LOST:
            self._send(sent)
            return None
        except (*_CRASHED, StopIteration) as error:
            return self._again(sent, error)
        except exceptions.RayError as error:
            raise ConfigError(f"a task could not begin on the Ray cluster: {_cause(error)}; {_INSTALLED}") from None
        if isinstance(event, NotBegun):
            raise _refusal(event)
        if (left := sent.job.after(event)) is not None:
            self._under_way[stream] = _Sent(left, sent.deaths)
        return event

    def _again(self, sent: _Sent[E], error: Exception) -> E | None:
        deaths = sent.deaths + 1
        if deaths > DEATHS_ALLOWED:
            out = " as memory ran out" if isinstance(error, exceptions.OutOfMemoryError) else ""
            return sent.job.lost(
                f"its worker died {deaths} times{out}; if memory ran out, narrow the space, or reserve more cpus for a "
                "trial, so that fewer share a node"
            )
        self._send(_Sent(sent.job, deaths))
        return None

    def _look(self) -> None:
        """Say so where no node could take a job, again and again while it is so."""
        if time.monotonic() - self._told >= TELL_AGAIN and (lacking := self._lacking()):
            self._told = time.monotonic()
            self._tell(f"waiting: {lacking}; let one join, or stop, and resume with less")

    def _lacking(self) -> str:
        """What no node has, in a sentence without its end; "" where some node could take a job."""
        nodes: list[Mapping[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
        room = most_room(nodes, self._resources)
        return "" if room.takes(self._resources) else room.lacks(self._resources)


_INSTALLED = "install the same tunewright, and what your own code needs, on all nodes"


def _packed(objective: object) -> bytes:
    try:
        return bytes(cloudpickle.dumps(objective))  # type: ignore[no-untyped-call]
    except Exception as error:  # whatever the user's own objects raise
        raise ConfigError(
            f"what is to run cannot be sent to a Ray cluster: {told(error)}; define it with `def` at the top level of "
            "a file, and open what it needs inside of it"
        ) from None


def _path() -> tuple[str, ...]:
    """Absolute, also where a part of it is the working folder."""
    return tuple(str(Path(one).absolute()) for one in sys.path)


def _carried() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name in CARRIED}


def _refusal(refused: NotBegun) -> Exception:
    if refused.blind:
        return RunFolderError(
            f"the node {refused.node} does not see {refused.reason}; every finished trial is saved: put the run into "
            "a folder that all nodes share at one path, or name a place with --checkpoints URL, and resume"
        )
    return ConfigError(f"the node {refused.node} could not load what it is to run: {refused.reason}; {_INSTALLED}")


def _cause(error: Exception) -> str:
    """The last line of what Ray tells, where the remote traceback ends."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    return told(error) if not lines else lines[-1].strip()
