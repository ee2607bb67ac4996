"""Two objectives at once: what no other trial beats in both."""

import html
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib.figure import Figure

from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import BEST, GIVEN
from tunewright.report.stills import canvas, legend, plain
from tunewright.report.study import told
from tunewright.report.study.results import Study, Trial
from tunewright.report.study.scales import complete, describe, scores_of, spans_decades
from tunewright.report.traces import dress
from tunewright.report.words import logged

TITLE = "Two objectives"
CAPTION = (
    "One point per complete trial; lower is better on both axes. No trial beats one on the green line in both: "
    "along it, the one is paid for with the other."
)


@dataclass(frozen=True)
class Pareto:
    """front: by ascending score; others: complete trials that are beaten in both. Log axes: x is the score's."""

    front: tuple[Trial, ...]
    others: tuple[Trial, ...]
    metric: str
    cost: str
    log_x: bool
    log_y: bool


def view_of(study: Study) -> Pareto | None:
    """None in a study with one objective."""
    trials = [trial for trial in complete(study) if trial.cost is not None]
    front = [trial for trial in trials if trial.number in study.pareto]
    if not front:
        return None
    costs = np.array([trial.cost for trial in trials], dtype=np.float64)
    name = (study.second_objective or "cost").replace("_", " ")
    return Pareto(
        front=tuple(sorted(front, key=lambda trial: trial.score or 0.0)),
        others=tuple(trial for trial in trials if trial.number not in study.pareto),
        metric=study.metric,
        cost=name,
        log_x=spans_decades(scores_of(trials)),
        log_y=spans_decades(costs),
    )


def axis_titles(view: Pareto) -> tuple[str, str]:
    """Of x and y."""
    pairs = ((view.metric, view.log_x), (view.cost, view.log_y))
    x, y = (logged(f"{name} (lower is better)", log=log) for name, log in pairs)
    return x, y


def plot(view: Pareto) -> Any:
    figure = go.Figure()
    for trials, name, colour in ((view.others, "Beaten in both", GIVEN), (view.front, "Pareto front", BEST)):
        if trials:
            points = go.Scatter(
                x=[trial.score for trial in trials],
                y=[trial.cost for trial in trials],
                mode="lines+markers" if trials is view.front else "markers",
                name=name,
                line={"shape": "hv", "color": colour, "width": 2},
                marker={"size": 11 if trials is view.front else 7, "color": colour},
                hovertext=[describe(trial) for trial in trials],
            )
            figure.add_trace(points)
    x, y = ("log" if log else "linear" for log in (view.log_x, view.log_y))
    titles = axis_titles(view)
    figure.update_xaxes(title_text=html.escape(titles[0]), type=x, zeroline=False)
    figure.update_yaxes(title_text=html.escape(titles[1]), type=y, zeroline=False)
    return dress(figure, height=480)


def still(view: Pareto) -> Figure:
    figure, (ax,) = canvas(1, 1, height=5)
    for trials, name, colour in ((view.others, "Beaten in both", GIVEN), (view.front, "Pareto front", BEST)):
        x, y = [trial.score or 0.0 for trial in trials], [trial.cost or 0.0 for trial in trials]
        if trials:
            ax.plot(x, y, "o", color=colour, markersize=8 if trials is view.front else 4, label=name)
        if trials is view.front:
            ax.step(x, y, where="post", color=colour, linewidth=1.6)
    ax.set_xscale("log" if view.log_x else "linear")
    ax.set_yscale("log" if view.log_y else "linear")
    titles = axis_titles(view)
    ax.set(xlabel=plain(titles[0]), ylabel=plain(titles[1]))
    legend(ax)
    return figure


def draw(study: Study) -> Drawn | None:
    view = view_of(study)
    if view is None:
        return None
    shown = told.pareto(view.front, view.others, view.cost)
    return drawn("pareto", TITLE, CAPTION, plots=[plot(view)], still=lambda: still(view), told=shown)
