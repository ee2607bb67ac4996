"""Every forecast against repeating the last value."""

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from plotly.subplots import make_subplots

from tunewright.prices.report import told
from tunewright.prices.report.outcome import Directional, Outcome, Scores
from tunewright.prices.report.subject import PRICE, Subject
from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import COLOURS, NAMES
from tunewright.report.stills import canvas, legend
from tunewright.report.traces import dress, padded
from tunewright.report.values import Number
from tunewright.report.words import minus

TITLE = "Gain over repeating the last {}"
CAPTION = (
    "First panel: skill, 1 - squared error / squared error of repeating the last {}; right of zero is "
    "better, and within the gray band the test is too short to tell a true skill from luck. Second panel: "
)
DIRECTION = (
    "share of days with the direction right; the dashed line is always saying the direction that was the "
    "more frequent before the sealed test."
)
OVER_HAR = "the same against HAR, the dashed line, the simple method that is hardest to beat."


@dataclass(frozen=True)
class Panel:
    """Values per forecast with a `mark` to hold them against; `seen` is always within the axis."""

    label: str
    values: tuple[Number, ...]
    mark: Number
    mark_label: str
    seen: float


@dataclass(frozen=True)
class Comparison:
    """Per forecast, in per cent: skill against the last value, and beside it what the second panel shows."""

    names: tuple[str, ...]
    skill: tuple[Number, ...]
    detectable: Number
    second: Panel


def view_of(outcome: Outcome, subject: Subject = PRICE) -> Comparison:
    scores = [outcome.metrics[name] for name in subject.drawn]
    return Comparison(
        names=subject.drawn,
        skill=skills(scores, base=outcome.metrics["last_value"].mse),
        detectable=percent(outcome.smallest_detectable_skill),
        second=over_har(scores, outcome) if outcome.directional is None else directions(scores, outcome.directional),
    )


def directions(scores: list[Scores], directional: Directional) -> Panel:
    values = tuple(percent(score.directional_accuracy) for score in scores)
    majority = percent(directional.majority_accuracy)
    return Panel("Direction right (% of days)", values, majority, "Always the majority", 50.0)


def over_har(scores: list[Scores], outcome: Outcome) -> Panel:
    values = skills(scores, base=outcome.metrics["har"].mse)
    return Panel("Skill against HAR (%)", values, 0.0, "HAR", 0.0)


def skills(scores: list[Scores], *, base: Number) -> tuple[Number, ...]:
    """1 - squared error / `base`, in per cent."""
    return tuple(None if not base or score.mse is None else percent(1 - score.mse / base) for score in scores)


def percent(share: Number) -> Number:
    return None if share is None else 100 * share


def points(names: tuple[str, ...], values: tuple[Number, ...]) -> Any:
    """One dot per forecast with its value above; an undefined value has no dot."""
    return go.Scatter(
        x=values,
        y=[NAMES[name] for name in names],
        mode="markers+text",
        marker={"color": [COLOURS[name] for name in names], "size": 14},
        text=["" if value is None else minus(f"{value:.2f}") for value in values],
        textposition="top center",
        cliponaxis=False,
        showlegend=False,
        hoverinfo="skip",
    )


def plot(view: Comparison) -> Any:
    figure = make_subplots(rows=2, cols=1, vertical_spacing=0.24)
    second = view.second
    first_seen, second_seen = [0.0, view.detectable or 0.0], [second.mark or second.seen]
    for row, values, seen in ((1, view.skill, first_seen), (2, second.values, second_seen)):
        figure.add_trace(points(view.names, values), row=row, col=1)
        shown = [value for value in values if value is not None]
        figure.update_xaxes(range=padded([*shown, *seen]), row=row)
    figure.add_vline(0, line={"color": COLOURS["last_value"]}, layer="below", row=1, col=1)
    if view.detectable is not None:
        style = {"fillcolor": COLOURS["test"], "opacity": 0.2, "line_width": 0, "layer": "below"}
        figure.add_vrect(0, view.detectable, row=1, col=1, **style)
    if second.mark is not None:
        dashed = {"color": COLOURS["actual"], "dash": "dash"}
        figure.add_vline(second.mark, line=dashed, layer="below", row=2, col=1)
    figure.update_xaxes(title_text="Skill against the last value (%)", row=1)
    figure.update_xaxes(title_text=second.label, row=2)
    figure.update_yaxes(range=[len(view.names) - 0.5, -0.8])
    return dress(figure, height=260 + 70 * len(view.names))


def dots(ax: Axes, names: tuple[str, ...], *, values: tuple[Number, ...]) -> None:
    """One dot per forecast with its value above; an undefined value has no dot."""
    for row, (name, value) in enumerate(zip(names, values, strict=True)):
        if value is not None:
            ax.plot(value, row, "o", color=COLOURS[name], markersize=9)
            above = {"xytext": (0, 7), "textcoords": "offset points", "ha": "center", "fontsize": 9}
            ax.annotate(minus(f"{value:.2f}"), (value, row), **above)  # type: ignore[arg-type]
    ax.set_yticks(range(len(names)), [NAMES[name] for name in names])
    ax.set_ylim(len(names) - 0.5, -0.8)
    ax.margins(x=0.15)


def still(view: Comparison) -> Figure:
    figure, (skill, beside) = canvas(1, 2, height=1.8 + 0.5 * len(view.names), sharey=True)
    dots(skill, view.names, values=view.skill)
    dots(beside, view.names, values=view.second.values)
    skill.axvline(0, color=COLOURS["last_value"], zorder=0)
    if view.detectable is not None:
        skill.axvspan(0, view.detectable, color=COLOURS["test"], alpha=0.2, label="Skill too small to tell")
        legend(skill)
    if view.second.mark is not None:
        dashed = {"color": COLOURS["actual"], "linestyle": "--", "zorder": 0}
        beside.axvline(view.second.mark, label=view.second.mark_label, **dashed)  # type: ignore[arg-type]
        legend(beside)
    skill.set_xlabel("Skill against the last value (%)")
    beside.set_xlabel(view.second.label)
    return figure


def draw(outcome: Outcome, subject: Subject) -> Drawn:
    view = view_of(outcome, subject)
    caption = CAPTION.format(subject.value) + (OVER_HAR if outcome.directional is None else DIRECTION)
    panels = {"Skill against the last value (%)": view.skill, view.second.label: view.second.values}
    shown = told.comparison(view.names, panels)
    return drawn(
        "comparison", TITLE.format(subject.value), caption, plots=[plot(view)], still=lambda: still(view), told=shown
    )
