"""The score against each parameter, all others whatever they were."""

import html
import math
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import BEST, SCALE
from tunewright.report.stills import SHADES, canvas, plain
from tunewright.report.study import told
from tunewright.report.study.results import Study, Trial
from tunewright.report.study.scales import (
    Scale,
    clipped,
    complete,
    describe,
    parameters,
    scale_of,
    scores_of,
    spans_decades,
)
from tunewright.report.traces import dress, padded
from tunewright.report.words import logged

TITLE = "Score by parameter"
CAPTION = (
    "One point per complete trial, from orange (early) to blue (late), the best ringed in green; the lower the better."
)
FIRST = " The most important parameter comes first."
LOGGED = " The axis of the scores is logarithmic."
LETTERS = 32  # in one line below a panel


@dataclass(frozen=True)
class Panel:
    scale: Scale
    trials: tuple[Trial, ...]


@dataclass(frozen=True)
class Slices:
    """`log`: of the score's axis, which all panels share; `best`: number of the best trial; trials run to `last`."""

    panels: tuple[Panel, ...]
    metric: str
    log: bool
    bounds: tuple[float, float]
    best: int
    last: int


def view_of(study: Study) -> Slices | None:
    """None for fewer than two scores, or where nothing was tuned."""
    trials, names = complete(study), parameters(study)
    if len(trials) < 2 or not names or study.best is None:
        return None
    panels = (Panel(scale_of(study, name), tuple(one for one in trials if name in one.params)) for name in names)
    scores = scores_of(trials)
    log = spans_decades(scores)
    low, high = padded([float(math.log10(score)) for score in scores] if log else scores.tolist(), share=0.06)
    shown = tuple(panel for panel in panels if panel.trials)
    return Slices(shown, study.metric, log, (low, high), study.best.number, trials[-1].number)


def x_of(panel: Panel) -> list[Any]:
    values = [trial.params[panel.scale.name] for trial in panel.trials]
    return [panel.scale.choices.index(str(value)) for value in values] if panel.scale.choices else values


def best_of(view: Slices, panel: Panel) -> list[Any]:
    """x and y of the best trial; [] where it does not have the parameter."""
    found = [index for index, trial in enumerate(panel.trials) if trial.number == view.best]
    return [part for index in found for part in (x_of(panel)[index], panel.trials[index].score)]


def ticks(scale: Scale) -> dict[str, Any]:
    """Plotly's settings for an axis of numbers: whole powers of ten, whole numbers."""
    if scale.log:
        decades = math.log10(scale.high / scale.low)
        return {"dtick": max(1, round(decades / 4)) if decades >= 1 else None, "exponentformat": "power"}
    if scale.whole:
        return {"tick0": scale.low, "dtick": max(1, math.ceil((scale.high - scale.low) / 5))}
    return {}


def labels(scale: Scale) -> list[str]:
    """Of at most three short lines, parted by newlines; empty where there is no room."""
    width = LETTERS // len(scale.choices)
    if width < 3:
        return [""] * len(scale.choices)
    return ["\n".join(wrap(clipped(choice, 3 * width), width)) for choice in scale.choices]


def limits(scale: Scale) -> tuple[float, float]:
    """Of the axis, with a little room; exponents of ten where it is logarithmic."""
    if scale.choices:
        return (-0.5, len(scale.choices) - 0.5)
    ends = [math.log10(end) for end in (scale.low, scale.high)] if scale.log else [scale.low, scale.high]
    low, high = padded(ends, share=0.04)
    return (low, high)


def unlogged(ends: tuple[float, float], *, log: bool) -> tuple[float, float]:
    """Plotly wants exponents where an axis is logarithmic, matplotlib the values."""
    return (10 ** ends[0], 10 ** ends[1]) if log else ends


def plot(view: Slices, panel: Panel) -> Any:
    x = x_of(panel)
    best = best_of(view, panel)
    points = go.Scatter(
        x=x,
        y=[trial.score for trial in panel.trials],
        mode="markers",
        hovertext=[describe(trial) for trial in panel.trials] if len(panel.trials) <= 200 else None,
        marker={
            "color": [view.last - trial.number for trial in panel.trials],
            "colorscale": [list(stop) for stop in SCALE],
            "cmin": 0,
            "cmax": max(1, view.last),
            "size": 8 if len(panel.trials) <= 300 else 5,
            "opacity": 0.85,
        },
    )
    figure = go.Figure(points)
    ring = {"symbol": "circle-open", "size": 17, "color": BEST, "line": {"width": 3}}
    figure.add_scatter(x=best[:1], y=best[1:], mode="markers", marker=ring, hoverinfo="skip")
    figure.update_layout(showlegend=False)
    figure.update_xaxes(range=limits(panel.scale), type="log" if panel.scale.log else "linear", zeroline=False)
    if panel.scale.choices:
        names = [html.escape(label).replace("\n", "<br>") for label in labels(panel.scale)]
        figure.update_xaxes(tickvals=list(range(len(names))), ticktext=names, tickangle=0)
    figure.update_xaxes(**ticks(panel.scale))
    figure.update_xaxes(title_text=logged(f"<b>{html.escape(panel.scale.name)}</b>", log=panel.scale.log))
    figure.update_yaxes(range=view.bounds, type="log" if view.log else "linear", nticks=6, zeroline=False)
    return dress(figure, height=250).update_layout(margin={"l": 50, "r": 10, "t": 10, "b": 40})


def still(view: Slices) -> Figure:
    columns = min(3, len(view.panels))
    rows = -(-len(view.panels) // columns)
    figure, axes = canvas(rows, columns, height=0.6 + 2.5 * rows)
    for ax, panel in zip(axes, view.panels, strict=False):
        x, y = x_of(panel), [trial.score or 0.0 for trial in panel.trials]
        age = [(view.last - trial.number) / max(1, view.last) for trial in panel.trials]
        ax.scatter(x, y, c=age, cmap=SHADES, vmin=0, vmax=1, s=22, alpha=0.85)
        best = best_of(view, panel)
        ax.plot(best[:1], best[1:], "o", fillstyle="none", color=BEST, markersize=11, markeredgewidth=2.2)
        ax.set_yscale("log" if view.log else "linear")
        ax.set_xscale("log" if panel.scale.log else "linear")
        ax.set_xlim(*unlogged(limits(panel.scale), log=panel.scale.log))
        ax.set_ylim(*unlogged(view.bounds, log=view.log))
        if panel.scale.whole and not panel.scale.log:
            ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        if panel.scale.choices:
            ax.set_xticks(range(len(panel.scale.choices)), [plain(label) for label in labels(panel.scale)], fontsize=9)
        ax.set_xlabel(logged(plain(panel.scale.name), log=panel.scale.log), weight="bold")
    for ax in axes[len(view.panels) :]:
        ax.set_visible(False)
    for ax in axes[::columns]:
        ax.set_ylabel(logged(plain(view.metric), log=view.log))
    return figure


def draw(study: Study) -> Drawn | None:
    view = view_of(study)
    if view is None:
        return None
    plots = [plot(view, panel) for panel in view.panels]
    caption = CAPTION + FIRST * bool(study.importance) + LOGGED * view.log
    return drawn("slices", TITLE, caption, plots=plots, still=lambda: still(view), told=told.by_parameter(study))
