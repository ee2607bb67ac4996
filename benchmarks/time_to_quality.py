"""How long until the validation error that KerasTuner's whole random search reached. Prints Markdown.

    python benchmarks/against_peers.py --setup      # once
    python benchmarks/time_to_quality.py --repeats 3 --trials 20 --keep runs.jsonl

Both search the space of benchmarks/quality.toml on the same windows, 10 epochs a trial: KerasTuner's RandomSearch to
the end of its trials; then ours, two workers, TPE and a pruner as that file says, until a trial's lowest validation
error is as low. *Ours*: from the start of the command, imports and reading of the data included, to the end of that
trial; *KerasTuner's*: its search alone, without its imports; *until its best*: to the epoch in which it reached that
error. Round by round, each with a seed of its own, as one search may have luck. --keep holds each run as a line of a
file and goes on from there.
"""

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

from keeping import Kept
from recording import Found, record, short, table
from side_by_side import HERE, Given, ours, peer


@dataclass(frozen=True)
class Race:
    """Seconds, the error reached, and what ours took for it in trials begun until then. reached: nothing where ours
    ended its trials without it."""

    theirs: float
    best_after: float
    error: float
    reached: float
    trials: int


def race(given: Given, seed: int, asked: argparse.Namespace, kept: Kept) -> Race:
    home, options = asked.environments, ["--trials", str(asked.trials)]
    other = kept.outcome("keras", seed, lambda: peer("keras", given, seed=seed, environments=home, options=options))
    target = other.best * given.scale**2
    own = kept.outcome("tunewright", seed, lambda: ours(given, seed=seed, settings=[f"stop.target={target!r}"]))
    trials = own.more["record"]["study"]["trials"]
    there = [one["ended"] for one in trials if one["state"] == "complete" and one["score"] <= target]
    if not there:
        raise SystemExit(f"seed {seed}: no trial reached {other.best:.3g}, the best was {own.best:.3g}")
    begun = sum(one["began"] <= min(there) for one in trials)
    return Race(other.seconds, other.more["best_after"], other.best, min(there) - own.more["began"], begun)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--environments", type=Path, default=HERE)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    kept = Kept(asked.keep)
    with tempfile.TemporaryDirectory() as folder:
        given = Given.of(Path(__file__).with_name("quality.toml"), Path(folder))
        races = [race(given, seed, asked, kept) for seed in range(asked.repeats)]
    found = [
        Found("KerasTuner: its whole random search", "s", [one.theirs for one in races]),
        Found("KerasTuner: until its best", "s", [one.best_after for one in races]),
        Found("tunewright: until an error as low", "s", [one.reached for one in races]),
        Found("tunewright: trials begun until then", "trials", [one.trials for one in races]),
        Found("KerasTuner's whole search / tunewright", "ratio", [one.theirs / one.reached for one in races]),
        Found("KerasTuner until its best / tunewright", "ratio", [one.best_after / one.reached for one in races]),
        Found("the error to reach", "squared error", [one.error for one in races]),
    ]
    record("time_to_quality", found)
    rows = [[one.what, one.unit, short(one.median), ", ".join(short(value) for value in one.values)] for one in found]
    print(table(["what", "unit", "median", "each"], rows))


if __name__ == "__main__":
    main()
