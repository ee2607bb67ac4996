"""What executors run: jobs that say themselves what is left of them, whatever they do."""

from collections.abc import Iterator
from typing import Any, Protocol, TypeVar

E = TypeVar("E")
"""What a job tells on its way."""


class Job(Protocol[E]):
    """Work on one trial, which a worker gets whole."""

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
