"""What earlier searches save on tasks of one kind, and cost where they mislead. Prints Markdown.

    python benchmarks/transfer_tasks.py [--seeds 10] [--jobs 2] [--sampler tpe]

The functions of the samplers' benchmark, each as a kind of five tasks: every number is moved by a normal deviate of 5 %
of its range, what comes out is multiplied by a factor of any size, and has a noise of 2 % of what it spans. Four tasks
of a kind are searched plainly, 40 trials each; the fifth plainly, then with all that `[transfer]` does, and with the
same after the scores of each earlier study were shuffled among its trials.

*Reached*: the trial at which the best value until then is within 5 % of the plain search's whole gain, from the median
of its first four trials to its best of 40. 41 where it never is.
"""

import argparse
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from multiprocessing import get_context

import numpy as np
from recording import Found, record, table
from sampler_tasks import FUNCTIONS
from scipy.stats import wilcoxon

from tunewright.core.seeds import SeedTree
from tunewright.core.space import Choice, Params, Space
from tunewright.search.course import Course
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers.choosing import LAG
from tunewright.search.samplers.cube import from_unit, to_unit
from tunewright.search.samplers.making import make_sampler
from tunewright.search.samplers.proposing import Sampler, propose_next
from tunewright.search.samplers.start import StartingWith
from tunewright.search.transfer.earlier import Earlier, Tried, scored, standings
from tunewright.search.transfer.informed import Informed
from tunewright.search.transfer.portfolio import portfolio

TRIALS, EARLIER, FIRST = 40, 4, 8
KINDS = ("plain", "transfer", "shuffled")
Function = Callable[[Params], float]


def of_kind(name: str, seed: int, number: int) -> tuple[Space, Function]:
    """One task of a kind."""
    space, function = FUNCTIONS[name].space, FUNCTIONS[name].function
    rng = np.random.default_rng([seed, number])
    moved = {one: float(rng.normal(0, 0.05)) for one in space.parameters}
    drawn = make_sampler("random", startup=1, seed=seed)
    sample = [params for one in range(50) if (params := drawn.propose(space, [], seed=one)) is not None]
    noise, scale = 0.02 * float(np.std([function(one) for one in sample])), float(np.exp(rng.normal(0, 2)))

    def shifted(params: Params) -> float:
        there = dict(params)
        for one, parameter in space.parameters.items():
            if not isinstance(parameter, Choice):
                there[one] = from_unit(parameter, float(np.clip(to_unit(parameter, params[one]) + moved[one], 0, 1)))
        return scale * (function(there) + float(rng.normal(0, noise)))

    return space, shifted


def searched(space: Space, function: Function, sampler: Sampler, *, seed: int, lag: int) -> list[TrialRecord]:
    seeds, records = SeedTree(seed), list[TrialRecord]()
    for number in range(TRIALS):
        params = propose_next(sampler, space, Course(records, lag), seed=seeds.integer("propose", number)).params
        assert params is not None
        value = function(params)
        records.append(TrialRecord(number, State.COMPLETE, params, value, (value,)))
    return records


def earlier(name: str, seed: int, *, lag: int, sampler: str) -> list[Earlier]:
    found = []
    for number in range(EARLIER):
        space, function = of_kind(name, seed, number)
        plain = make_sampler(sampler, startup=4, seed=seed)
        records = scored(searched(space, function, plain, seed=1000 * seed + number, lag=lag))
        places = standings([one.score for one in records if one.score is not None])
        tried = (Tried(one.params, place) for one, place in zip(records, places, strict=True))
        found.append(Earlier(f"{name} {number}", tuple(tried)))
    return found


def shuffled(study: Earlier, seed: int) -> Earlier:
    order = np.random.default_rng(seed).permutation(len(study.trials))
    tried = (Tried(one.params, study.trials[at].standing) for one, at in zip(study.trials, order, strict=True))
    return Earlier(study.name, tuple(tried))


def one_search(sampler: str, cell: tuple[str, int]) -> dict[str, int]:
    """When each kind of search reached what the plain one did."""
    (name, seed), lag = cell, LAG if sampler == "tpe" else 2
    known = earlier(name, seed, lag=lag, sampler=sampler)
    studies = {"plain": [], "transfer": known, "shuffled": [shuffled(one, seed) for one in known]}
    curves = {}
    for kind, found in studies.items():
        space, function = of_kind(name, seed, EARLIER)
        asked: Sampler = make_sampler(sampler, startup=4, seed=seed)
        if found:
            asked = StartingWith(portfolio(space, found, FIRST), Informed(space, tuple(found), asked))
        records = searched(space, function, asked, seed=seed, lag=lag)
        curves[kind] = np.array([one.score for one in records])
    first = float(np.median(curves["plain"][:4]))
    target = curves["plain"].min() + 0.05 * max(first - curves["plain"].min(), 0.0)
    hits = {kind: np.flatnonzero(curve <= target) for kind, curve in curves.items()}
    return {kind: int(found[0]) + 1 if len(found) else TRIALS + 1 for kind, found in hits.items()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sampler", choices=("tpe", "gp"), default="tpe")
    asked = parser.parse_args()
    cells = list(product(FUNCTIONS, range(asked.seeds)))
    with ProcessPoolExecutor(asked.jobs, mp_context=get_context("spawn")) as pool:
        done = dict(zip(cells, pool.map(partial(one_search, asked.sampler), cells), strict=True))
    rows, found = [], list[Found]()
    for name in [*FUNCTIONS, "all"]:
        own = [result for (task, _), result in done.items() if name in (task, "all")]
        trials = {kind: [one[kind] for one in own] for kind in KINDS}
        row = [name]
        for kind, values in trials.items():
            p = 1.0 if values == trials["plain"] else float(wilcoxon(values, trials["plain"]).pvalue)
            row += [f"{np.median(values):g}", f"{np.mean(values):.1f}"] + ([] if kind == "plain" else [f"{p:.2g}"])
            found.append(
                Found(f"{asked.sampler}; {name}; {kind}: trials until 95 % of the plain gain", "trials", values)
            )
        rows.append(row)
    record("transfer_tasks", found)
    heads = ["task", "plain: median", "mean", "transfer: median", "mean", "p", "shuffled: median", "mean", "p"]
    print(table(heads, rows))


if __name__ == "__main__":
    main()
