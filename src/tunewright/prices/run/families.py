"""What the search found of each family, where [space] tunes the family: validation figures, no test."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch

from tunewright.core.codec import Json
from tunewright.core.space import Params
from tunewright.prices.experiment.objective import Scorer, configuration
from tunewright.prices.experiment.resolved import quantity_of
from tunewright.prices.experiment.settings import TUNING
from tunewright.prices.families.family import Shape
from tunewright.prices.families.known import FAMILIES
from tunewright.prices.run.setup import Prepared
from tunewright.search.records import State, TrialRecord, best
from tunewright.statistics.wording import percent
from tunewright.training.size import parameter_count

CAUTION = (
    "These are validation figures, each the best of a family's trials on the very days that chose it, and no test: of "
    "these trials only the winner, the {}, was tested on the sealed days."
)


@dataclass(frozen=True)
class FamilyFound:
    """trials: all of the family's; complete: how many of them were. score: of the best one, None where none was
    complete. skill: 1 - score / score of the last value. parameters: of that trial's model. seconds: of all trials."""

    family: str
    label: str
    trials: int
    complete: int
    score: float | None
    skill: float | None
    parameters: int | None
    seconds: float


@dataclass(frozen=True)
class FamiliesFound:
    """rows: the best family first, those without a score last. last_value: its score, on the same validation days."""

    value: str
    last_value: float
    rows: tuple[FamilyFound, ...]

    def sentence(self) -> str:
        """Which families had a smaller error than the last value, in two plain sentences."""
        better = [row for row in self.rows if row.skill is not None and row.skill > 0]
        named = ", ".join(f"{row.label} ({percent(row.skill or 0.0)})" for row in better)
        beaten = f"a smaller error in validation than repeating the last {self.value}"
        count = f"the best trials of {len(better)} of {len(self.rows)} families" if better else "no family's best trial"
        said = f"{count} had {beaten}" + (f": {named}." if better else ".")
        return f"{said[:1].upper()}{said[1:]} {CAUTION.format(self.rows[0].label)}"

    def lines(self) -> list[str]:
        """The same as a table for the terminal."""
        width = max(len("in validation"), *(len(row.label) for row in self.rows))
        lines = [self.sentence(), "", f"{'in validation':<{width}}  trials    skill  parameters  seconds"]
        for row in self.rows:
            skill = "-" if row.skill is None else f"{100 * row.skill:+.2f} %".replace("-", "\N{MINUS SIGN}")
            parameters = "-" if row.parameters is None else f"{row.parameters:,}"
            lines.append(f"{row.label:<{width}}  {row.trials:>6}  {skill:>9}  {parameters:>10}  {row.seconds:>7.1f}")
        return lines

    def as_dict(self) -> dict[str, Json]:
        return {
            "last_value": self.last_value,
            "sentence": self.sentence(),
            "rows": [asdict(row) for row in self.rows],
        }


def families_found(prepared: Prepared, records: Sequence[TrialRecord]) -> FamiliesFound | None:
    """None where the family is not tuned. records: of a study with a complete trial."""
    experiment = prepared.experiment
    if "family" not in experiment.space:
        return None
    last_value = _last_value_score(prepared)
    of = [(str(record.params.get("family", experiment.model.family)), record) for record in records]
    names = dict.fromkeys([*(family.name for family in TUNING.tried(experiment)), *(name for name, _ in of)])
    rows = [
        _found(prepared, name, records=[one for own, one in of if own == name], last_value=last_value)
        for name in names  # of the space, and of what it was before it was changed on the way
    ]
    ordered = sorted(rows, key=lambda row: float("inf") if row.score is None else row.score)
    return FamiliesFound(quantity_of(experiment).name, last_value, tuple(ordered))


def _found(prepared: Prepared, name: str, *, records: Sequence[TrialRecord], last_value: float) -> FamilyFound:
    winner = best(records)
    score = None if winner is None else winner.score
    return FamilyFound(
        family=name,
        label=FAMILIES.named(name).label,
        trials=len(records),
        complete=sum(record.state is State.COMPLETE for record in records),
        score=score,
        skill=None if score is None else 1 - score / last_value,
        parameters=None if winner is None else _parameters(prepared, winner.params),
        seconds=sum(record.seconds for record in records),
    )


def _last_value_score(prepared: Prepared) -> float:
    """The last value's own score, as a trial's: the mean of the metric over the folds."""
    experiment = prepared.experiment
    series = quantity_of(experiment).series(prepared.development.table)
    scores = []
    for fold in prepared.folds:
        days = np.arange(fold.validation.start, fold.validation.stop)
        last = series[days - experiment.preparation.horizon]
        scores.append(Scorer(experiment, series[days], last)(last))
    return float(np.mean(scores))


def _parameters(prepared: Prepared, params: Params) -> int:
    chosen = configuration(prepared.experiment, params)
    shape = Shape(chosen.preparation.time_step, len(chosen.preparation.features))
    return parameter_count(FAMILIES.named(chosen.model.family).build(chosen.model, shape, torch.Generator()))
