"""The forecast's part of the page: the verdict on top, and the sections around the study's."""

import json
from collections.abc import Mapping, Sequence

from tunewright.prices.report import seeds
from tunewright.prices.report.intervals import interval_section
from tunewright.prices.report.results import Forecast
from tunewright.prices.report.subject import subject_of
from tunewright.prices.report.tables import (
    clauses_table,
    comparison_hint,
    comparison_table,
    data_card,
    families_table,
    outcome_table,
    slices_table,
)
from tunewright.prices.report.tuning import seeds_table
from tunewright.prices.report.words import SYMBOLS, tone
from tunewright.prices.report.worth import worth_section
from tunewright.report.figure import Drawn
from tunewright.report.looks import opened_often, opened_row
from tunewright.report.part import Part
from tunewright.report.study.results import Study
from tunewright.report.tables import figure, notice, section, text
from tunewright.report.words import number

FAMILIES_HINT = (
    "Best score: of the family's best complete trial, low is good; repeating the last {} scores {}. Skill in "
    "validation: by how much the best score lies below that. Parameters: of that trial's model. Seconds: of all trials "
    "of the family together."
)


def scope(forecast: Forecast, *, trials: int) -> str:
    test, card = forecast.sealed_test, forecast.data.card
    return (
        f"{text(card.source)}, {card.first} to {card.last}; tuned in {trials:,} trials, "
        f"judged on {test.rows:,} sealed days, {test.first} to {test.last}"
    )


def forecast_part(forecast: Forecast, study: Study, *, figures: Sequence[Drawn]) -> Part:
    """What a run on prices puts around its search."""
    return Part(
        scope=scope(forecast, trials=len(study.trials)),
        top=verdict(forecast, tuned=bool(study.space)),
        before=sections(forecast, {one.name: figure(one) for one in figures}),
        data=section("data", "Data card", data_card(forecast)),
        provenance=provenance_rows(forecast),
        default=forecast.tuning.default.params if forecast.tuning else None,
    )


def provenance_rows(forecast: Forecast) -> dict[str, str]:
    model = forecast.model
    begun = f", begun with the weights of {model.weights}" if model.weights else ""
    return {
        "Sealed test opened": opened_row(forecast.test.openings, forecast.test.looks),
        "Model": text(f"{model.family}, {model.parameters:,} parameters, trained for {model.epochs} epochs{begun}"),
        "Specification": f"<code>{text(json.dumps(model.spec))}</code>",
        "Data fingerprint": f"<code>{text(forecast.data.fingerprint)}</code>",
    }


def verdict(forecast: Forecast, *, tuned: bool) -> str:
    """tuned: whether anything was searched."""
    headline, shown = text(subject_of(forecast).headline(forecast.test)), tone(forecast.test)
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
    test = forecast.test
    warned = notice("Leak warning", test.leak_warning) if test.leak_warning else ""
    return warned + opened_often(test.openings, test.looks)


def sections(forecast: Forecast, figures: Mapping[str, str]) -> dict[str, str]:
    """All but the data, by name. figures: HTML by name."""
    subject, found = subject_of(forecast), forecast.families
    read = f'<p class="hint">{comparison_hint(forecast.test, subject)}</p>'
    families = {} if found is None else {
        "families": section(
            "families", "The families in validation", f"<p>{text(found.sentence)}</p>", families_table(found),
            f'<p class="hint">{FAMILIES_HINT.format(subject.value, number(found.last_value, digits=5))}</p>',
        )
    }  # fmt: skip
    worth = {} if forecast.worth is None else {"returns": worth_section(forecast.worth, figures["worth"])}
    chosen = forecast.overfitting
    note = () if chosen is None else (f"<p>{text(chosen.sentence)}</p>",)
    told = forecast.intervals
    shown = {} if told is None else {
        "intervals": interval_section(told, value=subject.value, figure=figures["forecast_intervals"])
    }  # fmt: skip
    return {
        "compared": section(
            "compared", "Is it better than doing nothing clever?", clauses_table(forecast.test),
            comparison_table(forecast.test, subject),
            read, figures["comparison"], outcome_table(forecast.test, subject),
            slices_table(forecast.test, subject),
        ),
        **tuning_section(forecast, figures),
        "forecast": section("forecast", "The forecast", figures[subject.figure], figures["forecast_change"]),
        **worth,
        **shown,
        "folds": section("folds", "How it was tuned", figures["series_folds"], *note),
        **families,
    }  # fmt: skip


def tuning_section(forecast: Forecast, figures: Mapping[str, str]) -> dict[str, str]:
    """Tuned model, default and best random configuration over training seeds; none where there was one seed."""
    found = forecast.tuning.seeds if forecast.tuning else None
    if found is None:
        return {}
    return {"tuning": section("tuning", "What tuning was worth", seeds_table(found), figures[seeds.NAME])}
