"""What the engine itself costs: 500 trials of a trivial function, sampler random. Prints Markdown.

    python benchmarks/overhead.py [URL]

URL: of a PostgreSQL database to measure, too, such as postgresql://me@/studies?host=/var/run/postgresql.
Wall and processor time of the coordinator for each trial, the random sampler's own time among it, and resident memory
after trials 100 and 500. The lag is 8; the file is SQLite on the disk of the temporary folder.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import uuid4

from tunewright.core.shorthand import to_space
from tunewright.core.space import Space, Value
from tunewright.functions.calling import objective_of
from tunewright.functions.examples import quadratic
from tunewright.functions.setups import Setup, keeping
from tunewright.search.records import TrialRecord
from tunewright.search.samplers.making import make_sampler
from tunewright.search.stopping import StopRules
from tunewright.trials.cluster.place import RayCluster
from tunewright.trials.places import HERE, Place, Processes, Work
from tunewright.trials.search import run_search

TRIALS, EARLY = 500, 100
PLACES: dict[str, Place] = {"this process": HERE, "2 processes": Processes(2), "Ray, this machine": RayCluster()}


@dataclass(frozen=True)
class Timed:
    """The random sampler, with a record of the time it takes."""

    spent: list[float] = field(default_factory=list)

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        started = time.perf_counter()
        params = make_sampler("random", startup=4, seed=0).propose(space, history, seed=seed)
        self.spent.append(time.perf_counter() - started)
        return params


class Memory:
    """Resident memory by finished trials, in MiB."""

    def __init__(self) -> None:
        self.at: dict[int, float] = {}

    def __call__(self, records: Sequence[TrialRecord]) -> None:
        done = sum(record.finished for record in records)
        if done in (EARLY, TRIALS) and done not in self.at:
            self.at[done] = resident()


def resident() -> float:
    """MiB that this process has now; where the system does not tell, the most that it had."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2 ** (20 if sys.platform == "darwin" else 10)


def measure(line: Connection, storage: str | None, place: Place) -> None:
    """Send one row of the table."""
    space, sampler, memory = to_space({"x": (-10.0, 10.0), "y": (-10.0, 10.0)}), Timed(), Memory()
    setup = Setup(space, sampler, "none", 0, 8, (), 4, TRIALS)
    work, study = Work(objective_of(quadratic), 8), f"overhead {uuid4()}"
    with keeping(storage, name=study, space=space) as ledger, place.executor(work) as run:
        plan = setup.plan(ledger, StopRules())
        started, processor = time.perf_counter(), time.process_time()
        run_search(ledger, plan, run, watch=memory)
        wall, processor = time.perf_counter() - started, time.process_time() - processor
    own = sum(sampler.spent)
    each = [seconds / TRIALS * 1000 for seconds in (wall, processor, own, wall - own)]
    line.send([*each, memory.at[EARLY], memory.at[TRIALS]])


def main() -> None:
    heads = (
        "Study in",
        "Trials run in",
        "Wall, ms",
        "Processor, ms",
        "Sampler, ms",
        "Rest, ms",
        "MiB at 100",
        "at 500",
        "Growth",
    )
    print(f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("memory", "SQLite", *["PostgreSQL"] * len(sys.argv[1:])):
            for where, place in PLACES.items():
                ours, theirs = get_context("spawn").Pipe()
                storages = {"memory": None, "SQLite": str(Path(folder) / f"{where}.db")}
                storage = storages.get(name, sys.argv[-1])
                process = get_context("spawn").Process(target=measure, args=(theirs, storage, place))
                process.start()
                wall, processor, own, rest, early, late = ours.recv()
                process.join()
                row = " | ".join(f"{each:.2f}" for each in (wall, processor, own, rest))
                sizes = f"{early:.1f} | {late:.1f} | {late / early - 1:+.1%}"
                print(f"| {name} | {where} | {row} | {sizes} |", flush=True)


if __name__ == "__main__":
    main()
