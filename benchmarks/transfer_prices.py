"""What earlier runs save on the next ticker: trials until a search is as good as 40 plain ones. Prints Markdown.

    python benchmarks/transfer_prices.py FILE --folder RUNS [--seeds 10] [--jobs 2]

FILE: prices of several tickers with the same days, such as S&P 500 stocks in one table. Each ticker is tuned plainly
from each seed, by the program as a user runs it; then again with `[transfer]` from the plain runs of the four others
from that seed, and once more from the same runs with the scores of each shuffled among its trials, which tell nothing.
RUNS keeps all run folders, so a stopped benchmark goes on where it was.

*Reached*: the trial at which the best score until then is within 5 % of the plain search's whole gain, from the median
of its first four trials to its best of 40. 41 where it never is.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from recording import Found, record, table
from scipy.stats import wilcoxon

TICKERS = ("AAPL", "JPM", "XOM", "PG", "DIS")
TRIALS = 40
EXPERIMENT = """
[preparation]
folds = 2
test_fraction = 0.2
features = ["open", "high", "low", "close", "volume"]
target = "close"
scaler = "minmax"
time_step = 10

[training]
epochs = 10
patience = 3

[search]
sampler = "{sampler}"
trials = 40

[pruner]
name = "none"

[space]
units = {{ low = 4, high = 64, log = true }}
layers = [1, 2]
learning_rate = {{ low = 1e-4, high = 1e-1, log = true }}
dropout = {{ low = 0.0, high = 0.5 }}
batch_size = [16, 32, 64, 128]
weight_decay = {{ low = 1e-6, high = 1e-1, log = true }}
"""


def tuned(asked: argparse.Namespace, ticker: str, seed: int, *, earlier: Sequence[Path] = (), name: str) -> Path:
    """The folder of a finished run, made where it is not there yet."""
    folder: Path = asked.folder / f"{name}-{ticker}-{seed}"
    if (folder / "results.json").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    text = EXPERIMENT.format(sampler=asked.sampler)
    if earlier:
        text += f"\n[transfer]\nruns = {json.dumps([str(one) for one in earlier])}\n"
    file = asked.folder / f"{folder.name}.toml"
    file.write_text(text)
    command = [str(Path(sys.executable).with_name("tunewright")), "tune", str(file), "--seed", str(seed)]
    command += ["--set", f"data.source={asked.file}", "--set", f"data.ticker={ticker}"]
    command += ["--workers", "1", "--quiet", "--out", str(folder)]
    environment = {**os.environ, "TUNEWRIGHT_PRIVATE": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr[-2000:]}")
    return folder


def shuffled(run: Path, seed: int) -> Path:
    """A copy of what a run tells, with the scores of its trials dealt anew."""
    folder = run.with_name(f"shuffled-{run.name}")
    folder.mkdir(exist_ok=True)
    shutil.copy(run / "experiment.toml", folder)
    told = json.loads((run / "results.json").read_text())
    trials = told["study"]["trials"]
    whole = [one for one in trials if one["state"] == "complete"]
    order = np.random.default_rng(seed).permutation(len(whole))
    results = [(whole[at]["score"], whole[at]["fold_scores"], whole[at]["reports"]) for at in order]
    for one, (score, folds, reports) in zip(whole, results, strict=True):
        one.update(score=score, fold_scores=folds, reports=reports)
    (folder / "results.json").write_text(json.dumps(told))
    return folder


def curve(run: Path) -> np.ndarray:
    """The best score after each trial."""
    trials = json.loads((run / "results.json").read_text())["study"]["trials"]
    scores = [np.inf if one["score"] is None else one["score"] for one in trials]
    return np.minimum.accumulate(scores)


def reached(found: np.ndarray, plain: np.ndarray, first: float) -> int:
    target = plain[-1] + 0.05 * (first - plain[-1])
    there = np.flatnonzero(found <= target)
    return int(there[0]) + 1 if len(there) else TRIALS + 1


def first_of(run: Path) -> float:
    trials = json.loads((run / "results.json").read_text())["study"]["trials"][:4]
    return float(np.median([one["score"] for one in trials if one["score"] is not None]))


def one_seed(asked: argparse.Namespace, seed: int) -> dict[str, list[tuple[int, float]]]:
    """By kind of run, for each ticker when it reached its target, and its best score over the plain one's."""
    plain = {ticker: tuned(asked, ticker, seed, name="plain") for ticker in TICKERS}
    found: dict[str, list[tuple[int, float]]] = {"plain": [], "transfer": [], "shuffled": []}
    for ticker, own in plain.items():
        others = [run for name, run in plain.items() if name != ticker]
        runs = {
            "plain": own,
            "transfer": tuned(asked, ticker, seed, earlier=others, name="transfer"),
            "shuffled": tuned(asked, ticker, seed, earlier=[shuffled(one, seed) for one in others], name="misled"),
        }
        for kind, run in runs.items():
            found[kind].append((reached(curve(run), curve(own), first_of(own)), curve(run)[-1] / curve(own)[-1]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sampler", choices=("tpe", "gp"), default="tpe")
    asked = parser.parse_args()
    asked.file, asked.folder = asked.file.resolve(), asked.folder.resolve()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(asked.jobs) as pool:
        seeds = list(pool.map(partial(one_seed, asked), range(asked.seeds)))
    kinds = {kind: [one for seed in seeds for one in seed[kind]] for kind in ("plain", "transfer", "shuffled")}
    rows, rowed = [], list[Found]()
    for kind, all_of in kinds.items():
        trials, best = [one[0] for one in all_of], [one[1] for one in all_of]
        against = [one[0] for one in kinds["plain"]]
        p = 1.0 if trials == against else float(wilcoxon(trials, against).pvalue)
        rowed.append(Found(f"{asked.sampler}; {kind}: trials until 95 % of the plain gain", "trials", trials))
        rowed.append(Found(f"{asked.sampler}; {kind}: best score over the plain one's", "ratio", best))
        rows.append([kind, f"{np.median(trials):g}", f"{np.mean(trials):.1f}", f"{p:.3g}", f"{np.median(best):.4f}"])
    record("transfer_prices", rowed)
    print(table(["search", "trials, median", "mean", "p against plain", "best score over plain"], rows))


if __name__ == "__main__":
    main()
