"""One self-contained HTML page: template, style, script and figures inlined, no network request."""

import base64
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Template

from tunewright.core.codec import write_atomically, written
from tunewright.report.figure import Drawn
from tunewright.report.part import Part
from tunewright.report.provenance import provenance
from tunewright.report.results import Results
from tunewright.report.study.section import study_section
from tunewright.report.tables import figure, section, text

PLOTLY = "vendor/plotly-cartesian.min.js"
"""Plotly's own bundle of flat charts, a third of the whole; MIT, see plotly.LICENSE beside it."""
LINKS = {
    "compared": "Comparison",
    "forecast": "Forecast",
    "returns": "Worth",
    "folds": "Folds",
    "test": "Test",
    "models": "Models",
    "learned": "What it learns",
    "search": "Search",
    "data": "Data",
    "provenance": "Provenance",
}


@dataclass(frozen=True)
class Page:
    """The page's HTML, and its figures."""

    html: str
    figures: tuple[Drawn, ...]


def page(results: Results, *, study: Sequence[Drawn], part: Part, own: Sequence[Drawn] = ()) -> Page:
    """study: figures of the search. own: those of the kind, which its part shows. Stills stand in where scripts do not
    run and on paper."""
    sections = sections_of(results, study=study, part=part)
    return Page(document(results.name, scope=part.scope, top=part.top, sections=sections), (*own, *study))


def document(name: str, *, scope: str, top: str, sections: Mapping[str, str]) -> str:
    """A whole page. name: plain text; the rest is HTML. sections: by name, in their order."""
    return Template(asset("page.html")).substitute(
        name=text(name),
        scope=scope,
        top=top,
        links="\n".join(f'<a href="#{name}">{LINKS.get(name, name.capitalize())}</a>' for name in sections),
        main="\n".join(sections.values()),
        style=asset("style.css"),
        script=asset("page.js"),
        plotly=packed(PLOTLY),
    )


def write_page(folder: Path, made: Page) -> Path:
    """Write `folder`/figures/NAME.png and `folder`/report.html; returns the page's path.

    Each file is replaced whole or not at all, the page last. Raises RunFolderError where the folder cannot be written.
    """
    target = folder / "report.html"
    with written(folder / "figures"):
        (folder / "figures").mkdir(exist_ok=True)
    for drawn in made.figures:
        write_atomically(folder / "figures" / f"{drawn.name}.png", drawn.still)
    write_atomically(target, made.html)
    return target


def asset(name: str) -> str:
    return files("tunewright.report").joinpath(name).read_text(encoding="utf-8")


@cache  # 0.1 s, and the same for every page
def packed(name: str) -> str:
    """The file by gzip, in base64: the page's script unpacks it."""
    return base64.b64encode(gzip.compress(asset(name).encode(), mtime=0)).decode("ascii")


def sections_of(results: Results, *, study: Sequence[Drawn], part: Part) -> dict[str, str]:
    """By name, in the order of the page."""
    figures = [figure(one) for one in study]
    searched = {"search": study_section(results.study, figures=figures, default=part.default)} if results.study else {}
    return {
        **part.before,
        **searched,
        **({"data": part.data} if part.data else {}),
        "provenance": section("provenance", "Provenance", provenance(results, part.provenance)),
    }
