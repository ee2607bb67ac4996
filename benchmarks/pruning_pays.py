"""Does pruning pay on the demo's experiment? The same number of trials with a pruner and without, seed by seed.

    python benchmarks/pruning_pays.py [SEEDS] [KEY=VALUE ...]

Prints a Markdown table: wall time, epochs trained and the best development score of each, with ratios, and the medians.
Two workers; the two searches of a seed run one after the other, in turns. KEY=VALUE changes the experiment of both.
"""

import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tunewright.entrance import load_experiment
from tunewright.experiment.files import parse_changes
from tunewright.experiment.plan import make_plan
from tunewright.prices.experiment.objective import PriceObjective
from tunewright.prices.experiment.settings import TUNING
from tunewright.prices.run.setup import set_up
from tunewright.search.pruners.rungs import epochs
from tunewright.search.records import State, best
from tunewright.search.storage import sqlite_url
from tunewright.search.study import StudyStore
from tunewright.trials.executors import make_executor
from tunewright.trials.search import run_search

WORKERS = 2


@dataclass(frozen=True)
class Cost:
    """One search: seconds of wall time, epochs trained in all, the best score, trials pruned."""

    wall: float
    epochs: int
    score: float
    pruned: int


def measure(seed: int, pruner: str | None, changes: dict[str, Any]) -> Cost:
    chosen = {} if pruner is None else {"pruner.name": pruner}
    prepared = set_up(load_experiment("prices-lstm", {**changes, **chosen, "seed": seed}))
    plan = make_plan(prepared.experiment, TUNING.space(prepared.experiment))
    objective = PriceObjective(prepared.experiment, prepared.development, prepared.folds)
    with TemporaryDirectory() as folder, make_executor(objective, WORKERS) as executor:
        store = StudyStore(sqlite_url(Path(folder) / "study.db"), name="study", space=plan.space)
        started = time.perf_counter()
        records = run_search(store, plan, executor, watch=lambda found: None).records
        wall = time.perf_counter() - started
    winner = best(records)
    assert winner is not None
    assert winner.score is not None
    pruned = sum(record.state is State.PRUNED for record in records)
    return Cost(wall, sum(map(epochs, records)), winner.score, pruned)


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    changes = parse_changes(sys.argv[2:])
    print("| Seed | Pruned | Wall, s | Wall, ratio | Epochs, ratio | Best without | Best with | Worse by |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    rows = []
    for seed in range(seeds):
        order = ("none", None) if seed % 2 else (None, "none")
        costs = {pruner: measure(seed, pruner, changes) for pruner in order}
        plain, pruned = costs["none"], costs[None]
        row = (pruned.wall / plain.wall, pruned.epochs / plain.epochs, pruned.score / plain.score - 1)
        rows.append(row)
        print(
            f"| {seed} | {pruned.pruned} | {plain.wall:.1f} → {pruned.wall:.1f} | {row[0]:.2f} | {row[1]:.2f} "
            f"| {plain.score:.5f} | {pruned.score:.5f} | {row[2]:.2%} |",
            flush=True,
        )
    wall, trained, worse = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"| median | | | {wall:.2f} | {trained:.2f} | | | {worse:.2%} |")


if __name__ == "__main__":
    main()
