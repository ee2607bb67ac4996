"""A comparison's page, made of the same pieces as every other."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tunewright.prices.comparison.report import rungs, sets
from tunewright.prices.comparison.report.results import ComparisonResults, Variant
from tunewright.prices.comparison.report.words import WRONG, label
from tunewright.prices.report.card import card_rows
from tunewright.report.figure import Drawn
from tunewright.report.page import Page, page
from tunewright.report.part import Part
from tunewright.report.reading import checked
from tunewright.report.results import Results
from tunewright.report.study.figures import study_figures
from tunewright.report.study.words import plural
from tunewright.report.tables import definitions, figure, row, section, table, text
from tunewright.report.words import minus, probability

HEADLINES = {"feature-study": "Do more inputs help?", "leakage-ladder": "How good do the mistakes look?"}


def comparison_page(folder: Path, record: Mapping[str, Any]) -> Page:
    """From results.json, read. Raises RunFolderError where it is broken."""
    path = folder / "results.json"
    results, told = checked(path, record, Results), checked(path, record, ComparisonResults)
    own = ((sets if told.kind == "feature-study" else rungs).draw(told.comparison),)
    study = study_figures(results.study) if results.study else ()
    return page(results, study=study, part=comparison_part(told, figures=own), own=own)


def comparison_part(told: ComparisonResults, *, figures: Sequence[Drawn]) -> Part:
    """What a comparison puts around its search."""
    return Part(
        scope=_scope(told),
        top=f'<section class="verdict found" aria-label="Result"><h2>{HEADLINES[told.kind]}</h2>'
        f"<p>{text(told.comparison.sentence)}</p></section>",
        before={"compared": _compared(told, figures)},
        data=section("data", "Data", definitions(card_rows(told.data))),
        provenance=_provenance(told),
    )


def _scope(results: ComparisonResults) -> str:
    card, compared = results.data.card, results.comparison
    days = sum(fold.validation.rows for fold in results.folds)
    return text(
        f"{card.source}, {card.first} to {card.last}; {len(compared.variants)} variants, each trained in "
        f"{compared.repeats} repeats on {plural(len(results.folds), 'fold')} and compared on {days:,} validation days, "
        f"{results.folds[0].validation.first} to {results.folds[-1].validation.last}; the sealed test stays closed"
    )


def _compared(results: ComparisonResults, figures: Sequence[Drawn]) -> str:
    compared, ladder = results.comparison, results.kind == "leakage-ladder"
    rows = (row(text(label(one.name)), _cells(one, results)) for one in compared.variants)
    interval, last = f"{compared.confidence:.0%} interval", "What is wrong" if ladder else "Inputs"
    head = ["Variant", "Error", "Change", interval, "p", last]
    hint = (
        "Error: squared error in units of the last value's on the same days, so 1 is as good as repeating the last "
        f"value. Change: of the error of {label(compared.variants[0].name)!r}; the intervals hold together, and p is "
        "corrected for the number of comparisons (Holm)."
    )
    return section(
        "compared", "The comparison", table(head, rows, label="Variants", worded=[last]),
        f'<p class="hint">{text(hint)}</p>',
        *map(figure, figures),
    )  # fmt: skip


def _cells(variant: Variant, results: ComparisonResults) -> tuple[str, ...]:
    change, inputs = variant.change, ", ".join(results.comparison.features.get(variant.name, ()))
    said = WRONG[variant.name][1] if results.kind == "leakage-ladder" and variant.name in WRONG else inputs
    shown = f'<span class="reason">{text(said)}</span>'
    if change is None:
        return f"{variant.score:.4f}", "-", "-", "-", shown
    low, middle, high = (minus(f"{100 * share:+.2f}") for share in (change.low, change.change, change.high))
    span = f"{low} to {high} %"
    return f"{variant.score:.4f}", f"{middle} %", span, text(probability(change.p)), shown


def _provenance(told: ComparisonResults) -> dict[str, str]:
    compared = told.comparison
    params = ", ".join(f"{name} = {value}" for name, value in compared.params.items())
    return {
        "Target": text(compared.target),
        **({"Tuned on the base": text(params)} if params else {}),
        "Comparison fingerprint": f"<code>{text(compared.fingerprint)}</code>",
        "Data fingerprint": f"<code>{text(told.data.fingerprint)}</code>",
    }
