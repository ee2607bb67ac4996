"""Where trials run that share the work: in this process, a thread each, as what they train is trained together."""

import queue
from contextlib import AbstractContextManager
from threading import Thread
from typing import Generic, Protocol, cast, final, runtime_checkable

from tunewright.trials.jobs import E, Job


class Together(Protocol):
    """What jobs in several threads share."""

    def joined(self) -> AbstractContextManager[None]:
        """This thread is one of them, while it is inside."""
        ...

    def close(self) -> None:
        """Let none of them wait any longer: what they wait for raises."""
        ...


@runtime_checkable
class Shares(Protocol):
    """An objective whose trials may share the work."""

    def together(self) -> Together | None:
        """What a search with it is to share; None where each trial works on its own."""
        ...


def shared_by(objective: object) -> Together | None:
    return objective.together() if isinstance(objective, Shares) else None


@final
class ThreadExecutor(Generic[E]):
    """Jobs of this process, a thread each. The objective must bear that."""

    def __init__(self, objective: object, workers: int, together: Together) -> None:
        self.workers = workers
        self._objective, self._together = objective, together
        self._events: queue.SimpleQueue[E] = queue.SimpleQueue()
        self._threads: list[Thread] = []

    def submit(self, job: Job[E]) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        self._threads.append(Thread(target=self._work, args=(job,), daemon=True))
        self._threads[-1].start()

    def next_event(self) -> E:
        return self._events.get()

    def close(self) -> None:
        self._together.close()
        for thread in self._threads:
            thread.join()

    def _work(self, job: Job[E]) -> None:
        left: Job[E] | None = job
        with self._together.joined():
            try:
                for event in job.run(self._objective):
                    left = cast("Job[E]", left).after(event)
                    self._events.put(event)
            except BaseException as error:  # a thread's own, which nobody else would hear of
                if left is not None:
                    self._events.put(left.lost(f"{type(error).__name__}: {error}"))
