"""Whether a long study stays quick: 10,000 trials of a trivial function. Prints Markdown.

    python benchmarks/long_study.py [--trials 10000] [--cases "SQLite" "SQLite, 2 processes" ...]

Milliseconds of wall time from the begin of a trial to that of the next, for the first, a middle and the last thousand;
the coordinator's processor time for each; resident memory of the coordinator, and of the largest of its workers, after
the first thousand and after the last. Where trials are pruned, a trial has five rungs. The lag is 8.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import MappingProxyType
from typing import Any

from recording import Found, record, table

from tunewright.core.shorthand import to_space
from tunewright.core.space import Params
from tunewright.functions.calling import objective_of
from tunewright.functions.examples import quadratic
from tunewright.functions.setups import Setup, keeping
from tunewright.search.records import TrialRecord
from tunewright.search.stopping import StopRules
from tunewright.trials.cluster.place import RayCluster
from tunewright.trials.places import HERE, Place, Processes, Work
from tunewright.trials.search import run_search

SPACE = to_space({"x": (-10.0, 10.0), "y": (-10.0, 10.0)})
THOUSAND = 1000


@dataclass(frozen=True)
class Case:
    """stored: in a SQLite file."""

    place: Place = HERE
    stored: bool = False
    sampler: str = "random"
    pruner: str = "none"


CASES: Mapping[str, Case] = MappingProxyType(
    {
        "memory": Case(),
        "SQLite": Case(stored=True),
        "SQLite, 2 processes": Case(Processes(2), stored=True),
        "SQLite, 2 processes, median pruner": Case(Processes(2), stored=True, pruner="median"),
        "SQLite, Ray": Case(RayCluster(), stored=True),
        "memory, TPE": Case(sampler="tpe"),
    }
)


def in_steps(params: Params, report: Callable[[int, float], None]) -> float:
    """Nearer to its value with each epoch."""
    value = quadratic(params)
    for epoch in range(1, 6):
        report(epoch, value + 10.0 / epoch)
    return value + 2.0


class Watched:
    """What was seen after each thousand trials: when, processor seconds, and MiB of this process and of its workers."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, float, float, float]] = []
        self._next = 0

    def __call__(self, records: Sequence[TrialRecord]) -> None:
        if len(records) < self._next:
            return
        self.seen.append(
            (time.perf_counter(), time.process_time(), resident("self"), max(map(resident, descendants())))
        )
        self._next += THOUSAND


def resident(process: str) -> float:
    """MiB; 0 for a process that has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def descendants(of: str = "self") -> list[str]:
    """Processes that were started by this one, and by those; the first is of nobody, so that there is one."""
    found = ["none"]
    for tasks in Path(f"/proc/{of}/task").glob("*/children"):
        for child in tasks.read_text().split():
            found += [child, *descendants(child)]
    return found


def measure(line: Connection, name: str, trials: int) -> None:
    case, watched = CASES[name], Watched()
    setup = Setup(SPACE, case.sampler, case.pruner, 0, 8, (), 4, trials)
    function: Any = quadratic if case.pruner == "none" else in_steps
    work = Work(objective_of(function), 8)
    with tempfile.TemporaryDirectory() as folder:
        storage = str(Path(folder) / "study.db") if case.stored else None
        with keeping(storage, name="long", space=SPACE) as ledger, case.place.executor(work) as run:
            run_search(ledger, setup.plan(ledger, StopRules()), run, watch=watched)
            if trials % THOUSAND:  # else it was seen when the last one began
                watched.seen.append((time.perf_counter(), time.process_time(), resident("self"), 0.0))
    line.send(watched.seen)


def told(name: str, seen: Sequence[tuple[float, float, float, float]]) -> tuple[list[Found], list[str]]:
    """seen: at the beginnings of the thousands, and at the end."""
    steps = [(after[0] - before[0], after[1] - before[1]) for before, after in pairwise(seen)]
    chosen = {"first": 0, "middle": len(steps) // 2, "last": len(steps) - 1}
    found = [Found(f"{name}: {when} thousand", "ms a trial", [steps[at][0]]) for when, at in chosen.items()]
    found += [Found(f"{name}: {when} thousand; processor", "ms a trial", [steps[at][1]]) for when, at in chosen.items()]
    early, late, workers = seen[1][2], seen[-1][2], [one[3] for one in seen]
    found.append(Found(f"{name}: memory after the first thousand", "MiB", [early]))
    found.append(Found(f"{name}: memory at the end", "MiB", [late]))
    found.append(Found(f"{name}: memory of a worker; at most", "MiB", [max(workers, default=0.0)]))
    row = [name, *(f"{one.median:.1f}" for one in found[:6]), *(f"{one.median:.0f}" for one in found[6:])]
    return found, row


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--trials", type=int, default=10 * THOUSAND)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    asked = parser.parse_args()
    rows = []
    for name in asked.cases:
        ours, theirs = get_context("spawn").Pipe()
        process = get_context("spawn").Process(target=measure, args=(theirs, name, asked.trials))
        process.start()
        theirs.close()
        found, row = told(name, ours.recv())
        process.join()
        record("long_study", found)
        rows.append(row)
    times = [f"{when}, {what}" for what in ("ms", "processor ms") for when in ("first", "middle", "last")]
    print(table([f"{asked.trials:,} trials", *times, "MiB, first", "MiB, end", "MiB, a worker"], rows))


if __name__ == "__main__":
    main()
