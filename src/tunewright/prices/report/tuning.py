"""The shape of "tuning" in results.json of runs on prices (schema 1), as frozen values, and its table."""

from dataclasses import dataclass
from typing import Any, Literal

from tunewright.prices.report.outcome import Statistic
from tunewright.report.tables import row, table, text
from tunewright.report.values import Number
from tunewright.report.words import number, probability, share

TITLES = {"tuned": "Tuned model", "default": "Untuned default", "random": "Best of 5 random"}
HINT = (
    "Best of 5 random: the best in validation of the first five configurations that were drawn at random. Skill "
    "against the last value and mean squared error on the sealed days: mean \u00b1 standard deviation over the seeds. "
    "Tuned against it: by how much the tuned model's squared error lies above that of the row, with an interval of "
    "95 % in which days and seeds count as chance; p and intervals allow for the number of rows."
)


@dataclass(frozen=True)
class Default:
    """The experiment's fixed values, with nothing tuned; `mse` on the sealed test."""

    params: dict[str, Any]
    score: float
    fold_scores: tuple[float, ...]
    mse: float


@dataclass(frozen=True)
class SeededModel:
    """A configuration over training seeds. trial: that it is of, None for the default. mse, skill: by seed."""

    name: Literal["tuned", "default", "random"]
    trial: int | None
    epochs: int
    mse: tuple[float, ...]
    mean: float
    sd: float
    skill: tuple[float, ...]
    mean_skill: float
    sd_skill: float


@dataclass(frozen=True)
class Against:
    """The tuned model's squared error beside that of another: `change` is a share of the other's."""

    name: Literal["default", "random"]
    change: Number
    low: Number
    high: Number
    p: Number


@dataclass(frozen=True)
class Missing:
    """Which configuration is not there from every seed, and why, in a clause."""

    name: Literal["tuned", "default", "random"]
    reason: str


@dataclass(frozen=True)
class Seeds:
    count: int
    models: tuple[SeededModel, ...]
    against: tuple[Against, ...]
    missing: tuple[Missing, ...]


@dataclass(frozen=True)
class Tuning:
    """The winner against the default; gains are shares of the default's error. seeds: None where each was trained from
    one, as in results written before there were several."""

    default: Default
    validation_gain: float
    test_gain: float
    diebold_mariano: Statistic
    conclusion: Literal["helped", "no_difference", "overtuned", "unknown"]
    sentence: str
    seeds: Seeds | None = None


def seeds_table(seeds: Seeds) -> str:
    """One row for each configuration, the tuned model first, and a line for each that is missing."""
    changes: dict[str, Against] = {one.name: one for one in seeds.against}
    rows = (
        row(
            TITLES[one.name],
            (
                "-" if one.trial is None else f"{one.trial}",
                f"{one.epochs}",
                f"{share(one.mean_skill)} \u00b1 {share(one.sd_skill)}",
                f"{number(one.mean, digits=5)} \u00b1 {number(one.sd, digits=2)}",
                _told(changes.get(one.name)),
            ),
        )
        for one in seeds.models
    )
    head = ["Configuration", "Trial", "Epochs", "Skill", "MSE", "Tuned against it"]
    lines = "".join(
        f'<p class="hint">{text(f"{TITLES[one.name]}: not compared, as {one.reason}.")}</p>' for one in seeds.missing
    )
    return f'{table(head, rows, label=f"Over {seeds.count} training seeds")}\n{lines}<p class="hint">{HINT}</p>'


def _told(one: Against | None) -> str:
    if one is None:
        return "-"
    span = f"{share(one.low)} to {share(one.high)}"
    return f"{share(one.change)}<br><small>{span}</small><br><small>{text(probability(one.p))}</small>"
