"""How good the samplers are through the lagged schedule, against Optuna's own loop and against chance.

    python benchmarks/samplers.py --out FILE [--seeds 20] [--jobs 1] [--sampler tpe|gp] [--table]

Runs every task (six test functions; two surrogates of real training: random forests fitted to the validation losses of
networks on scikit-learn's digits and breast cancer data) with every method and seed. Each search that ends is one line
of FILE (JSON), so a stopped benchmark goes on where it was; --table only prints. The table has median regrets (best
score minus the task's minimum) and, per task and over all of them, p of a two-sided Wilcoxon test, paired by seed, of
a method against Optuna's loop. On one core TPE takes about five minutes; the Gaussian process about five per seed.
"""

import argparse
import json
import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import optuna
import torch
from sampler_tasks import FUNCTIONS, SURROGATES, Task, surrogate, task
from scipy.stats import wilcoxon

from tunewright.core.seeds import SeedTree
from tunewright.core.space import Choice, Integer, Real, Space
from tunewright.search.course import Course
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers.making import make_sampler
from tunewright.search.samplers.proposing import propose_next

BUDGETS = {"tpe": 60, "gp": 40}
STARTUP = 4
LAGS = {f"lag {lag}": lag for lag in (1, 2, 4, 8)}
METHODS = {"plain": None, **LAGS, "random": 1}


@dataclass(frozen=True)
class Cell:
    """One search."""

    task: str
    sampler: str
    method: str
    seed: int


def search(cell: Cell, folder: Path) -> float:
    """The lowest score that the search finds."""
    chosen, trials, lag = task(cell.task, folder), BUDGETS[cell.sampler], METHODS[cell.method]
    if lag is None:
        return plain(cell, chosen, trials)
    seeds, records = SeedTree(cell.seed), list[TrialRecord]()
    name = "random" if cell.method == "random" else cell.sampler
    sampler = make_sampler(name, startup=STARTUP, seed=cell.seed)
    for number in range(trials):
        seed = seeds.integer("propose", number)
        params = propose_next(sampler, chosen.space, Course(records, lag), seed=seed).params
        assert params is not None
        records.append(TrialRecord(number, State.COMPLETE, params, chosen.function(params)))
    return min(record.score for record in records if record.score is not None)


def plain(cell: Cell, chosen: Task, trials: int) -> float:
    """Optuna's own loop with the sampler's defaults."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    make = {"tpe": optuna.samplers.TPESampler, "gp": optuna.samplers.GPSampler}[cell.sampler]

    def objective(trial: optuna.Trial) -> float:
        return chosen.function({name: suggest(trial, name, chosen.space) for name in chosen.space.parameters})

    study = optuna.create_study(sampler=make(seed=cell.seed))
    study.optimize(objective, n_trials=trials, n_jobs=1)
    return float(study.best_value)


def suggest(trial: optuna.Trial, name: str, space: Space) -> bool | int | float | str:
    match space.parameters[name]:
        case Integer(low, high, step, log):
            return trial.suggest_int(name, low, high, step=step, log=log)
        case Real(low, high, step, log):
            return trial.suggest_float(name, low, high, step=step, log=log)
        case Choice(choices):
            found = trial.suggest_categorical(name, choices)
            assert found is not None
            return found


def cells(seeds: int, samplers: Sequence[str]) -> Iterator[Cell]:
    """Seed by seed, so that a stopped benchmark has a whole table of fewer seeds."""
    for seed in range(seeds):
        for sampler in samplers:
            for name in (*FUNCTIONS, *SURROGATES):
                for method in METHODS:
                    yield Cell(name, sampler, method, seed)


def work(job: tuple[Cell, Path]) -> tuple[Cell, float]:
    return job[0], search(*job)


def known(file: Path) -> dict[Cell, float]:
    lines = file.read_text().splitlines() if file.exists() else []
    return {Cell(*key): value for key, value in map(json.loads, lines)}


def table(found: Mapping[Cell, float], sampler: str, folder: Path) -> str:
    head = [f"{sampler.upper()}, {BUDGETS[sampler]} trials", *METHODS, *(f"p {name}" for name in LAGS)]
    lines = [f"| {' | '.join(head)} |", "| --- " * len(head) + "|"]
    log_ratios: dict[str, list[float]] = {name: [] for name in LAGS}
    for name in (*FUNCTIONS, *SURROGATES):
        seeds = [s for s in range(1000) if all(Cell(name, sampler, method, s) in found for method in METHODS)]
        if not seeds:
            continue
        # The lowest value of a surrogate is not known exactly.
        minimum = min(task(name, folder).minimum, *(value for cell, value in found.items() if cell.task == name))
        regrets = {
            method: np.array([found[Cell(name, sampler, method, seed)] for seed in seeds]) - minimum
            for method in METHODS
        }
        ps = []
        for method, ratios in log_ratios.items():
            difference = regrets[method] - regrets["plain"]
            ratios.extend(np.sign(difference) * np.argsort(np.argsort(np.abs(difference))) / len(seeds))
            ps.append(paired(difference))
        medians = " | ".join(f"{np.median(regrets[method]):.3g}" for method in METHODS)
        shown = " | ".join(f"{p:.3f}" for p in ps)
        lines.append(f"| {name} ({len(seeds)} seeds) | {medians} | {shown} |")
    overall = " | ".join(f"{paired(np.array(ratios)):.2g}" for ratios in log_ratios.values())
    lines.append("| all tasks, differences by rank within each " + "| " * len(METHODS) + f"| {overall} |")
    return "\n".join(lines)


def paired(differences: np.ndarray) -> float:
    return float(wilcoxon(differences).pvalue) if np.any(differences) else 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--sampler", choices=tuple(BUDGETS), action="append")
    parser.add_argument("--table", action="store_true")
    given = parser.parse_args()
    samplers, folder = given.sampler or tuple(BUDGETS), given.out.parent
    found = known(given.out)
    missing = [] if given.table else [cell for cell in cells(given.seeds, samplers) if cell not in found]
    for name in SURROGATES:
        surrogate(name, folder)
    with given.out.open("a") as stream, multiprocessing.Pool(given.jobs, torch.set_num_threads, (1,)) as pool:
        for cell, value in pool.imap_unordered(work, [(cell, folder) for cell in missing]):
            found[cell] = value
            stream.write(json.dumps([[cell.task, cell.sampler, cell.method, cell.seed], value]) + "\n")
            stream.flush()
    for sampler in samplers:
        print(table(found, sampler, folder), end="\n\n")


if __name__ == "__main__":
    main()
