"""How often a sealed test was looked at, over all runs, as the page says it."""

from dataclasses import dataclass

from tunewright.report.study.words import plural
from tunewright.report.tables import notice
from tunewright.report.values import Number
from tunewright.report.words import probability


@dataclass(frozen=True)
class Together:
    """All configurations that were looked at on the same days, and this one among them."""

    configurations: int
    spa_p: Number
    in_stepm: bool
    in_mcs: bool
    last_value_in_mcs: bool


@dataclass(frozen=True)
class Looks:
    """`test.looks` of results.json. together: None where no other was looked at on the very same days."""

    earlier: int
    adjusted_p: Number
    together: Together | None = None
    problems: tuple[str, ...] = ()


def opened_often(openings: int, looks: Looks | None) -> str:
    """The notices that a sealed test was looked at more than once, and that the ledger could not be read or written;
    empty where there is nothing to say. openings: of this run alone. looks: None as in results of earlier versions."""
    told = [f"The sealed test was opened {openings} times in this run."] if openings > 1 else []
    if looks is not None and looks.earlier:
        told.append(
            f"Other forecasts were looked at there {plural(looks.earlier, 'time')} before; adjusted for all looks, the "
            f"test of skill has {probability(looks.adjusted_p)}."
        )
    often = "Each look after the first lets choices adapt to it, so the p values below may be too small."
    first = notice("Opened more than once", " ".join([*told, often])) if told else ""
    problems = () if looks is None else looks.problems
    return first + "".join(notice("Ledger of openings", problem) for problem in problems)


def opened_row(openings: int, looks: Looks | None) -> str:
    """The row of the provenance."""
    if looks is None:
        return plural(openings, "time")
    before = f"after {plural(looks.earlier, 'look')} at other forecasts" if looks.earlier else "no other look is known"
    return f"{plural(openings, 'time')} in this run; {before}"
