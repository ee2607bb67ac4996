"""One sentence for each test of the sealed test."""

from dataclasses import dataclass

from tunewright.evaluation.significance import HINT, LEVEL
from tunewright.report.forecast.outcome import Outcome
from tunewright.report.values import Number
from tunewright.report.words import number, probability, share

HEADLINES = {
    "skill": ("Better than repeating the last price", "\u2714"),
    "no_skill": ("Not shown to be better than repeating the last price", "\u25cb"),
    "worse": ("Worse than repeating the last price", "\u2716"),
}


@dataclass(frozen=True)
class Line:
    """One row of the table of tests."""

    name: str
    value: str
    meaning: str


def choose(p: Number, *, below: str, above: str) -> str:
    """The sentence for a significant or a not significant result, or for none at all."""
    if p is None:
        return "Not defined on these forecasts."
    if LEVEL <= p < HINT:
        return f"A hint, not proof: a claim needs p < {LEVEL}."
    return below if p < LEVEL else above


def outcome_lines(outcome: Outcome) -> tuple[Line, ...]:
    """Every test, what it gave, and what that means, in the order of the page."""
    first = (skill_line(outcome), *significance_lines(outcome), detectable_line(outcome))
    return (*first, *shape_lines(outcome))


def skill_line(outcome: Outcome) -> Line:
    skill = outcome.skill_vs_last_value
    if skill is None:
        meaning = "Not defined: the last value made no error to compare with."
    elif skill > 0:
        meaning = "The tuned model's squared error is this much below that of repeating the last price."
    elif skill < 0:
        meaning = "Below zero: the tuned model's squared error is this much above that of the last price."
    else:
        meaning = "The tuned model's squared error equals that of repeating the last price."
    return Line("Skill against the last value", share(skill), meaning)


def significance_lines(outcome: Outcome) -> tuple[Line, ...]:
    west, mariano, spa = outcome.clark_west.p, outcome.diebold_mariano.p, outcome.spa.p
    return (
        Line("Clark-West", probability(west), choose(
            west,
            below="The forecast carries information that repeating the last price does not; "
            "chance alone rarely gives this.",
            above="No sign that the forecast carries information beyond the last price; "
            "chance alone gives this easily.",
        )),
        Line("Diebold-Mariano", probability(mariano), choose(
            mariano,
            below="The two errors, the model's and the last value's, differ by more than chance explains; "
            "the skill above says which is smaller.",
            above="The model's error and the last value's cannot be told apart.",
        )),
        Line("Superior predictive ability", probability(spa), choose(
            spa,
            below="At least one of the forecasts tried beats the last value, "
            "even after allowing for having tried several.",
            above="None of the forecasts tried beats the last value once we allow for having tried several.",
        )),
    )  # fmt: skip


def detectable_line(outcome: Outcome) -> Line:
    meaning = f"A true skill smaller than this would probably go unnoticed in {outcome.rows:,} sealed days."
    return Line("Smallest detectable skill", share(outcome.smallest_detectable_skill), meaning)


def shape_lines(outcome: Outcome) -> tuple[Line, ...]:
    direction, lag = outcome.directional, outcome.lag_check
    right = share(outcome.metrics.model.directional_accuracy)
    always = f'always saying "{direction.majority}" is right on {share(direction.majority_accuracy)}'
    told = choose(
        direction.p,
        below="the model does better than that.",
        above="the model is not shown to do better than that.",
    )
    today, yesterday = number(lag.correlation_with_today), number(lag.correlation_with_yesterday)
    looks = (
        "Day by day the forecast moves as the price moved the day before, so in prices it looks better than it is."
        if lag.looks_like_yesterday
        else "Day by day the forecast moves with the price of that day more than with that of the day before."
    )
    return (
        Line(
            "Direction right", f"{right} ({probability(direction.p)})",
            f"Of {direction.days:,} days, {always}; {told}",
        ),
        Line("Lag (correlation)", f"today {today}, yesterday {yesterday}", looks),
        Line(
            "Outside the training range", share(outcome.outside_training_range),
            "Sealed days with a close beyond any the model was trained on; there it extrapolates.",
        ),
    )  # fmt: skip
