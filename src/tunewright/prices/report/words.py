"""One sentence for each test of the sealed test."""

from dataclasses import dataclass

from tunewright.prices.report.looks import looks_lines
from tunewright.prices.report.outcome import Against, Outcome
from tunewright.report.values import Number
from tunewright.report.words import number, probability, share
from tunewright.statistics.levels import HINT, LEVEL
from tunewright.statistics.wording import TOO_FEW, percent

BENCHMARKS = {"mean": "the mean of earlier rows", "har": "HAR"}
SYMBOLS = {"skill": "\u2714", "no_skill": "\u25cb", "worse": "\u2716"}


def tone(outcome: Outcome) -> str:
    """The key of SYMBOLS, and of the colour, in which the verdict is shown: praise where every clause that could be
    tested holds and nothing warns of a leak, and nowhere else."""
    if outcome.conclusion != "skill":
        return "no_skill" if outcome.conclusion == "hint" else outcome.conclusion
    if outcome.leak_warning:
        return "no_skill"
    behind = outcome.standing_vs_har == "worse" or any(one.holds is False for one in outcome.clauses)
    return "no_skill" if behind else "skill"


@dataclass(frozen=True)
class Line:
    """One row of the table of tests."""

    name: str
    value: str
    meaning: str


def choose(p: Number, *, below: str, above: str, undefined: str = "Not defined on these forecasts.") -> str:
    """The sentence for a significant or a not significant result, or for none at all. A hint has that of a significant
    one, and says that it is no more."""
    if p is None:
        return undefined
    if LEVEL <= p < HINT:
        return f"A hint, not proof (that needs p < {LEVEL}): {below[0].lower()}{below[1:]}"
    return below if p < LEVEL else above


def outcome_lines(outcome: Outcome, *, value: str = "price") -> tuple[Line, ...]:
    """Every test, what it gave, and what that means, in the order of the page. value: what was forecast, in a word."""
    others = [line for name, against in outcome.against.items() for line in against_lines(name, against)]
    first = (skill_line(outcome, value), *significance_lines(outcome, value), *others, *spa_vs_har_lines(outcome))
    looks = tuple(Line(*one) for one in looks_lines(outcome, value))
    return (*first, *looks, detectable_line(outcome), *shape_lines(outcome), range_line(outcome, value))


def skill_line(outcome: Outcome, value: str) -> Line:
    skill = outcome.skill_vs_last_value
    if skill is None:
        meaning = "Not defined: the last value made no error to compare with."
    elif skill > 0:
        meaning = f"The tuned model's squared error is this much below that of repeating the last {value}."
    elif skill < 0:
        meaning = f"Below zero: the tuned model's squared error is this much above that of the last {value}."
    else:
        meaning = f"The tuned model's squared error equals that of repeating the last {value}."
    return Line("Skill against the last value", share(skill), meaning)


def significance_lines(outcome: Outcome, value: str) -> tuple[Line, ...]:
    west, mariano, spa = outcome.clark_west.p, outcome.diebold_mariano.p, outcome.spa.p
    return (
        Line("Clark-West", probability(west), choose(
            west,
            below=f"The forecast carries information that repeating the last {value} does not; "
            "chance alone rarely gives this.",
            above=f"The forecast is not shown to carry information beyond the last {value}; "
            f"chance alone gives as much in {percent(west or 0.0)} of such tests.",
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
            above="None of the forecasts tried is shown to beat the last value once we allow for having tried several.",
            undefined=TOO_FEW,
        )),
    )  # fmt: skip


def detectable_line(outcome: Outcome) -> Line:
    meaning = f"A true skill smaller than this would probably go unnoticed in {outcome.rows:,} sealed days."
    return Line("Smallest detectable skill", share(outcome.smallest_detectable_skill), meaning)


def against_lines(name: str, against: Against) -> tuple[Line, Line]:
    """The model against another benchmark than the last value."""
    west, mariano = against.clark_west.p, against.diebold_mariano.p
    side = "below zero: its squared error is larger" if (against.skill or 0) < 0 else "its squared error is smaller"
    return (
        Line(
            f"Skill against {BENCHMARKS[name]}", share(against.skill),
            f"As above, with {BENCHMARKS[name]} in place of the last value; {side}.",
        ),
        Line(
            f"Tests against {BENCHMARKS[name]}",
            f"Clark-West {probability(west)}, Diebold-Mariano {probability(mariano)}",
            choose(
                mariano,
                below="The two errors differ by more than chance explains; the skill above says which is smaller.",
                above="The two errors cannot be told apart.",
            ),
        ),
    )  # fmt: skip


def spa_vs_har_lines(outcome: Outcome) -> tuple[Line, ...]:
    if outcome.spa_vs_har is None:
        return ()
    told = choose(
        outcome.spa_vs_har.p,
        below="At least one of the other forecasts beats HAR, even after allowing for having tried several.",
        above="None of the other forecasts is shown to beat HAR once we allow for having tried several.",
        undefined=TOO_FEW,
    )
    return (Line("Superior to HAR", probability(outcome.spa_vs_har.p), told),)


def shape_lines(outcome: Outcome) -> tuple[Line, ...]:
    """Of prices alone."""
    direction, lag = outcome.directional, outcome.lag_check
    if direction is None or lag is None:
        return ()
    right = share(outcome.metrics["model"].directional_accuracy)
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
            f"Of {direction.days:,} days, {always}; {told[0].lower()}{told[1:]}",
        ),
        Line("Lag (correlation)", f"today {today}, yesterday {yesterday}", looks),
    )  # fmt: skip


def range_line(outcome: Outcome, value: str) -> Line:
    beyond = "close" if value == "price" else value
    meaning = f"Sealed days with a {beyond} beyond any the model was trained on; there it extrapolates."
    return Line("Outside the training range", share(outcome.outside_training_range), meaning)
