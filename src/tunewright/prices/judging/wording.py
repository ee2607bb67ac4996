"""The verdict in one plain sentence, for a reader who has never met a significance test."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tunewright.prices.judging.clauses import DAYS, Standing
from tunewright.runs.openings.looked import FIRST, Looked
from tunewright.statistics.forecasts import TestResult
from tunewright.statistics.levels import HINT, LEVEL
from tunewright.statistics.wording import against, in_a_row, p_value, percent

Conclusion: TypeAlias = Literal["skill", "hint", "no_skill", "worse"]
"""`hint`: one test says that there is skill, and others do not follow it."""

PLAUSIBLE_SKILL = 0.05  # on daily prices honest methods take about 1 % off the last value's squared error


@dataclass(frozen=True)
class Rival:
    """A simple method beside the model: its `skill` against the last value, and the test of the two against each other,
    whose statistic is positive where the model errs less (Diebold-Mariano, two-sided)."""

    name: str
    skill: float
    test: TestResult

    @property
    def standing(self) -> Standing:
        """`even` is not proven equal: the two cannot be told apart."""
        if self.test.p >= LEVEL:
            return "even"
        return "behind" if self.test.statistic > 0 else "better"


@dataclass(frozen=True)
class Finding:
    """What the verdict sentence is made of. Skills are shares of the last value's squared error (0.01 is 1
    %)."""

    conclusion: Conclusion
    model_name: str
    days: int
    skill: float
    smallest_skill: float
    clark_west: TestResult
    diebold_mariano: TestResult
    doubts: tuple[str, ...] = ()
    rivals: tuple[Rival, ...] = ()
    looked: Looked = FIRST


def headline(conclusion: Conclusion, rivals: Sequence[Rival], *, naive: str) -> str:
    """The verdict in a few words. rivals: whose standing takes from the praise. naive: what it is held against."""
    if conclusion == "hint":
        return f"A hint, not a proof, that it is better than {naive}"
    if conclusion != "skill":
        return f"{'Worse' if conclusion == 'worse' else 'Not shown to be better'} than {naive}"
    lost = [one.name for one in rivals if one.standing == "better"]
    even = [one.name for one in rivals if one.standing == "even"]
    told = [f", worse than {' and '.join(lost)}"] if lost else []
    told += [f", not shown to be better than {' or '.join(even)}"] if even else []
    return f"Better than {naive}{''.join(told)}"


def sentence(finding: Finding) -> str:
    """The verdict as one sentence with its numbers, and a second one where others looked at these days before and the
    first does not say so."""
    speak = {"skill": _skill, "hint": _hint, "no_skill": _no_skill, "worse": _worse}
    said = finding.looked.doubt(DAYS) in finding.doubts
    return speak[finding.conclusion](finding) + ("" if said else finding.looked.remark(DAYS.capitalize()))


def leak_warning(skill: float, p: float) -> str | None:
    """A warning where `skill` is beyond what honest methods reach on daily prices; None where it is not, or where it is
    no more than chance gives on so few days. p: of Clark-West."""
    if skill <= PLAUSIBLE_SKILL or p >= HINT:
        return None
    return (
        f"Skill of {percent(skill)} on one daily ticker is more than honest methods reach (about 1 %): "
        "look for a leak before you believe it."
    )


def _skill(finding: Finding) -> str:
    head = (
        "Skill found"
        if leak_warning(finding.skill, finding.clark_west.p) is None
        else "Skill found, but too much to believe yet"
    )
    return f"{head}: {_measured(finding)} ({_clark_west(finding)}){_rivals(finding)}."


def _hint(finding: Finding) -> str:
    better = [rival.name for rival in finding.rivals if rival.standing == "better"]
    behind = f"; {_do_better(better)}" if better else ""
    measured, doubts = f"{_measured(finding)} ({_clark_west(finding)})", in_a_row(finding.doubts)
    return f"A hint of skill, not a proof: {measured}, but {doubts}{behind}."


def _no_skill(finding: Finding) -> str:
    if finding.skill <= 0 and finding.clark_west.p < LEVEL:
        return (
            f"No skill found: {_measured(finding)}; its forecasts hold some signal ({_clark_west(finding)}), "
            "but too much noise to be of use."
        )
    if finding.skill > 0 and finding.clark_west.p < HINT:
        return (
            f"No skill proven: {_measured(finding)} ({_clark_west(finding)}), which is a hint; "
            f"a claim needs p < {LEVEL}, as one run in {round(1 / HINT)} on pure chance shows as much."
        )
    if finding.skill >= finding.smallest_skill:
        power = "its errors vary too much to tell even so large a skill from luck"
    elif finding.smallest_skill >= 1:
        power = "so few days could not have shown any"
    else:
        power = f"a true skill of {percent(finding.smallest_skill)} or more would probably have shown"
    tests = _clark_west(finding)
    if finding.skill < 0:
        tests += f"; not shown to be worse either, Diebold-Mariano {p_value(finding.diebold_mariano.p)}"
    return f"No skill found: {_measured(finding)} ({tests}); {power}."


def _worse(finding: Finding) -> str:
    return (
        f"Worse than doing nothing: {_measured(finding)} "
        f"(Diebold-Mariano {p_value(finding.diebold_mariano.p)}); the last price is the better forecast."
    )


def _measured(finding: Finding) -> str:
    return (
        f"over {finding.days:,} sealed days the tuned {finding.model_name}'s squared error was "
        f"{against(finding.skill)} that of repeating the last price"
    )


def _clark_west(finding: Finding) -> str:
    return f"Clark-West {p_value(finding.clark_west.p)}"


def _rivals(finding: Finding) -> str:
    """Each beside the model, by a test of the two: those that do better first, as they take most from the praise."""
    told: dict[Standing, list[str]] = {"better": [], "even": [], "behind": []}
    for rival in finding.rivals:
        figures = f"({against(rival.skill)}, Diebold-Mariano {p_value(rival.test.p)})"
        told[rival.standing].append(f"{rival.name} {figures}")
    better, even, behind = told["better"], told["even"], told["behind"]
    parts = []
    if better:
        parts.append(f"but {_do_better(better)}")
    if even:
        parts.append(f"{'and' if better else 'but'} it cannot be told apart from {' or '.join(even)}")
    if behind:
        parts.append(f"and it does better than {' and '.join(behind)}")
    return "".join(f", {part}" for part in parts)


def _do_better(names: Sequence[str]) -> str:
    return f"{' and '.join(names)} {'does' if len(names) == 1 else 'do'} better"
