"""What executors run: jobs that say themselves what is left of them, whatever they do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

E = TypeVar("E")
"""What a job tells on its way."""


class Job(Protocol[E]):
    """Work on one trial, which a worker gets whole. past: what is known of the trials before it, from the first on: it
    stays as it is and later jobs begin with it too, so executors send no part of it twice to the same worker."""

    @property
    def past(self) -> Sequence[Any]: ...

    def with_past(self, past: Sequence[Any]) -> "Job[E]":
        """The same job with another past, or where that is () without."""
        ...

    def run(self, objective: Any) -> Iterator[E]:
        """Carry it out, event by event. objective: what the executor was made for."""
        ...

    def after(self, event: E) -> "Job[E] | None":
        """What is left of it after one of its events; None after the last."""
        ...

    def lost(self, reason: str) -> E:
        """Its last event where no worker can carry it out."""
        ...


class Executor(Protocol[E]):
    """Runs jobs and reports their events. At most `workers` jobs may be under way at once."""

    @property
    def workers(self) -> int: ...

    def submit(self, job: Job[E]) -> None: ...

    def next_event(self) -> E:
        """The next event of any job under way; waits for it."""
        ...

    def close(self) -> None:
        """Stop at once; jobs under way are dropped."""
        ...


@dataclass(frozen=True)
class Parcel(Generic[E]):
    """A job on its way to a worker, without its past. known: how long that is. more: what the worker lacks of it."""

    job: Job[E]
    known: int
    more: Sequence[Any]

    @classmethod
    def of(cls, job: Job[E], *, sent: int) -> "Parcel[E]":
        """sent: how much of the past the worker has."""
        return cls(job.with_past(()), len(job.past), tuple(job.past[sent:]))

    def opened(self, past: list[Any]) -> Job[E]:
        """The job as it was. past: all that the worker was sent before, to which what is new is added."""
        past.extend(self.more)
        return self.job.with_past(past[: self.known])
