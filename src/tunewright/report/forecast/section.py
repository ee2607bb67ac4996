"""The forecast's part of the page: the verdict on top, and the sections around the study's."""

from collections.abc import Mapping

from tunewright.report.forecast.results import Forecast
from tunewright.report.forecast.subject import subject_of
from tunewright.report.forecast.tables import comparison_table, data_card, outcome_table
from tunewright.report.forecast.words import SYMBOLS, tone
from tunewright.report.tables import section, text


def scope(forecast: Forecast, *, trials: int) -> str:
    test, card = forecast.sealed_test, forecast.data.card
    return (
        f"{text(card.source)}, {card.first} to {card.last}; tuned in {trials:,} trials, "
        f"judged on {test.rows:,} sealed days, {test.first} to {test.last}"
    )


def verdict(forecast: Forecast, *, tuned: bool) -> str:
    """tuned: whether anything was searched."""
    headline, shown = subject_of(forecast).headline(forecast.test), tone(forecast.test)
    return (
        f'<section class="verdict {shown}" aria-label="Verdict">'
        f'<h2><span aria-hidden="true">{SYMBOLS[shown]}</span> {headline}</h2>'
        f"<p>{text(forecast.test.verdict)}</p><p>{tuning_note(forecast, tuned=tuned)}</p></section>{notes(forecast)}"
    )


def tuning_note(forecast: Forecast, *, tuned: bool) -> str:
    """Whether the tuning helped, in a sentence."""
    if not tuned:
        return "Nothing was tuned."
    if forecast.tuning is None:
        return "The untuned default could not be trained, so there is nothing to compare the tuning with."
    return text(forecast.tuning.sentence)


def notes(forecast: Forecast) -> str:
    """What the reader must know before believing the verdict; empty when there is nothing."""
    found = []
    if forecast.test.leak_warning:
        found.append(("Leak warning", forecast.test.leak_warning))
    if forecast.test.openings > 1:
        opened = (
            f"The sealed test was opened {forecast.test.openings} times. Each look after the first lets "
            "choices adapt to it, so the p values below may be too small."
        )
        found.append(("Opened more than once", opened))
    shape = '<p class="note" role="note"><strong>&#9888; {}.</strong> {}</p>'
    return "".join(shape.format(title, text(said)) for title, said in found)


def sections(forecast: Forecast, figures: Mapping[str, str]) -> tuple[str, str, str, str]:
    """Comparison, forecast, folds, data. figures: HTML by name."""
    subject = subject_of(forecast)
    return (
        section(
            "compared", "Is it better than doing nothing clever?", comparison_table(forecast.test, subject),
            f'<p class="hint">{subject.hint}</p>', figures["comparison"], outcome_table(forecast.test, subject),
        ),
        section("forecast", "The forecast", figures[subject.figure], figures["forecast_change"]),
        section("folds", "How it was tuned", figures["series_folds"]),
        section("data", "Data card", data_card(forecast)),
    )  # fmt: skip
