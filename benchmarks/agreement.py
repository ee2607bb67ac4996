"""Whether others come to the same validation errors: two configurations of the grid from ten seeds. Prints Markdown.

    python benchmarks/against_peers.py --setup          # once: an environment for each of the peers
    python benchmarks/agreement.py [--seeds 10] [--keep runs.jsonl]

The configurations of 32 units in `benchmarks/grid.toml`, all of its epochs, by `tunewright tune`, by KerasTuner and by
Optuna over plain PyTorch, from each seed. Errors are the lowest of all epochs, squared, on the model's scale, and are
compared by their logarithms: the ratio of their geometric means with the 95 % interval of Welch's t over the seeds. No
time is told, so it may run beside other work.
"""

import argparse
import tempfile
from functools import partial
from pathlib import Path

from against_peers import against, mean_error, one_run
from keeping import Kept
from recording import Found, record, short, table
from side_by_side import HERE, Given, Outcome

PEERS = ("keras", "optuna")
GRID = Path(__file__).with_name("grid.toml")
SMALLER = {"trials = 8": "trials = 2", "units_1 = [32, 64]": "units_1 = [32]", "units_2 = [32, 64]": "units_2 = [32]"}


def smaller(folder: Path) -> Path:
    text = GRID.read_text()
    for before, after in SMALLER.items():
        assert before in text, f"{GRID.name} has no line {before} any more"
        text = text.replace(before, after)
    (folder / GRID.name).write_text(text)
    return folder / GRID.name


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--environments", type=Path, default=HERE)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    kept = Kept(asked.keep)
    runs: dict[str, list[Outcome]] = {name: [] for name in ("tunewright", *PEERS)}
    with tempfile.TemporaryDirectory() as folder:
        given = Given.of(smaller(Path(folder)), Path(folder))
        for seed in range(asked.seeds):
            for name, outcomes in runs.items():
                outcomes.append(kept.outcome(name, seed, partial(one_run, name, given, seed, asked.environments)))
    errors = {name: [mean_error(one) for one in outcomes] for name, outcomes in runs.items()}
    record("agreement", [Found(f"{name}: mean error of 2", "squared error", own) for name, own in errors.items()])
    ours, rows = errors["tunewright"], list[list[str]]()
    for name, own in errors.items():
        rows.append([name, short(min(own)), short(max(own)), "" if own is ours else against(ours, own)])
    print(table(["program", "lowest", "highest", "tunewright's over it"], rows))


if __name__ == "__main__":
    main()
