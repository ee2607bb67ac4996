"""What the pruners save and what they cost, on simulated walk-forward learning curves.

    python benchmarks/pruners.py [SEEDS]

Prints one Markdown table per world: wall time and work relative to the same study without a pruner (medians over the
seeds), the share of trials run to the end, how often the unpruned study's best trial was kept, how often the best that
was left scored within 1 % of it, and the regret: how much worse the best that is left scores, in per cent of the
spread (the standard deviation) of the better half of the trials' scores, mean over the seeds. Same draws of
configurations and the same curves for every pruner. Deterministic; under a minute.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params, Real, Space, Value
from tunewright.search.pruners import PRUNERS, Pruner, PrunerSettings
from tunewright.search.records import State, TrialRecord, best
from tunewright.search.simulation import Curve, Outcome, Scenario, simulate

SPACE = Space({"rate": Real(0.0, 1.0), "size": Real(0.0, 1.0), "dropout": Real(0.0, 1.0)})
TRIALS, LAG, WORKERS, FOLDS, EPOCHS, STOP = 40, 4, 4, 4, 15, 5


@dataclass(frozen=True)
class World:
    """Sizes in units of a fold's level. configuration: from best to worst; interaction: of configuration and fold;
    jitter: from epoch to epoch; start: loss above the end at the beginning; slow: epochs until the slowest has learnt;
    folds: standard deviation of the folds' levels, as natural logarithms."""

    configuration: float
    interaction: float
    jitter: float
    start: float
    slow: float
    folds: float = 0.7


WORLDS: Mapping[str, World] = {
    "plain": World(0.3, 0.03, 0.01, 0.5, 4.0),
    "noisy": World(0.1, 0.05, 0.02, 0.3, 4.0),
    "late bloomers": World(0.3, 0.03, 0.01, 1.0, 12.0),
    "nothing but noise": World(0.0, 0.05, 0.02, 0.3, 4.0),
}


@dataclass(frozen=True)
class Draws:
    """Uniform draws from the unit cube, without the machinery of a real sampler."""

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        draws = np.random.default_rng(seed).random(len(space.parameters))
        return dict(zip(space.parameters, map(float, draws), strict=True))


@dataclass(frozen=True)
class Curves:
    """The learning curves of one world and seed, a pure function of parameters and trial number."""

    world: World
    seed: int

    def __call__(self, params: Params, number: int) -> Curve:
        world = self.world
        rate, size, dropout = (float(params[name]) for name in ("rate", "size", "dropout"))
        levels = np.exp(np.random.default_rng([self.seed, 1]).normal(0, world.folds, FOLDS))
        rng = np.random.default_rng([self.seed, 2, number])
        quality = world.configuration * ((rate - 0.4) ** 2 + 0.5 * (size - 0.6) ** 2 + 0.3 * (dropout - 0.3) ** 2)
        epochs = np.arange(1, EPOCHS + 1)
        learnt = np.exp(-epochs / (1 + world.slow * (1 - rate)))
        folds = []
        for level in levels:
            end = 1 + quality + rng.normal(0, world.interaction)
            curve = level * (end + world.start * learnt + rng.normal(0, world.jitter, EPOCHS))
            folds.append(_stopped_early(curve))
        return Curve(tuple(folds), 0.5 + 1.5 * size)


def _stopped_early(curve: np.ndarray) -> tuple[float, ...]:
    for epoch in range(len(curve)):
        if epoch - int(np.argmin(curve[: epoch + 1])) >= STOP:
            return tuple(map(float, curve[: epoch + 1]))
    return tuple(map(float, curve))


@dataclass(frozen=True)
class Figures:
    """One pruner in one study. wall, work: relative to unpruned; excess, regret: how much worse the best one scores,
    as a share of the score and of the better half's spread."""

    wall: float
    work: float
    complete: float
    excess: float
    regret: float


def compare(world: World, pruner: Pruner, *, seed: int, plain: Outcome) -> Figures:
    outcome = run(world, pruner, seed)
    scores = sorted(record.score for record in plain.records if record.score is not None)
    kept, winner = best(outcome.records), scores[0]
    assert kept is not None
    assert kept.score is not None
    spread = float(np.std(scores[: len(scores) // 2]))
    return Figures(
        wall=outcome.makespan / plain.makespan,
        work=outcome.work / plain.work,
        complete=sum(record.state is State.COMPLETE for record in outcome.records) / len(outcome.records),
        excess=kept.score / winner - 1,
        regret=(kept.score - winner) / spread,
    )


def run(world: World, pruner: Pruner, seed: int) -> Outcome:
    return simulate(Scenario(SPACE, Draws(), pruner, TRIALS, LAG, SeedTree(seed)), Curves(world, seed), workers=WORKERS)


def table(world: World, pruners: Mapping[str, Pruner], *, seeds: int) -> str:
    """The Markdown table of one world."""
    plain = [run(world, PRUNERS["none"](PrunerSettings()), seed) for seed in range(seeds)]
    lines = ["| Pruner | Wall time | Work | Run to the end | Best kept | Within 1 % | Regret |"]
    lines.append("| --- | --- | --- | --- | --- | --- | --- |")
    for name, pruner in pruners.items():
        found = [compare(world, pruner, seed=seed, plain=plain[seed]) for seed in range(seeds)]
        wall, work, complete, excess, regret = (
            np.array([getattr(figures, field.name) for figures in found]) for field in fields(Figures)
        )
        lines.append(
            f"| {name} | {np.median(wall):.2f} | {np.median(work):.2f} | {np.median(complete):.0%} "
            f"| {np.mean(excess == 0):.0%} | {np.mean(excess <= 0.01):.0%} | {np.mean(regret):.0%} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    SEEDS = int(sys.argv[1]) if len(sys.argv) > 1 else 24
    CHOSEN = {name: make(PrunerSettings()) for name, make in PRUNERS.items()}
    for title, chosen in WORLDS.items():
        print(f"### {title.capitalize()}\n\n{table(chosen, CHOSEN, seeds=SEEDS)}\n")
