"""The tables of the forecast's part of the page."""

from tunewright.prices.report.card import card_rows
from tunewright.prices.report.outcome import Outcome
from tunewright.prices.report.results import FamilyTable, Forecast, Measured
from tunewright.prices.report.subject import AXES, Subject
from tunewright.prices.report.words import outcome_lines
from tunewright.report.look import NAMES
from tunewright.report.tables import definitions, row, table, text
from tunewright.report.values import Number
from tunewright.report.words import number, share


def comparison_table(outcome: Outcome, subject: Subject) -> str:
    """Each forecast's errors; the best of each column bears a star (several on a tie)."""
    best = {key: best_of(outcome, key) for key, _ in subject.scores}
    rows = []
    for name in subject.forecasts:
        scores = outcome.metrics[name]
        shown = [mark(key, getattr(scores, key), best=best[key]) for key, _ in subject.scores]
        rows.append(row(text(NAMES[name]), shown))
    return table(["Forecast", *(label for _, label in subject.scores)], rows, label="Comparison of forecasts")


def best_of(outcome: Outcome, key: str) -> Number:
    values = (getattr(scores, key) for scores in outcome.metrics.values())
    choose = max if key == "directional_accuracy" else min
    return choose((value for value in values if value is not None), default=None)


def mark(key: str, value: Number, *, best: Number) -> str:
    shown = share(value) if key == "directional_accuracy" else number(value, digits=5)
    return f'<strong title="best">{shown} &#9733;</strong>' if value is not None and value == best else shown


def outcome_table(outcome: Outcome, subject: Subject) -> str:
    lines = outcome_lines(outcome, value=subject.value)
    rows = (row(text(line.name), (text(line.value), text(line.meaning))) for line in lines)
    return table(["Test", "Result", "In plain words"], rows, label="Statistical tests", style="prose")


def families_table(found: FamilyTable) -> str:
    """What the search found of each family, the best first."""
    rows = (
        row(
            text(one.label),
            (
                f"{one.trials:,}",
                f"{one.complete:,}",
                number(one.score, digits=5),
                share(one.skill),
                "-" if one.parameters is None else f"{one.parameters:,}",
                f"{one.seconds:,.1f}",
            ),
        )
        for one in found.rows
    )
    head = ["Family", "Trials", "Complete", "Best score", "Skill in validation", "Parameters", "Seconds"]
    return table(head, rows, label="Families in validation")


def data_card(forecast: Forecast) -> str:
    test = forecast.sealed_test
    return definitions({
        **card_rows(forecast.data),
        **volatility_measure(forecast.volatility),
        "Sealed test": f"{test.rows:,} rows, {test.first} to {test.last}",
    })  # fmt: skip


def volatility_measure(measured: Measured | None) -> dict[str, str]:
    if measured is None:
        return {}
    floored = f"{measured.floored_days:,} days counted as {100 * measured.floor:g} %, the least"
    return {"Volatility": f"{text(AXES[measured.measure].partition(': ')[2])} of each day; {floored}"}
