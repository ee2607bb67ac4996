"""Where trials run: in this process, one after another, or on worker processes."""

import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, final

from tunewright.core.errors import ConfigError
from tunewright.trials.allocation import memory_kept
from tunewright.trials.jobs import E, Executor, Job, Parcel
from tunewright.trials.server import FIRST, LAST
from tunewright.trials.workers import deaf_to_interrupts, no_main_file, work

DEATHS_ALLOWED = 3


@final
class SerialExecutor(Generic[E]):
    """One job at a time, in this process."""

    workers = 1

    def __init__(self, objective: object) -> None:
        self._objective = objective
        self._under_way: deque[tuple[Job[E], Iterator[E]]] = deque()

    def submit(self, job: Job[E]) -> None:
        self._under_way.append((job, job.run(self._objective)))

    def next_event(self) -> E:
        job, events = self._under_way.popleft()
        event = next(events)
        if (left := job.after(event)) is not None:
            self._under_way.appendleft((left, events))
        return event

    def close(self) -> None:
        self._under_way.clear()


def available_workers() -> int:
    """Number of cores this process may use: what `workers` is by default."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def serve(modules: Sequence[str]) -> None:
    """Start the server that workers are forked from, unless it runs: it loads these modules while others go on here."""
    if _forks():
        multiprocessing.get_context("forkserver").set_forkserver_preload([FIRST, *modules, __name__, LAST])
        with memory_kept():
            forkserver.ensure_running()


def _forks() -> bool:
    return "forkserver" in multiprocessing.get_all_start_methods()


@contextmanager
def make_executor(
    objective: object, workers: int, *, preload: Sequence[str] = (), program: bool = True
) -> Iterator[Executor[Any]]:
    """`workers` processes, or this process alone where workers is 0; stopped on the way out. Workers get the objective
    pickled, once. preload: modules that they find loaded, beside torch where this process has it. program: whether the
    objective may need the program's main file; where it does not, workers leave that file alone, which then needs no
    guard."""
    many = partial(ProcessExecutor, preload=preload, program=program)
    executor: Executor[Any] = many(objective, workers) if workers else SerialExecutor(objective)
    try:
        yield executor
    finally:
        executor.close()


class _Worker(Generic[E]):
    """A process, the line to it, the job it has, how often that job's worker has died, whether it came up, and how much
    of the jobs' past it was sent."""

    def __init__(self, process: BaseProcess, line: Connection) -> None:
        self.process = process
        self.line = line
        self.job: Job[E] | None = None
        self.deaths = 0
        self.ready = False
        self.sent = 0


@final
class ProcessExecutor(Generic[E]):
    """Jobs on `workers` processes, each with the objective loaded once.

    A worker that dies is replaced and its job goes on where its last event left it; one whose worker dies more than
    three times (out of memory, for example) is lost. Workers end with the process that made them, however it ends.
    """

    def __init__(self, objective: object, workers: int, *, preload: Sequence[str] = (), program: bool = True) -> None:
        self.workers = workers
        self._objective, self._program = objective, program
        # Forked from a server that has imported everything and runs no threads: quick to start, safe with OpenMP.
        self._context = multiprocessing.get_context("forkserver" if _forks() else "spawn")
        torch = ["tunewright.training.warm"] if "torch" in sys.modules else []
        serve([type(objective).__module__, *torch, *preload])
        self._workers = [self._start() for _ in range(workers)]

    def submit(self, job: Job[E]) -> None:
        worker = next(worker for worker in self._workers if worker.job is None)
        worker.deaths = 0
        self._give(worker, job)

    def next_event(self) -> E:
        while True:
            busy = {worker.line: (worker, worker.job) for worker in self._workers if worker.job is not None}
            for line in wait(list(busy)):
                assert isinstance(line, Connection)
                if (event := self._hear(*busy[line])) is not None:
                    return event

    def close(self) -> None:
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.line.close()

    def _start(self) -> _Worker[E]:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=work, args=(theirs, self._objective), daemon=True)  # type: ignore[attr-defined]
        # While it loads, too: Ctrl-C reaches the whole group, and the coordinator answers.
        with deaf_to_interrupts(), nullcontext() if self._program else no_main_file():
            process.start()
        theirs.close()
        return _Worker(process, ours)

    def _give(self, worker: _Worker[E], job: Job[E]) -> None:
        worker.job = job
        # A worker that has just died cannot take it; its silence is heard in next_event.
        with suppress(OSError):
            worker.line.send(Parcel.of(job, sent=worker.sent))
        worker.sent = max(worker.sent, len(job.past))

    def _hear(self, worker: _Worker[E], job: Job[E]) -> E | None:
        try:
            event: E | None = worker.line.recv()
        except (EOFError, OSError):
            return self._replace(worker, job)
        if event is None:
            worker.ready = True
            return None
        worker.job = job.after(event)
        return event

    def _replace(self, dead: _Worker[E], job: Job[E]) -> E | None:
        dead.process.join()
        dead.line.close()
        if not dead.ready and dead.process.exitcode == 1:  # an error of its own, not a signal
            raise ConfigError(
                "a worker could not load what it is to run (its own lines say why); put the function at the top level "
                'of a file, and the call in a program under `if __name__ == "__main__":`, or use one worker'
            )
        fresh = self._start()
        fresh.deaths = dead.deaths + 1
        self._workers[self._workers.index(dead)] = fresh
        if fresh.deaths > DEATHS_ALLOWED:
            cause = f"its worker died {fresh.deaths} times (exit code {dead.process.exitcode})"
            reason = f"{cause}; if memory ran out, narrow the space or use fewer workers"
            return job.lost(reason)
        self._give(fresh, job)
        return None
