"""One self-contained HTML page: template, style, script and figures inlined, no network request."""

import base64
from collections.abc import Mapping
from importlib.resources import files
from string import Template

from tunewright.report.interactive import plotly_source
from tunewright.report.look import CAPTIONS, TITLES
from tunewright.report.results import Results
from tunewright.report.tables import (
    best_table,
    comparison_table,
    data_card,
    outcome_table,
    provenance,
    text,
    trials_table,
)
from tunewright.report.words import HEADLINES


def page(results: Results, *, plots: Mapping[str, str], stills: Mapping[str, bytes]) -> str:
    """The page's HTML. `plots` holds plotly JSON and `stills` PNG bytes, both by the figure's name.

    The stills stand in where scripts do not run and on paper.
    """
    headline, symbol = HEADLINES[results.test.conclusion]
    figures = {f"figure_{name}": figure(name, plot=plots[name], still=stills[name]) for name in TITLES}
    return Template(asset("page.html")).substitute(
        name=text(results.name),
        conclusion=results.test.conclusion,
        headline=headline,
        symbol=symbol,
        verdict=text(results.test.verdict),
        scope=scope(results),
        notes=notes(results),
        comparison=comparison_table(results.test),
        outcome=outcome_table(results.test),
        counts=counts(results),
        best=best_table(results.study, results.tuning),
        tuning=tuning_note(results),
        trials=trials_table(results.study),
        data_card=data_card(results),
        provenance=provenance(results),
        style=asset("style.css"),
        plotly=plotly_source(),
        **figures,
    )


def asset(name: str) -> str:
    return files("tunewright.report").joinpath(name).read_text(encoding="utf-8")


def figure(name: str, *, plot: str, still: bytes) -> str:
    """The interactive figure, and its still. `<` is spelt out so that no text can end the script element."""
    image = base64.b64encode(still).decode("ascii")
    return (
        f'<figure id="{name}"><h3>{text(TITLES[name])}</h3>'
        f'<div class="plot" role="img" aria-label="{text(TITLES[name])}"></div>'
        f'<script type="application/json">{plot.replace("<", chr(92) + "u003c")}</script>'
        f'<img class="still" alt="{text(TITLES[name])}" src="data:image/png;base64,{image}">'
        f"<figcaption>{text(CAPTIONS[name])}</figcaption></figure>"
    )


def scope(results: Results) -> str:
    test, card = results.sealed_test, results.data.card
    return (
        f"{text(card.source)}, {card.first} to {card.last}; tuned in {len(results.study.trials):,} trials, "
        f"judged on {test.rows:,} sealed days, {test.first} to {test.last}"
    )


def notes(results: Results) -> str:
    """What the reader must know before believing the verdict; empty when there is nothing."""
    found = []
    if results.test.leak_warning:
        found.append(("Leak warning", results.test.leak_warning))
    if results.test.openings > 1:
        opened = (
            f"The sealed test was opened {results.test.openings} times. Each look after the first lets "
            "choices adapt to it, so the p values below may be too small."
        )
        found.append(("Opened more than once", opened))
    shape = '<p class="note" role="note"><strong>&#9888; {}.</strong> {}</p>'
    return "".join(shape.format(title, text(said)) for title, said in found)


def tuning_note(results: Results) -> str:
    """Whether the tuning helped, in a sentence."""
    if not results.study.space:
        return "Nothing was tuned."
    if results.tuning is None:
        return "The untuned default could not be trained, so there is nothing to compare the tuning with."
    return text(results.tuning.sentence)


def counts(results: Results) -> str:
    number = results.study.counts
    return (
        f"{number.complete:,} trials complete, {number.pruned:,} pruned, {number.failed:,} failed. "
        f"Best: trial {results.study.best.number}, score {results.study.best.score:.6g}, "
        f"{text(results.study.metric_text)}."
    )
