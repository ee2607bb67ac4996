"""Every forecast against repeating the last price."""

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from plotly.subplots import make_subplots

from tunewright.report.figure import Drawn, drawn
from tunewright.report.forecast.outcome import Outcome
from tunewright.report.forecast.predictions import FORECASTS
from tunewright.report.look import COLOURS, NAMES
from tunewright.report.stills import canvas, legend
from tunewright.report.traces import dress, padded
from tunewright.report.values import Number

TITLE = "Gain over repeating the last price"
CAPTION = (
    "First panel: skill, 1 - squared error / squared error of repeating the last price; right of zero is "
    "better, and within the gray band the test is too short to tell a true skill from luck. Second panel: "
    "share of days with the direction right; the dashed line is always saying the direction that was the "
    "more frequent before the sealed test."
)


@dataclass(frozen=True)
class Comparison:
    """Per forecast, in per cent: skill against the last value, and days with the direction right."""

    names: tuple[str, ...]
    skill: tuple[Number, ...]
    direction: tuple[Number, ...]
    detectable: Number
    majority: Number


def view_of(outcome: Outcome) -> Comparison:
    scores = [getattr(outcome.metrics, name) for name in FORECASTS]
    base = outcome.metrics.last_value.mse
    skill = (None if not base or score.mse is None else 1 - score.mse / base for score in scores)
    return Comparison(
        names=FORECASTS,
        skill=tuple(map(percent, skill)),
        direction=tuple(percent(score.directional_accuracy) for score in scores),
        detectable=percent(outcome.smallest_detectable_skill),
        majority=percent(outcome.directional.majority_accuracy),
    )


def percent(share: Number) -> Number:
    return None if share is None else 100 * share


def points(names: tuple[str, ...], values: tuple[Number, ...]) -> Any:
    """One dot per forecast with its value above; an undefined value has no dot."""
    return go.Scatter(
        x=values,
        y=[NAMES[name] for name in names],
        mode="markers+text",
        marker={"color": [COLOURS[name] for name in names], "size": 14},
        text=["" if value is None else f"{value:.2f}" for value in values],
        textposition="top center",
        cliponaxis=False,
        showlegend=False,
        hoverinfo="skip",
    )


def plot(view: Comparison) -> Any:
    figure = make_subplots(rows=2, cols=1, vertical_spacing=0.24)
    skill, direction = [0.0, view.detectable or 0.0], [view.majority or 50.0]
    for row, values, seen in ((1, view.skill, skill), (2, view.direction, direction)):
        figure.add_trace(points(view.names, values), row=row, col=1)
        shown = [value for value in values if value is not None]
        figure.update_xaxes(range=padded([*shown, *seen]), row=row)
    figure.add_vline(0, line={"color": COLOURS["last_value"]}, layer="below", row=1, col=1)
    if view.detectable is not None:
        style = {"fillcolor": COLOURS["test"], "opacity": 0.2, "line_width": 0, "layer": "below"}
        figure.add_vrect(0, view.detectable, row=1, col=1, **style)
    if view.majority is not None:
        dashed = {"color": COLOURS["actual"], "dash": "dash"}
        figure.add_vline(view.majority, line=dashed, layer="below", row=2, col=1)
    figure.update_xaxes(title_text="Skill against the last value (%)", row=1)
    figure.update_xaxes(title_text="Direction right (% of days)", row=2)
    figure.update_yaxes(range=[len(view.names) - 0.5, -0.8])
    return dress(figure, height=540)


def dots(ax: Axes, names: tuple[str, ...], *, values: tuple[Number, ...]) -> None:
    """One dot per forecast with its value above; an undefined value has no dot."""
    for row, (name, value) in enumerate(zip(names, values, strict=True)):
        if value is not None:
            ax.plot(value, row, "o", color=COLOURS[name], markersize=9)
            above = {"xytext": (0, 7), "textcoords": "offset points", "ha": "center", "fontsize": 9}
            ax.annotate(f"{value:.2f}", (value, row), **above)  # type: ignore[arg-type]
    ax.set_yticks(range(len(names)), [NAMES[name] for name in names])
    ax.set_ylim(len(names) - 0.5, -0.8)
    ax.margins(x=0.15)


def still(view: Comparison) -> Figure:
    figure, (skill, direction) = canvas(1, 2, height=3.8, sharey=True)
    dots(skill, view.names, values=view.skill)
    dots(direction, view.names, values=view.direction)
    skill.axvline(0, color=COLOURS["last_value"], zorder=0)
    if view.detectable is not None:
        skill.axvspan(0, view.detectable, color=COLOURS["test"], alpha=0.2, label="Too small to tell")
        legend(skill)
    if view.majority is not None:
        label = "Always the majority"
        direction.axvline(view.majority, color=COLOURS["actual"], linestyle="--", zorder=0, label=label)
        legend(direction)
    skill.set_xlabel("Skill against the last value (%)")
    direction.set_xlabel("Direction right (% of days)")
    return figure


def draw(outcome: Outcome) -> Drawn:
    view = view_of(outcome)
    return drawn("comparison", TITLE, CAPTION, plots=[plot(view)], still=still(view))
