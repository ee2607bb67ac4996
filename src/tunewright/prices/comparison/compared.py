"""What a comparison comes to: a row for each variant, and the answer in a sentence."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from tunewright.core.codec import Json
from tunewright.prices.comparison.report.words import within
from tunewright.statistics.levels import LEVEL
from tunewright.statistics.paired import CONFIDENCE, Change, changes
from tunewright.statistics.wording import p_value, percent

Array = npt.NDArray[np.float64]
CLAIMED, MOST_CLAIMED = 0.10, 0.20
"""The reduction of the error that is often claimed for volume or a correlated stock: 10 to 20 %."""


@dataclass(frozen=True)
class Variant:
    """score: mean loss in units of the last value's on the same days. change: None for the base."""

    name: str
    score: float
    days: int
    change: Change | None

    def as_dict(self) -> dict[str, Json]:
        change = None if self.change is None else {**asdict(self.change), "by_repeat": list(self.change.by_repeat)}
        return {"name": self.name, "score": self.score, "days": self.days, "change": change}


@dataclass(frozen=True)
class Compared:
    """All variants, the base first, and the answer."""

    variants: tuple[Variant, ...]
    sentence: str

    def as_dict(self) -> dict[str, Json]:
        return {
            "confidence": CONFIDENCE,
            "sentence": self.sentence,
            "variants": [variant.as_dict() for variant in self.variants],
        }


def compare(names: Sequence[str], losses: Array, *, last_value: Array, horizon: int) -> tuple[Variant, ...]:
    """losses: shape (variants, repeats, days), see `paired`. last_value: its losses on the same days, shape (days,)."""
    found = (None, *changes(losses, horizon=horizon))
    scored: npt.NDArray[np.bool_] = np.asarray(np.isfinite(losses).all(axis=1))
    return tuple(
        Variant(name, float(own[:, days].mean() / last_value[days].mean()), int(days.sum()), change)
        for name, own, days, change in zip(names, losses, scored, found, strict=True)
    )


def study_sentence(variants: Sequence[Variant]) -> str:
    """Does another set of inputs reduce the error, and by as much as is often claimed?

    What is said of the size holds for the whole interval of the set that is named, not for its middle alone.
    """
    base = variants[0].name
    pairs = [(variant.name, variant.change) for variant in variants if variant.change is not None]
    better = [(name, change) for name, change in pairs if change.p < LEVEL and change.change < 0]
    worse = [name for name, change in pairs if change.p < LEVEL and change.change > 0]
    claimed = [(name, change) for name, change in better if change.high <= -CLAIMED]
    name, best = min(claimed or better or pairs, key=lambda pair: pair[1].change)
    shown = (
        f"{name!r} changes the error of {base!r} by {_signed(best.change)} "
        f"({CONFIDENCE:.0%} interval {_signed(best.low)} to {_signed(best.high)}, {p_value(best.p)})"
    )
    if claimed:
        answer = f"Yes: {shown}, {_as_claimed(best)} the 10 to 20 % that are often claimed."
    elif better and best.low <= -CLAIMED:
        answer = f"Yes, a reduction, but its size is open: {shown}; it may be less than the 10 to 20 % often claimed."
    elif better:
        answer = f"Yes, but less than claimed: {shown}; {_claim(pairs)}"
    elif name in worse:
        answer = f"No, the error grows: at best {shown}; {_claim(pairs)}"
    else:
        answer = f"No reduction is proven: at best {shown}; {_claim(pairs)}"
    return answer + (f" Worse than {base!r}: {', '.join(map(repr, worse))}." if worse else "")


def ladder_sentence(variants: Sequence[Variant]) -> str:
    """How much better the lies look than the honest score."""
    pairs = [(variant.name, variant.change) for variant in variants if variant.change is not None]
    lies = sorted(
        ((name, change) for name, change in pairs if change.p < LEVEL and change.change < 0),
        key=lambda pair: pair[1].change,
    )
    if not lies:
        none = f"None of {len(pairs)} mistakes makes" if len(pairs) > 1 else "The mistake does not make"
        return f"{none} this model look better than it is, beyond what chance does."
    shown = ", ".join(f"{within(name)} by {percent(-change.change)}" for name, change in lies)
    count = f"{len(lies)} of {len(pairs)} mistakes" if len(pairs) > 1 else "The mistake"
    make = "make" if len(lies) > 1 else "makes"
    return (
        f"{count} {make} the same model look better than its honest error on the same days: {shown}. "
        "None of it would be left on days that nobody has seen."
    )


def _signed(share: float) -> str:
    return f"{'−' if share < 0 else '+'}{percent(abs(share))}"


def _as_claimed(change: Change) -> str:
    """How a reduction of which 10 % are certain compares with the claim."""
    if change.high < -MOST_CLAIMED:
        return "more than"
    return "as much as" if change.low >= -MOST_CLAIMED else "at least as much as"


def _claim(pairs: Sequence[tuple[str, Change]]) -> str:
    """What is left of the claim where no set is proven to reach it."""
    possible = [name for name, change in pairs if change.low <= -CLAIMED]
    if not possible:
        return "the 10 to 20 % that are often claimed lie outside the interval of every set."
    which = "" if len(possible) == len(pairs) else f" for {', '.join(map(repr, possible))}"
    return f"the days are too few to rule out the 10 to 20 % that are often claimed{which}."
