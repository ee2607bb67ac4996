"""A comparison's page, made of the same pieces as every other."""

from collections.abc import Sequence
from string import Template

from plotly.offline import get_plotlyjs

from tunewright.prices.comparison.report import rungs, sets
from tunewright.prices.comparison.report.results import ComparisonResults, Variant
from tunewright.prices.comparison.report.words import WRONG, label
from tunewright.prices.report.card import card_rows
from tunewright.report.figure import Drawn
from tunewright.report.page import asset
from tunewright.report.study.section import study_section
from tunewright.report.study.words import plural
from tunewright.report.tables import definitions, figure, row, section, table, text
from tunewright.report.words import duration, minus, probability

HEADLINES = {"feature-study": "Do more inputs help?", "leakage-ladder": "How good do the mistakes look?"}
LINKS = {"compared": "Comparison", "search": "Search", "data": "Data", "provenance": "Provenance"}


def comparison_figures(results: ComparisonResults) -> tuple[Drawn, ...]:
    """The figures of the comparison itself."""
    return ((sets if results.kind == "feature-study" else rungs).draw(results.comparison),)


def comparison_page(results: ComparisonResults, *, compared: Sequence[Drawn], study: Sequence[Drawn]) -> str:
    """The page's HTML. study: figures of the search, where there was one."""
    search = [study_section(results.study, figures=[*map(figure, study)], default=None)] if results.study else []
    parts = [_compared(results, compared), *search, _data(results), _provenance(results)]
    links = [name for name in LINKS if name != "search" or search]
    return Template(asset("page.html")).substitute(
        name=text(results.name),
        scope=_scope(results),
        top=f'<section class="verdict found" aria-label="Result"><h2>{HEADLINES[results.kind]}</h2>'
        f"<p>{text(results.comparison.sentence)}</p></section>",
        links="\n".join(f'<a href="#{name}">{LINKS[name]}</a>' for name in links),
        main="\n".join(parts),
        style=asset("style.css"),
        script=asset("page.js"),
        plotly=get_plotlyjs(),
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


def _data(results: ComparisonResults) -> str:
    return section("data", "Data", definitions(card_rows(results.data)))


def _provenance(results: ComparisonResults) -> str:
    origin, timing, compared = results.provenance, results.timing, results.comparison
    versions = ", ".join(f"{name} {version}" for name, version in origin.versions.items())
    params = ", ".join(f"{name} = {value}" for name, value in compared.params.items())
    return section("provenance", "Provenance", definitions({
        "Created": text(results.created),
        "Command": f"<code>{text(origin.command)}</code>",
        "Seed": text(results.seed),
        "Target": text(compared.target),
        **({"Tuned on the base": text(params)} if params else {}),
        "Time": f"{duration(timing.wall_s)} in the last process; {duration(timing.train_s)} of training in all",
        "Versions": text(f"tunewright {results.tunewright}, Python {origin.python}, {versions}"),
        "Platform": text(origin.platform),
        "Comparison fingerprint": f"<code>{text(compared.fingerprint)}</code>",
        "Data fingerprint": f"<code>{text(results.data.fingerprint)}</code>",
    }))  # fmt: skip
