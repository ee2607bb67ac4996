"""One trial of a comparison: one variant, trained on every fold with the seeds of one repeat."""

from dataclasses import dataclass

import numpy as np

from tunewright.core.codec import Json
from tunewright.core.errors import StudyFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Choice, Integer, Params, Space
from tunewright.prices.comparison.lessons import Array, honest, last_value_losses, teach
from tunewright.prices.comparison.variants import Variants
from tunewright.prices.experiment.objective import configuration
from tunewright.prices.preparation.folds import Fold
from tunewright.prices.preparation.seal import Development
from tunewright.search.samplers.grid import GridSampler
from tunewright.trials.rungs import Rungs
from tunewright.trials.search import Plan

REPEAT, VARIANT = "repeat", "variant"


@dataclass(frozen=True)
class DailyLosses:
    """What a fold tells: the loss of each validation day, NaN where the variant cannot score it; shape (days,)."""

    losses: Array
    last_value: Array
    cost: None = None

    @property
    def score(self) -> float:
        """In units of the last value's loss on the same days."""
        scored = np.isfinite(self.losses)
        return float(self.losses[scored].mean() / self.last_value[scored].mean())

    def detail(self) -> dict[str, Json]:
        return {"losses": [float(one) if np.isfinite(one) else None for one in self.losses]}


@dataclass(frozen=True)
class ComparisonObjective:
    """Takes `repeat` and `variant` for parameters. Repeats have seeds of their own, the same for every variant."""

    variants: Variants
    development: Development
    cuts: tuple[Fold, ...]
    seeds: SeedTree

    @property
    def folds(self) -> int:
        return len(self.cuts)

    def __call__(self, params: Params, fold: int, *, seeds: SeedTree, rungs: Rungs | None = None) -> DailyLosses:
        """`seeds`, those of the trial, stay unused: two trials of one repeat are to have the same."""
        name, cut = str(params[VARIANT]), self.cuts[fold]
        chosen = configuration(self.variants.experiment(name), {})
        own = self.seeds.child(REPEAT, int(params[REPEAT]), "fold", fold)
        lesson = honest(self.development, cut, chosen.preparation)
        losses = np.full(len(cut.validation), np.nan)
        for part, one in enumerate(self.variants.lessons(name, lesson, seed=own.integer("split"))):
            losses[one.places] = teach(one, chosen, seeds=own.child("part", part))
        return DailyLosses(losses, last_value_losses(self.development, cut, chosen.preparation))


def comparison_plan(names: tuple[str, ...], *, repeats: int, lag: int, seeds: SeedTree) -> Plan:
    """Every variant in every repeat, once."""
    space = Space({REPEAT: Integer(0, repeats - 1), VARIANT: Choice(names)})
    return Plan(space, GridSampler(), trials=repeats * len(names), lag=lag, seeds=seeds)


def daily(details: list[tuple[Params, list[Json]]], names: tuple[str, ...], *, repeats: int) -> Array:
    """All losses, shape (variants, repeats, days); days of all folds, in order.

    details: of each complete trial, its parameters and what each fold told. Raises StudyFailure where one is missing.
    """
    by_place = {(str(params[VARIANT]), int(params[REPEAT])): folds for params, folds in details}
    wanted = [(name, repeat) for name in names for repeat in range(repeats)]
    missing = [place for place in wanted if place not in by_place]
    if missing:
        name, repeat = missing[0]
        raise StudyFailure(
            f"{len(missing)} of {len(wanted)} trainings failed, the first of {name!r} in repeat {repeat}, so there is "
            "nothing fair to compare; narrow the model (its learning rate above all), and begin anew with another --out"
        )
    rows = [np.concatenate([_losses(fold) for fold in by_place[place]]) for place in wanted]
    return np.array(rows).reshape(len(names), repeats, -1)


def _losses(detail: Json) -> Array:
    assert isinstance(detail, dict)
    return np.array([np.nan if one is None else one for one in detail["losses"]], dtype=np.float64)
