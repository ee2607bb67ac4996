"""How often each class is recognised."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tunewright.images.report import told
from tunewright.images.report.outcome import ClassAccuracy, Outcome
from tunewright.images.report.words import label, line, percent, span
from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import COLOURS, GIVEN
from tunewright.report.stills import canvas, plain
from tunewright.report.traces import dress

TITLE = "Accuracy per class"
ROWS = 34  # of one panel


def caption(outcome: Outcome) -> str:
    absent = [one.name for one in outcome.per_class if one.accuracy is None]
    without = f" No test image of {', '.join(absent)}." if absent else ""
    return (
        "Share of each class's images that is recognised, the lowest first, with 95 % intervals, which are wide where "
        f"images are few. The line is the accuracy over all images, {percent(outcome.metrics.model.accuracy)}.{without}"
    )


def known(outcome: Outcome) -> list[ClassAccuracy]:
    """From lowest to highest."""
    return sorted((one for one in outcome.per_class if one.accuracy is not None), key=lambda one: one.accuracy or 0.0)


def panels(outcome: Outcome) -> list[list[ClassAccuracy]]:
    """The classes from lowest to highest, in columns of about the same length."""
    classes = known(outcome)
    columns = max(1, -(-len(classes) // ROWS))
    length = -(-len(classes) // columns)
    return [classes[start : start + length] for start in range(0, len(classes), length)]


def lowest(outcome: Outcome) -> float:
    """Where every panel's axis begins, in per cent."""
    least = min((one.low or 0.0 for one in outcome.per_class if one.accuracy is not None), default=0.0)
    return float(max(0.0, np.floor(20 * least - 0.2) * 5))


def reach(classes: list[ClassAccuracy]) -> tuple[list[float], list[float]]:
    """How far the intervals go to the left and to the right, in per cent."""
    pairs = [(one.accuracy or 0.0, one.low or 0.0, one.high or 0.0) for one in classes]
    return [100 * max(0.0, at - low) for at, low, _ in pairs], [100 * max(0.0, high - at) for at, _, high in pairs]


def plot(outcome: Outcome, classes: list[ClassAccuracy]) -> Any:
    down, up = reach(classes)
    rows = list(range(len(classes)))
    points = go.Scatter(
        x=[100 * (one.accuracy or 0.0) for one in classes],
        y=rows,
        mode="markers",
        marker={"color": COLOURS["model"], "size": 9},
        error_x={"type": "data", "symmetric": False, "array": up, "arrayminus": down, "color": GIVEN, "width": 3},
        hovertext=[f"{label(one.name, letters=60)}: {span(one)}, {one.count:,} images" for one in classes],
        hovertemplate="%{x:.1f} %<br>%{hovertext}<extra></extra>",
        showlegend=False,
    )
    figure = go.Figure(points)
    figure.add_vline(100 * outcome.metrics.model.accuracy, line={"color": COLOURS["last_value"]}, layer="below")
    figure.update_xaxes(title_text="Recognised (%)", range=[lowest(outcome), 101], zeroline=False)
    names = [label(one.name) for one in classes]
    figure.update_yaxes(tickvals=rows, ticktext=names, range=[len(rows) - 0.5, -0.5], zeroline=False)
    return dress(figure, height=80 + 22 * len(rows)).update_layout(margin_t=10)


def dots(ax: Axes, outcome: Outcome, classes: list[ClassAccuracy]) -> None:
    rows = range(len(classes))
    values = [100 * (one.accuracy or 0.0) for one in classes]
    look: dict[str, Any] = {"color": COLOURS["model"], "ecolor": GIVEN, "markersize": 5, "capsize": 2}
    ax.errorbar(values, rows, xerr=reach(classes), fmt="o", **look)
    ax.axvline(100 * outcome.metrics.model.accuracy, color=COLOURS["last_value"], zorder=0)
    ax.set_yticks(rows, [plain(line(one.name)) for one in classes], fontsize=9)
    ax.set(xlim=(lowest(outcome), 101), ylim=(len(classes) - 0.5, -0.5), xlabel="Recognised (%)")


def still(outcome: Outcome) -> Figure:
    columns = panels(outcome)
    figure, axes = canvas(1, max(1, len(columns)), height=1.3 + 0.22 * max(map(len, columns), default=1))
    for ax, classes in zip(axes, columns, strict=False):
        dots(ax, outcome, classes)
    return figure


def draw(outcome: Outcome) -> Drawn:
    plots = [plot(outcome, classes) for classes in panels(outcome)]
    return drawn(
        "per_class",
        TITLE,
        caption(outcome),
        plots=plots,
        still=lambda: still(outcome),
        told=told.per_class(known(outcome)),
    )
