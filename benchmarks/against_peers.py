"""Eight LSTM configurations on the S&P 500 by every program in turn, all epochs of each. Prints Markdown.

    python benchmarks/against_peers.py --setup          # once: an environment for each of the peers
    python benchmarks/against_peers.py --repeats 3
    python benchmarks/against_peers.py --repeats 10 --peers keras optuna --keep runs.jsonl

Ours is `tunewright tune benchmarks/grid.toml --workers 2`, once for each seed; the peers are in benchmarks/peers/,
each with our windows, targets, configurations, epochs, batches and optimizer: KerasTuner's GridSearch with
TensorFlow's own threads, Optuna's GridSampler over a plain PyTorch loop and Ray Tune with Optuna's search over the
same loop, two processes of one thread each, neuralforecast's AutoLSTM as near as it comes (neural_grid.py says what
differs). One after another, round by round. *Search*: from its start to its end, worker processes included, imports
and the start of Ray not; *command*: all of the process, for ours with final models, sealed test and report. Validation
errors: the lowest of all epochs, squared, on the model's scale; they are compared by their logarithms over the rounds,
whose seeds differ. --keep holds each run as a line of a file and goes on from there.
"""

import argparse
import math
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from keeping import Kept
from recording import Found, record, short, table
from scipy import stats
from side_by_side import HERE, PEERS, Given, Outcome, ours, peer, set_environments_up

Runs = Mapping[str, Sequence[Outcome]]


def rounds(asked: argparse.Namespace) -> Runs:
    """Every program once in each round, `repeats` of them."""
    kept = Kept(asked.keep)
    found: dict[str, list[Outcome]] = {name: [] for name in ("tunewright", *asked.peers)}
    with tempfile.TemporaryDirectory() as folder:
        given = Given.of(Path(__file__).with_name("grid.toml"), Path(folder))
        for seed in range(asked.repeats):
            for name, outcomes in found.items():
                outcomes.append(kept.outcome(name, seed, partial(one_run, name, given, seed, asked.environments)))
    return found


def one_run(name: str, given: Given, seed: int, environments: Path) -> Outcome:
    if name == "tunewright":
        return replace(ours(given, seed=seed), more={})
    return peer(name, given, seed=seed, environments=environments)


def times(runs: Runs) -> list[Found]:
    """Of each program, and how often ours fits into it, round by round."""
    found = []
    for name, outcomes in runs.items():
        found.append(Found(f"{name}: search", "s", [one.seconds for one in outcomes]))
        found.append(Found(f"{name}: command", "s", [one.whole for one in outcomes]))
        found.append(Found(f"{name}: processor time of the command", "s", [one.processor for one in outcomes]))
        if name != "tunewright":
            pairs = list(zip(outcomes, runs["tunewright"], strict=True))
            found.append(Found(f"{name} / tunewright: search", "ratio", [a.seconds / b.seconds for a, b in pairs]))
            found.append(Found(f"{name} / tunewright: command", "ratio", [a.whole / b.whole for a, b in pairs]))
    return found


def errors(runs: Runs) -> list[Found]:
    return [
        Found(f"{name}: {what} validation error of 8", "squared error", [middle(one) for one in outcomes])
        for name, outcomes in runs.items()
        for what, middle in (("lowest", lambda one: one.best), ("geometric mean", mean_error))
    ]


def mean_error(outcome: Outcome) -> float:
    return statistics.geometric_mean(outcome.by_configuration.values())


def agreement(runs: Runs) -> str:
    """Our errors over theirs, with the 95 % interval of Welch's t over the seeds: noise where it has 1 in it."""
    rows = []
    for name, outcomes in runs.items():
        if name != "tunewright" and len(outcomes) > 1:
            best = against([one.best for one in runs["tunewright"]], [one.best for one in outcomes])
            every = against([mean_error(one) for one in runs["tunewright"]], [mean_error(one) for one in outcomes])
            rows.append([name, str(len(outcomes)), best, every])
    return table(["tunewright's error over that of", "seeds", "lowest of 8", "mean of 8"], rows)


def against(own: Sequence[float], theirs: Sequence[float]) -> str:
    compared = stats.ttest_ind([math.log(one) for one in own], [math.log(one) for one in theirs], equal_var=False)
    low, high = compared.confidence_interval(0.95)
    ratio = statistics.geometric_mean(own) / statistics.geometric_mean(theirs)
    return f"{ratio:.2f} ({math.exp(low):.2f} to {math.exp(high):.2f})"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--setup", action="store_true")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS))
    parser.add_argument("--environments", type=Path, default=HERE)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    if asked.setup:
        set_environments_up(asked.environments)
        return
    runs = rounds(asked)
    found = [*times(runs), *errors(runs)]
    record("against_peers", found)
    rows = [[one.what, short(one.median), f"{short(min(one.values))} to {short(max(one.values))}"] for one in found]
    print(table(["what", "median", "from, to"], rows), "\n")
    print(agreement(runs))


if __name__ == "__main__":
    main()
