"""The lines of the table of tests on earlier looks at the same sealed days."""

from tunewright.prices.report.outcome import Outcome
from tunewright.report.words import probability
from tunewright.statistics.levels import LEVEL


def looks_lines(outcome: Outcome, value: str) -> tuple[tuple[str, str, str], ...]:
    """Name, value and meaning of each; none where nobody looked before. value: what was forecast, in a word."""
    looks = outcome.looks
    if looks is None or not looks.earlier:
        return ()
    adjusted = (
        f"Adjusted for {looks.earlier:,} earlier",
        probability(looks.adjusted_p),
        f"Clark-West's p times all looks at these days, this one included; a claim needs it below {LEVEL}.",
    )
    if looks.together is None:
        return (adjusted,)
    many = looks.together
    stepm = "is" if many.in_stepm else "is not"
    mine, last = ("in" if within else "not in" for within in (many.in_mcs, many.last_value_in_mcs))
    return (
        adjusted,
        (
            f"All {many.configurations:,} configurations",
            f"SPA {probability(many.spa_p)}",
            f"Of all that were looked at on the very same days, this one {stepm} among those shown to beat the last "
            f"{value} (StepM, {LEVEL}); it is {mine} the model confidence set (90 %), the last {value} {last} it.",
        ),
    )
