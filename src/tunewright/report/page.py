"""One self-contained HTML page: template, style, script and figures inlined, no network request."""

from collections.abc import Sequence
from importlib.resources import files
from string import Template

from plotly.offline import get_plotlyjs

from tunewright.report.figure import Drawn
from tunewright.report.part import Part
from tunewright.report.provenance import provenance
from tunewright.report.results import Results
from tunewright.report.study.section import study_section
from tunewright.report.tables import figure, section, text

LINKS = {
    "compared": "Comparison",
    "forecast": "Forecast",
    "folds": "Folds",
    "test": "Test",
    "models": "Models",
    "learned": "What it learns",
    "search": "Search",
    "data": "Data",
    "provenance": "Provenance",
}


def page(results: Results, *, study: Sequence[Drawn], part: Part) -> str:
    """The page's HTML; study: figures of the search. Stills stand in where scripts do not run and on paper."""
    sections = sections_of(results, study=study, part=part)
    return Template(asset("page.html")).substitute(
        name=text(results.name),
        scope=part.scope,
        top=part.top,
        links="\n".join(f'<a href="#{name}">{LINKS[name]}</a>' for name in sections),
        main="\n".join(sections.values()),
        style=asset("style.css"),
        script=asset("page.js"),
        plotly=get_plotlyjs(),
    )


def asset(name: str) -> str:
    return files("tunewright.report").joinpath(name).read_text(encoding="utf-8")


def sections_of(results: Results, *, study: Sequence[Drawn], part: Part) -> dict[str, str]:
    """By name, in the order of the page."""
    searched = study_section(results.study, figures=[figure(one) for one in study], default=part.default)
    return {
        **part.before,
        "search": searched,
        **({"data": part.data} if part.data else {}),
        "provenance": section("provenance", "Provenance", provenance(results, part.provenance)),
    }
