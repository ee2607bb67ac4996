"""The verdict on a volatility forecast in one plain sentence: against the last value, and always against HAR."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from tunewright.core.codec import Json
from tunewright.prices.judging.clauses import DAYS
from tunewright.prices.judging.wording import Conclusion
from tunewright.runs.openings.looked import FIRST, Looked
from tunewright.statistics.forecasts import TestResult
from tunewright.statistics.levels import HINT, LEVEL
from tunewright.statistics.wording import against, in_a_row, p_value, percent

Standing: TypeAlias = Literal["better", "even", "worse"]
PLAUSIBLE_OVER_HAR = 0.2  # on daily data the best published models take a few per cent off HAR's squared error
NAIVE = "repeating the last volatility"
HAR_BESIDE: Mapping[Standing, str] = MappingProxyType(
    {"better": "and better than HAR", "even": "not shown to be better than HAR", "worse": "worse than HAR"}
)
METHODS = {
    "mean": "the mean of the earlier rows",
    "ewma": "the moving average (EWMA)",
    "har": "HAR",
    "garch": "GARCH",
    "ridge": "a ridge regression on the same windows",
}


@dataclass(frozen=True)
class Against:
    """The model against one benchmark: skill = 1 - MSE(model) / MSE(benchmark), and two tests of it."""

    skill: float
    clark_west: TestResult
    diebold_mariano: TestResult

    @property
    def beaten(self) -> bool:
        """Skill needs a sign and a test."""
        return self.skill > 0 and self.clark_west.p < LEVEL

    def as_dict(self) -> dict[str, Json]:
        """Ready for JSON."""
        return {
            "skill": self.skill,
            "clark_west": self.clark_west.as_dict(),
            "diebold_mariano": self.diebold_mariano.as_dict(),
        }


@dataclass(frozen=True)
class VolatilityFinding:
    """What the sentence is made of. `skills`: of every method against the last value, the model's too.

    qlike_gain: the share of HAR's QLIKE that the model takes off. doubts: why skill is a hint and no proof, in clauses.
    """

    conclusion: Conclusion
    standing: Standing
    model_name: str
    days: int
    last: Against
    mean: Against
    har: Against
    skills: Mapping[str, float]
    qlike_gain: float
    doubts: tuple[str, ...] = ()
    looked: Looked = FIRST


def headline(finding: VolatilityFinding) -> str:
    """The verdict in a few words."""
    if finding.conclusion == "skill":
        return f"Better than {NAIVE}, {HAR_BESIDE[finding.standing]}"
    if finding.conclusion == "hint":
        return f"A hint, not a proof, that it is better than {NAIVE}"
    if finding.conclusion == "worse":
        return f"Worse than {NAIVE}"
    ahead = {NAIVE: finding.last, METHODS["mean"]: finding.mean}
    return f"Not shown to be better than {' or than '.join(name for name, one in ahead.items() if not one.beaten)}"


def sentence(finding: VolatilityFinding) -> str:
    """The verdict as one sentence with its numbers, and a second one where others looked at these days before and the
    first does not say so."""
    looked = finding.looked
    remark = "" if looked.doubt(DAYS) in finding.doubts else looked.remark(DAYS.capitalize())
    measured = f"{_measured(finding)}{_mean(finding)}{_har(finding)}{_best(finding)}"
    return f"{_head(finding)}: {measured}{_doubts(finding)}.{remark}"


def leak_warning(skill_over_har: float, p: float) -> str | None:
    """A warning where the skill over HAR is beyond what honest methods reach; None where it is not, or where it is no
    more than chance gives on so few days. p: of Diebold-Mariano against HAR."""
    if skill_over_har <= PLAUSIBLE_OVER_HAR or p >= HINT:
        return None
    return (
        f"Skill of {percent(skill_over_har)} over HAR is more than honest methods reach on daily data "
        "(a few per cent): look for a leak before you believe it."
    )


def _head(finding: VolatilityFinding) -> str:
    if finding.conclusion == "worse":
        return "Worse than doing nothing"
    if finding.conclusion == "no_skill":
        return "No skill found"
    if finding.conclusion == "hint":
        return "A hint of skill, not a proof"
    return {
        "better": "Skill found over the last value, and over HAR",
        "even": "Skill found over the last value, but not over HAR",
        "worse": "Skill found over the last value, but HAR does better",
    }[finding.standing]


def _measured(finding: VolatilityFinding) -> str:
    test = ("Diebold-Mariano", finding.last.diebold_mariano.p)
    if finding.conclusion != "worse":
        test = ("Clark-West", finding.last.clark_west.p)
    return (
        f"over {finding.days:,} sealed days the tuned {finding.model_name}'s squared error was "
        f"{against(finding.last.skill)} that of repeating the last volatility ({test[0]} {p_value(test[1])})"
    )


def _mean(finding: VolatilityFinding) -> str:
    """Said where it may decide: the last value is behind, but so it is of a constant."""
    mean = finding.mean
    if finding.conclusion != "no_skill" or finding.last.skill <= 0:
        return ""
    return (
        f", {'and' if mean.beaten else 'but'} {against(mean.skill)} that of always saying the mean of the earlier rows "
        f"(Clark-West {p_value(mean.clark_west.p)}), which knows nothing of the day"
    )


def _doubts(finding: VolatilityFinding) -> str:
    return f"; but {in_a_row(finding.doubts)}" if finding.doubts else ""


def _har(finding: VolatilityFinding) -> str:
    """Where QLIKE, the other usual measure, says the opposite, that is said: crises weigh heavily in squared errors."""
    har, other = finding.har, ""
    if finding.qlike_gain * har.skill < 0:
        other = f"; its QLIKE is {against(finding.qlike_gain)} HAR's"
    return f", and {against(har.skill)} that of HAR (Diebold-Mariano {p_value(har.diebold_mariano.p)}{other})"


def _best(finding: VolatilityFinding) -> str:
    """Who did best of all, where it is neither the model nor HAR."""
    name = max(finding.skills, key=lambda one: finding.skills[one])
    if finding.skills[name] <= finding.skills["model"] or name == "har":
        return ""
    return f"; the lowest of all was that of {METHODS[name]}, {against(finding.skills[name])} the last volatility's"
