"""The tables of the forecast's part of the page."""

from tunewright.prices.report.card import card_rows
from tunewright.prices.report.outcome import Outcome
from tunewright.prices.report.results import FamilyTable, Forecast, Measured
from tunewright.prices.report.subject import AXES, Subject
from tunewright.prices.report.words import outcome_lines, tone
from tunewright.report.look import NAMES
from tunewright.report.tables import definitions, row, table, text
from tunewright.report.values import Number
from tunewright.report.words import number, probability, share

HELD = {True: "Holds", False: "Does not hold", None: "Could not be tested"}
TESTED = ("mse", "rmse")
STAR = "&#9733; the lowest of the column, and by more than chance explains, as the verdict says."
NO_STAR = "No forecast is marked as the best: none is shown to be."
MARKS = {True: "&#10004;", False: "&#9675;", None: "&#8211;"}


def comparison_table(outcome: Outcome, subject: Subject) -> str:
    """Each forecast's errors."""
    best = starred(outcome)
    rows = []
    for name in subject.forecasts:
        scores = outcome.metrics[name]
        shown = [mark(key, getattr(scores, key), best=name == "model" and key in best) for key, _ in subject.scores]
        rows.append(row(text(NAMES[name]), shown))
    return table(["Forecast", *(label for _, label in subject.scores)], rows, label="Comparison of forecasts")


def starred(outcome: Outcome) -> tuple[str, ...]:
    """The errors in which the tuned model has a star: its squared errors, which alone were tested, where they are the
    lowest of all and every clause of the verdict holds. No other forecast is shown to be the best, ever."""
    if not outcome.clauses or tone(outcome) != "skill":
        return ()
    found = {key: [getattr(scores, key) for scores in outcome.metrics.values()] for key in TESTED}
    lowest = {key: min((one for one in values if one is not None), default=None) for key, values in found.items()}
    return tuple(key for key in TESTED if lowest[key] == getattr(outcome.metrics["model"], key))


def mark(key: str, value: Number, *, best: bool) -> str:
    shown = share(value) if key == "directional_accuracy" else number(value, digits=5)
    return f'<strong title="best">{shown} &#9733;</strong>' if best else shown


def comparison_hint(outcome: Outcome, subject: Subject) -> str:
    """How to read the table of errors."""
    star = STAR if starred(outcome) else NO_STAR
    naive = outcome.metrics["last_value"].mase
    if naive is None:
        return f"{star} {subject.hint}"
    further = "further" if naive > 1 else "less far"
    own = (
        f"The last {subject.value} itself has a MASE of {number(naive, digits=3)} here, as it was {further} off in the "
        "sealed days than before: compare with that, not with 1."
    )
    return f"{star} {subject.hint} {own}"


def outcome_table(outcome: Outcome, subject: Subject) -> str:
    lines = outcome_lines(outcome, value=subject.value)
    rows = (row(text(line.name), (text(line.value), text(line.meaning))) for line in lines)
    return table(["Test", "Result", "In plain words"], rows, label="Statistical tests", style="prose")


def clauses_table(outcome: Outcome) -> str:
    """What the verdict rests on; nothing for runs of earlier versions."""
    if not outcome.clauses:
        return ""
    rows = (
        row(f'<span title="{HELD[one.holds]}">{MARKS[one.holds]}</span> {text(one.asks)}', (text(one.told),))
        for one in outcome.clauses
    )
    legend = " ".join(f"{MARKS[holds]} {said}." for holds, said in HELD.items())
    said = f'<p class="hint">{legend} Where the first holds, the headline follows the weakest.</p>'
    return table(["What the verdict rests on", "Found"], rows, label="Clauses of the verdict", style="prose") + said


def slices_table(outcome: Outcome, subject: Subject) -> str:
    """Skill by year and by market; nothing where no part has days enough."""
    if outcome.stability is None or not outcome.stability.slices:
        return ""
    rows = (
        row(text(one.name), (f"{one.days:,}", share(one.skill), probability(one.p))) for one in outcome.stability.slices
    )
    head = ["Sealed days", "Days", f"Skill against the last {subject.value}", "p, for all rows at once"]
    hint = "Markets: by the volatility of the last 100 days, a third of the earlier rows in each."
    return table(head, rows, label="Skill by year and market") + f'<p class="hint">{hint}</p>'


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
