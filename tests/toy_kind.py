"""A kind of experiment from outside the package, in one file: how many coin tosses until a run of heads is there.

`tests/experiment/test_plugins.py` installs it under an entry point and runs it through the program.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field, ValidationError

from tunewright.bundle.folder import CONTENT, FORMAT, BundleFolder, write_bundle
from tunewright.bundle.predicted import Predicted, Request
from tunewright.core.codec import Json, dumps
from tunewright.core.errors import ConfigError
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params, Space
from tunewright.experiment.describing import describe
from tunewright.experiment.plan import make_plan
from tunewright.experiment.pruning import PruningSettings
from tunewright.experiment.sections import ParameterSettings, Section, Starts, space_of
from tunewright.experiment.stopping import StopSettings
from tunewright.experiment.values import Name, Seed
from tunewright.report.page import Page, page
from tunewright.report.part import Part
from tunewright.report.reading import checked, study_of
from tunewright.report.results import Results
from tunewright.report.study.figures import study_figures
from tunewright.runs.folder import RunFolder
from tunewright.runs.kind import Bundles, Kind
from tunewright.runs.parts import Ended, Life, Searched, Sought
from tunewright.runs.searching import Crew
from tunewright.runs.study_results import About
from tunewright.trials.rungs import Rungs


class SearchSettings(Section):
    sampler: Literal["random", "tpe"] = "random"
    trials: int = 5
    lag: int = 2
    startup_trials: int = 2
    second_objective: None = None
    objectives: int = 1


class Coins(Section):
    kind: Literal["coins"]
    name: Name = "experiment"
    seed: Seed = 0
    search: SearchSettings = SearchSettings()
    pruner: PruningSettings = PruningSettings(name="none")
    stop: StopSettings = StopSettings()
    space: dict[str, ParameterSettings] = Field(default_factory=dict)
    start: Starts = Field([])


@dataclass(frozen=True)
class Prepared:
    experiment: Coins
    sampler_reason: str = ""


@dataclass(frozen=True)
class Tossed:
    score: float
    cost: None = None

    def detail(self) -> dict[str, Json]:
        return {}


@dataclass(frozen=True)
class Tossing:
    folds: int = 2

    def __call__(self, params: Params, fold: int, *, seeds: SeedTree, rungs: Rungs) -> Tossed:
        tosses = np.random.default_rng(seeds.child("fold", fold).integer("coin")).random(1000)
        return Tossed(abs(float((tosses < float(params["heads"])).mean()) - 0.5))


def check(values: Mapping[str, Any], base: Path) -> Coins:
    try:
        return Coins.model_validate(values)
    except ValidationError as error:
        raise ConfigError(describe(error, Coins)) from None


def space(experiment: Coins) -> Space:
    return space_of(experiment.space, whole=lambda name, given: False)


def sought(prepared: Prepared, folder: RunFolder) -> Sought:
    plan = make_plan(prepared.experiment, space(prepared.experiment), checkpoints=folder.checkpoints)
    about = About("random", "none", "bias", "distance from a fair coin", None, plan.lag)
    return Sought(plan, Tossing(), {"coins": prepared.experiment.seed}, about, "there is no coin")


def end(prepared: Prepared, searched: Searched | None, crew: Crew) -> Ended[float]:
    assert searched is not None
    heads = float(searched.winner.params["heads"])
    write_bundle(crew.folder.bundle, {CONTENT: dumps({"format": FORMAT, "kind": "coins", "heads": heads})})
    return Ended(heads, {"coin": {"heads": heads}}, {})


@dataclass(frozen=True)
class Coin:
    coin: dict[str, float]


def coin_page(folder: Path, record: Mapping[str, Any]) -> Page:
    path = folder / "results.json"
    results, told = checked(path, record, Results), checked(path, record, Coin)
    study = study_of(path, results)
    return page(results, study=study_figures(study), part=Part("A coin", f"<p>heads {told.coin['heads']:.3f}</p>"))


def predict(folder: BundleFolder, request: Request) -> Predicted:
    tosses = int(request.data)
    heads = folder.content["heads"] * tosses
    return Predicted("1 prediction", [f"{heads:.1f} heads of {tosses}"], "heads\n", json.loads(json.dumps([heads])))


LIFE: Life[Coins, Prepared, float] = Life(
    Prepared, sought, end, lambda prepared: ["coin      fair?"], lambda heads: [f"The coin falls {heads:.3f}."]
)
COINS: Kind[Coins] = Kind(
    names=("coins",),
    noun="an experiment on a coin",
    check=check,
    life=lambda: LIFE,
    page=coin_page,
    space=space,
    bundles=Bundles((), lambda folder, factory: folder.content["heads"], predict),
)
