"""What a claim of skill rests on, one test after the other: each holds, does not, or could not be tested.

Three kinds weigh differently. The `ground` is what is claimed: without it there is no claim. A `doubt` that does not
hold turns the claim into a hint. A `rival` that does not hold is said in the headline, and takes the praise from it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

from tunewright.core.codec import Json
from tunewright.core.words import counted
from tunewright.prices.judging.stability import Changing, FewDays, Slice, Stability, in_words
from tunewright.runs.openings.looked import Looked
from tunewright.statistics.forecasts import TestResult
from tunewright.statistics.levels import HINT, LEVEL
from tunewright.statistics.superior import Superior
from tunewright.statistics.wording import TOO_FEW, against, p_value, percent

Weight: TypeAlias = Literal["ground", "doubt", "rival"]
UNTESTED = "Not tested: too few days that do not overlap, or an error that differs by the same on all of them."
DAYS = "these days"
"""What was looked at."""
Standing: TypeAlias = Literal["better", "even", "behind"]
"""Of a rival. `even` is not proven equal: the two cannot be told apart."""


_NO_DIFFERENCE = "shows no difference"


@dataclass(frozen=True)
class Clause:
    """name: for programs. asks: for readers. holds: None where it could not be tested. p: of its test, if it has one.
    told: what was found, as a sentence. doubt: why the claim is doubted, as a part of one; "" where it holds."""

    name: str
    weight: Weight
    asks: str
    holds: bool | None
    p: float | None
    told: str
    doubt: str = ""

    def as_dict(self) -> dict[str, Json]:
        """One entry of `test.clauses` of results.json."""
        return asdict(self)


def doubts_of(clauses: Sequence[Clause]) -> tuple[str, ...]:
    """Why a claim is a hint and no proof; empty where nothing speaks against it."""
    return tuple(one.doubt for one in clauses if one.weight == "doubt" and one.holds is False)


def skill_clause(name: str, skill: float, *, test: TestResult, benchmark: str) -> Clause:
    """Clark-West, one-sided: 1 % of forecasts without skill hold it. benchmark: in words."""
    return Clause(
        name, "ground", f"Is it better than {benchmark}?",
        skill > 0 and test.p < LEVEL, test.p,
        f"Its squared error is {against(skill)} that of {benchmark} (Clark-West {p_value(test.p)}; a claim needs "
        f"p < {LEVEL}).",
    )  # fmt: skip


def rival_clause(name: str, standing: Standing, *, test: TestResult, rival: str) -> Clause:
    """Diebold-Mariano of model and rival, two-sided: of two equal ones, 1 % are told apart. rival: in words."""
    told = {
        "behind": f"It does better than {rival}",
        "even": f"It cannot be told apart from {rival}",
        "better": f"{rival[0].upper()}{rival[1:]} does better",
    }[standing]
    needed = f"; to tell them apart takes p < {LEVEL}" if standing == "even" else ""
    return Clause(
        name, "rival", f"Is it better than {rival}?",
        standing == "behind", test.p,
        f"{told} (Diebold-Mariano {p_value(test.p)}{needed}).",
    )  # fmt: skip


def agreement_clause(test: TestResult, *, value: str) -> Clause:
    """Another test of the same, Diebold-Mariano, which is to show a hint at least."""
    paired, better = p_value(test.p), test.statistic >= 0
    holds = test.p < HINT and better
    agrees = _rated(test.p, proof="agrees", hint="gives a hint of the same", none=_NO_DIFFERENCE)
    differs = _rated(test.p, proof="finds the opposite", hint="gives a hint of the opposite", none=_NO_DIFFERENCE)
    unlike = "does not tell its error from" if better or test.p >= HINT else "finds its error larger than"
    return Clause(
        "diebold_mariano", "doubt", "Does a test that makes no allowance for the model agree?",
        holds, test.p,
        f"Diebold-Mariano {agrees if better else differs} ({paired}).",
        "" if holds else f"Diebold-Mariano {unlike} the last {value}'s ({paired})",
    )  # fmt: skip


def superior_clause(found: Superior | None, *, methods: str) -> Clause:
    """Of the model among several: those that SPA compares, in words. None where days are too few."""
    asks = "Is it superior, although several forecasts were tried?"
    if found is None:
        return Clause("superior", "doubt", asks, None, None, TOO_FEW)
    p = p_value(found.spa)
    best = _rated(
        found.spa, proof="is superior", hint="gives a hint of being superior", none="is not shown to be superior"
    )
    told, doubt = f"The best of {methods} {best} ({p})", f"none of {methods} is shown to be superior ({p})"
    if found.spa < HINT and not found.itself:
        told = f"{told}, but the model itself is not shown to be"
        doubt = f"it is not itself the one of {methods} that is shown to be superior ({p})"
    return Clause("superior", "doubt", asks, found.itself, found.spa, f"{told}.", "" if found.itself else doubt)


def size_clause(skill: float, smallest: float) -> Clause:
    """No test: the skill that shows on so many days with a chance of 80 %."""
    holds, least = skill >= smallest, percent(smallest)
    return Clause(
        "detectable", "doubt", "Is the skill large enough for so many days?",
        holds, None,
        f"A skill of {_signed(skill)} is {'not ' if holds else ''}below {least}, the smallest that so many days would "
        "probably show.",
        "" if holds else f"on so many days a skill below {least} is seldom told from luck",
    )  # fmt: skip


def looks_clause(looked: Looked) -> Clause:
    """Bonferroni over all forecasts that were looked at on these days. Of an unknown number nothing can be said."""
    holds = not looked.earlier or looked.adjusted_p < LEVEL
    told = looked.remark(DAYS.capitalize()).strip() or "No earlier look at these days is known."
    return Clause(
        "looks", "doubt", "Is this the first look at these days, or does it hold after all of them?",
        holds, looked.adjusted_p,
        told,
        looked.doubt(DAYS) if looked.spoil else "",
    )  # fmt: skip


def stability_clauses(found: Stability, *, value: str) -> tuple[Clause, Clause, Clause]:
    """By days, by stretches of time, and by years and markets."""
    return (_few_days(found.few_days), _changing(found.changing, value), _slices(found.slices, value))


def _few_days(few: FewDays) -> Clause:
    asks = "Is the gain there on ordinary days?"
    if few.best is None:
        told = "There is no gain that a few days could have made." if few.days else "Too few days to leave some out."
        return Clause("few_days", "doubt", asks, None, None, told)
    holds, count = few.skill_without > 0, counted(few.days, "day")
    return Clause(
        "few_days", "doubt", asks,
        holds, None,
        f"The best {count} alone brought {percent(few.best)} of it; without the best and the worst {count} the skill "
        f"is {_signed(few.skill_without)}.",
        "" if holds else f"without its best and its worst {count} nothing of the gain is left",
    )  # fmt: skip


def _changing(changing: Changing | None, value: str) -> Clause:
    asks = f"Is it at no time shown to be worse than the last {value}?"
    if changing is None:
        return Clause("at_all_times", "doubt", asks, None, None, UNTESTED)
    worst, p, holds = changing.worst, p_value(changing.p_worse), changing.p_worse >= LEVEL
    span, skill = f"{worst.first} to {worst.last}", _signed(worst.skill)
    # By the sum of squared errors, which the test is of: where prices were low the skill may have been lower still.
    lost = f"In sum it lost most from {span}, three tenths of the days: a skill of {skill} there"
    told = f"{lost}, {'as' if holds else 'lower than'} chance alone brings"
    return Clause(
        "at_all_times", "doubt", asks,
        holds, changing.p_worse,
        f"{told if worst.skill < 0 else f'Even where it gained least, from {span}, its skill was {skill}'} "
        f"(fluctuation {p}).",
        "" if holds else f"from {span} it was worse than the last {value} ({p})",
    )  # fmt: skip


def _slices(slices: Sequence[Slice], value: str) -> Clause:
    asks = f"Is it in no year and no market shown to be worse than the last {value}?"
    if not slices:
        return Clause("everywhere", "doubt", asks, None, None, "Too few days of any year for a test.")
    below = [one for one in slices if one.skill < 0]
    worse = [one for one in below if one.p < LEVEL]
    least = min(below or slices, key=lambda one: (one.p if below else 0.0, one.skill))
    plainly = "most plainly" if least.p < 1 else "lowest"
    told = f"Its skill is below zero in {len(below)} of {len(slices)}, {plainly} in"
    lost = in_words([one.name for one in worse]) if worse else ""
    found = f"{told} {in_words([least.name])} ({_signed(least.skill)}, {p_value(least.p)} for all at once)"
    return Clause(
        "everywhere", "doubt", asks,
        not worse, least.p if below else 1.0,
        f"{found}." if below else f"Its skill is below zero in none of the {len(slices)} that have days enough.",
        f"in {lost} it was worse than the last {value}" if worse else "",
    )  # fmt: skip


def _rated(p: float, *, proof: str, hint: str, none: str) -> str:
    return proof if p < LEVEL else hint if p < HINT else none


def _signed(skill: float) -> str:
    return f"{'' if skill >= 0 else chr(0x2212)}{percent(abs(skill))}"
