"""What a comparison of finished runs comes to, whatever they tuned."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

from tunewright.core.codec import Json
from tunewright.report.figure import Drawn
from tunewright.report.words import minus
from tunewright.statistics.levels import HINT, LEVEL

Standing: TypeAlias = Literal["better", "hint", "even", "same"]
"""Of the first of a pair. `even` is not proven equal: the two cannot be told apart. `same`: their forecasts are."""


@dataclass(frozen=True)
class Measure:
    """What runs are compared by. noun: in a sentence. head: of a column. hint: what the column says, in sentences.
    test: name of the test of a pair. shares: differences are shares of the second one's, else points. high_is_good: as
    it says."""

    noun: str
    head: str
    hint: str
    test: str = ""
    shares: bool = True
    high_is_good: bool = False


@dataclass(frozen=True)
class Contender:
    """One run. ended: what it came to, in a few words. value: what it is compared by, on the common rows; told: that as
    it is shown. rows: all that it has sealed; None without a sealed test, as are looks. trainings: of its tuned model.
    validation: the best score of its search."""

    label: str
    folder: str
    ended: str
    value: float
    told: str
    rows: int | None = None
    trainings: int | None = None
    validation: float | None = None
    looks: int | None = None

    def as_dict(self) -> dict[str, Json]:
        """An entry of `runs`."""
        names = ("label", "folder", "ended", "value", "rows", "trainings", "validation", "looks")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Agreement:
    """How many rows both have right, the first alone, the second alone, and neither."""

    both: int
    one_alone: int
    other_alone: int
    neither: int

    def as_dict(self) -> dict[str, int]:
        """The four counts under their names."""
        return asdict(self)


@dataclass(frozen=True)
class Pair:
    """Two runs by their labels, first the one that does better, be it by chance. difference: of the first one's value
    to the second one's, with its 95 % interval. p: two-sided; adjusted_p: for the number of pairs. trainings: how many
    of each are in the test; (1, 1) speaks of two trained models alone. same: whether their forecasts are."""

    one: str
    other: str
    difference: float
    low: float
    high: float
    p: float
    adjusted_p: float
    trainings: tuple[int, int]
    same: bool = False
    agreement: Agreement | None = None

    @property
    def over_seeds(self) -> bool:
        """Whether chance of training seeds is in the test."""
        return min(self.trainings) > 1

    @property
    def standing(self) -> Standing:
        if self.same:
            return "same"
        return "better" if self.adjusted_p < LEVEL else "hint" if self.adjusted_p < HINT else "even"

    def as_dict(self) -> dict[str, Json]:
        """An entry of `pairs`."""
        names = ("one", "other", "difference", "low", "high", "p", "adjusted_p", "standing")
        told: dict[str, Json] = {name: getattr(self, name) for name in names}
        agreement = {} if self.agreement is None else {"agreement": self.agreement.as_dict()}
        return {**told, "trainings": list(self.trainings), **agreement}


@dataclass(frozen=True)
class Common:
    """The rows that all runs have sealed. unit: of one, such as `sealed day`. first, last: where they have an order."""

    unit: str
    count: int
    first: str = ""
    last: str = ""


@dataclass(frozen=True)
class Contest:
    """What a kind makes of its runs. pairs: empty where none can be tested; then common is None, and `untested` says
    why in a sentence. chance: what counts as chance beside seeds, in the plural. figures: drawn when
    they are wanted."""

    measure: Measure
    contenders: tuple[Contender, ...]
    pairs: tuple[Pair, ...] = ()
    common: Common | None = None
    chance: str = "rows"
    untested: str = ""
    figures: Callable[[], tuple[Drawn, ...]] = tuple


@dataclass(frozen=True)
class Differing:
    """A parameter of the winners, or a setting of the experiments, that is not the same in all runs. values: in the
    order of the runs; None where one has none."""

    name: str
    values: tuple[Json, ...]
    tuned: bool

    @property
    def shown(self) -> tuple[str, ...]:
        """As text, numbers to six digits where that tells them apart."""
        short = tuple(map(_short, self.values))
        return short if len(set(short)) > 1 else tuple(map(repr, self.values))

    def as_dict(self) -> dict[str, Json]:
        """An entry of `differing`."""
        return {"name": self.name, "tuned": self.tuned, "values": list(self.values)}


def _short(value: Json) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_short(one)}" for key, one in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_short, value)) or "none"
    if isinstance(value, float):
        return minus(f"{value:.6g}")
    return "-" if value is None else str(value)


@dataclass(frozen=True)
class Compared:
    """A comparison, told: its headline and its sentences."""

    kind: str
    contest: Contest
    differing: tuple[Differing, ...]
    headline: str
    sentences: Sequence[str]

    def as_dict(self) -> dict[str, Json]:
        """All of it under its names, ready for JSON."""
        contest, common = self.contest, self.contest.common
        return {
            "kind": self.kind,
            "headline": self.headline,
            "sentences": list(self.sentences),
            "measure": contest.measure.noun,
            "test": contest.measure.test or None,
            "common": None if common is None else {
                "unit": common.unit, "count": common.count, "first": common.first or None, "last": common.last or None
            },
            "runs": [one.as_dict() for one in contest.contenders],
            "pairs": [one.as_dict() for one in contest.pairs],
            "differing": [one.as_dict() for one in self.differing],
        }  # fmt: skip
