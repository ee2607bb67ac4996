"""What more parameters buy."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib.figure import Figure

from tunewright.images.report import told
from tunewright.images.report.results import Contestant
from tunewright.images.report.words import label, line, percent, shown
from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import BEST, COLOURS, GIVEN
from tunewright.report.stills import canvas, plain, shared_legend
from tunewright.report.traces import dress, log_ticks

TITLE = "Parameters against accuracy"
CAPTION = (
    "Accuracy on the sealed test, mean over training seeds, with the 95 % interval of the first seed; small dots "
    "beside it are the single seeds. Up and to the left is better: on the green line no model is beaten in both. "
    "Models of nearly the same size stand side by side."
)
FRONT = "Best for its size"
MOST_TICKS = 7
BESIDE = 0.018
"""Share of the axis by which the single seeds stand beside their mean."""
NEAR, STEP = 0.025, 0.04
"""Shares of the axis: models nearer than the one are set apart by the other."""


@dataclass(frozen=True)
class Point:
    """x: where it is drawn, beside models of the same size. Accuracies in per cent."""

    number: int
    one: Contestant
    x: float
    mean: float
    low: float
    high: float
    front: bool


def points(contestants: tuple[Contestant, ...]) -> tuple[Point, ...]:
    means = [one.seeds.mean for one in contestants]
    places = side_by_side([one.parameters for one in contestants])
    return tuple(
        Point(number, one, x, 100 * mean, 100 * one.test.low, 100 * one.test.high, front=unbeaten(one, contestants))
        for number, (one, x, mean) in enumerate(zip(contestants, places, means, strict=True), 1)
    )


def unbeaten(one: Contestant, contestants: tuple[Contestant, ...]) -> bool:
    """Whether no other is at least as good in both, and better in one."""
    mine = (-one.parameters, one.seeds.mean)
    others = [(-other.parameters, other.seeds.mean) for other in contestants]
    return not any(size >= mine[0] and mean >= mine[1] and (size, mean) != mine for size, mean in others)


def side_by_side(parameters: list[int]) -> list[float]:
    """Places on a log axis: clusters of near values are spread about their middle."""
    logs = np.log10(np.maximum(1, parameters).astype(np.float64))
    span = max(1.0, float(np.ptp(logs)))
    order, places = np.argsort(logs, kind="stable"), logs.copy()
    breaks = np.flatnonzero(np.diff(logs[order]) > NEAR * span) + 1
    for group in np.split(order, breaks):
        if len(group) > 1:
            offsets = (np.arange(len(group)) - (len(group) - 1) / 2) * STEP * span
            places[group] = logs[group].mean() + offsets
    return [float(10**place) for place in places]


def bounds(view: tuple[Point, ...]) -> tuple[float, float]:
    """Of the axis of parameters, with room on both sides, and so wide that it has round numbers."""
    logs = np.log10([point.x for point in view])
    span = float(np.ptp(logs))
    room = max(0.08 * span, (1 - span) / 2)
    return float(10 ** (logs.min() - room)), float(10 ** (logs.max() + room))


def singles(point: Point) -> list[float]:
    """Accuracies in per cent of the single seeds, where there are several."""
    found = [100 * share for share in point.one.seeds.accuracies]
    return found if len(found) > 1 else []


def beside(point: Point, view: tuple[Point, ...]) -> float:
    """Where a point's single seeds stand."""
    low, high = bounds(view)
    return float(point.x * (high / low) ** BESIDE)


def ticks_between(low: float, high: float) -> tuple[list[float], list[str]]:
    """Round numbers and their short names, not more than fit."""
    ticks = [tick for tick in log_ticks(np.array([low, high])) if low <= tick <= high]
    if len(ticks) > MOST_TICKS:
        ticks = [tick for tick in ticks if float(np.log10(tick)).is_integer()]
    return ticks, [short(tick) for tick in ticks]


def short(count: float) -> str:
    """1,000 as 1 k, 1,000,000 as 1 M."""
    for unit, name in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if count >= unit:
            return f"{count / unit:g} {name}"
    return f"{count:g}"


def front_of(view: tuple[Point, ...]) -> list[Point]:
    return sorted((point for point in view if point.front), key=lambda point: point.x)


def plot(view: tuple[Point, ...]) -> Any:
    figure, front = go.Figure(), front_of(view)
    steps = {"color": BEST, "width": 2, "shape": "hv"}
    xs, ys = [point.x for point in front], [point.mean for point in front]
    figure.add_trace(go.Scatter(x=xs, y=ys, mode="lines", name=FRONT, line=steps, hoverinfo="skip"))
    for point in view:
        accuracies = singles(point)
        interval = go.Scatter(x=[point.x] * 2, y=[point.low, point.high], mode="lines", line={"color": GIVEN})
        seeds = go.Scatter(
            x=[beside(point, view)] * len(accuracies), y=accuracies, mode="markers", marker={"color": GIVEN}
        )
        quiet = {"hoverinfo": "skip", "showlegend": False}
        figure.add_traces([interval.update(quiet), seeds.update(quiet, marker_size=5), marker(point)])
    low, high = bounds(view)
    ticks, texts = ticks_between(low, high)
    log = {"type": "log", "range": [float(np.log10(low)), float(np.log10(high))]}
    figure.update_xaxes(title_text="Parameters, log scale", tickvals=ticks, ticktext=texts, **log)
    figure.update_yaxes(title_text="Right on the sealed test (%)", zeroline=False)
    return dress(figure, height=460 + 18 * len(view))


def marker(point: Point) -> Any:
    """A numbered point; the legend tells who it is."""
    one = point.one
    return go.Scatter(
        x=[point.x],
        y=[point.mean],
        mode="markers+text",
        name=f"{point.number} {label(shown(one), letters=24)}",
        marker={"size": 19, "color": colour(point)},
        text=[f"<b>{point.number}</b>"],
        textfont={"color": "#ffffff", "size": 11},
        hovertemplate=f"{label(shown(one), letters=60)}<br>{one.parameters:,} parameters<br>{percent(one.seeds.mean)}"
        "<extra></extra>",
    )


def colour(point: Point) -> str:
    return COLOURS["model"] if point.number == 1 else BEST if point.front else "#5c636b"


def still(view: tuple[Point, ...]) -> Figure:
    figure, (ax,) = canvas(1, 1, height=5 + 0.2 * -(-len(view) // 3))
    front = front_of(view)
    xs, ys = [point.x for point in front], [point.mean for point in front]
    ax.step(xs, ys, where="post", color=BEST, linewidth=1.6, zorder=1, label=FRONT)
    for point in view:
        ax.plot([point.x] * 2, [point.low, point.high], "_-", color=GIVEN, zorder=2)
        accuracies = singles(point)
        ax.plot([beside(point, view)] * len(accuracies), accuracies, ".", color=GIVEN, markersize=5, zorder=3)
        name = f"{point.number} {plain(line(shown(point.one), letters=24))}"
        ax.plot([point.x], [point.mean], "o", color=colour(point), markersize=13, zorder=4, label=name)
        inside: dict[str, Any] = {"ha": "center", "va": "center", "color": "white", "fontsize": 8, "weight": "bold"}
        ax.text(point.x, point.mean, str(point.number), zorder=5, **inside)
    ax.set_xscale("log")
    low, high = bounds(view)
    ax.set_xticks(*ticks_between(low, high))
    ax.set_xticks([], minor=True)
    ax.set(xlim=(low, high), xlabel="Parameters, log scale", ylabel="Right on the sealed test (%)")
    shared_legend(figure, ax.get_legend_handles_labels()[0], columns=3, size=9, markers=0.5)
    return figure


def draw(contestants: tuple[Contestant, ...]) -> Drawn | None:
    """None for a model alone."""
    if len(contestants) < 2:
        return None
    view = points(contestants)
    return drawn("size", TITLE, CAPTION, plots=[plot(view)], still=lambda: still(view), told=told.size(contestants))
