"""One self-contained HTML page: template, style, script and figures inlined, no network request."""

from collections.abc import Sequence
from importlib.resources import files
from string import Template

from plotly.offline import get_plotlyjs

from tunewright.report.figure import Drawn
from tunewright.report.forecast import section as forecast_part
from tunewright.report.provenance import provenance
from tunewright.report.results import Results
from tunewright.report.study import section as study_part
from tunewright.report.study.words import plural
from tunewright.report.tables import figure, section, text

LINKS = {
    "compared": "Comparison",
    "forecast": "Forecast",
    "folds": "Folds",
    "search": "Search",
    "data": "Data",
    "provenance": "Provenance",
}
FUNCTION_LINKS = ("search", "provenance")


def page(results: Results, *, study: Sequence[Drawn], forecast: Sequence[Drawn]) -> str:
    """The page's HTML, with the figures of both parts. Their stills stand in where scripts do not run and on paper."""
    links = LINKS if results.forecast else FUNCTION_LINKS
    return Template(asset("page.html")).substitute(
        name=text(results.name),
        scope=scope(results),
        top=top(results),
        links="\n".join(f'<a href="#{name}">{LINKS[name]}</a>' for name in links),
        main=main(results, study=study, forecast=forecast),
        style=asset("style.css"),
        script=asset("page.js"),
        plotly=get_plotlyjs(),
    )


def asset(name: str) -> str:
    return files("tunewright.report").joinpath(name).read_text(encoding="utf-8")


def scope(results: Results) -> str:
    trials = len(results.study.trials)
    if results.forecast is not None:
        return forecast_part.scope(results.forecast, trials=trials)
    return f"A function of {plural(len(results.study.space), 'parameter')}, tried in {plural(trials, 'trial')}"


def top(results: Results) -> str:
    if results.forecast is not None:
        return forecast_part.verdict(results.forecast, tuned=bool(results.study.space))
    return study_part.found(results.study)


def main(results: Results, *, study: Sequence[Drawn], forecast: Sequence[Drawn]) -> str:
    """The sections in the order of LINKS."""
    told = results.forecast
    default = told.tuning.default.params if told and told.tuning else None
    searched = study_part.study_section(results.study, figures=[figure(one) for one in study], default=default)
    end = section("provenance", "Provenance", provenance(results))
    if told is None:
        return "\n".join([searched, end])
    *before, data = forecast_part.sections(told, {one.name: figure(one) for one in forecast})
    return "\n".join([*before, searched, data, end])
