"""The intervals around the forecast over the last sealed days, one panel for each way to make them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go
from matplotlib.figure import Figure
from plotly.subplots import make_subplots

from tunewright.prices.report import told
from tunewright.prices.report.intervals import NAMES, DrawnDays
from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import COLOURS
from tunewright.report.stills import canvas, legend
from tunewright.report.traces import dress
from tunewright.report.values import Dates, Floats

TITLE = "Intervals of the last sealed days"
CAPTION = (
    "The {:.0f} % intervals and what came, in per cent of the forecast, which lies at zero. An interval that follows "
    "the market is narrow in calm weeks and wide in wild ones; of one that does not, misses stand close together."
)
BAND, MISS = "rgba(26,127,196,0.22)", "#d55e00"


@dataclass(frozen=True)
class Panel:
    """One way's ends in per cent of the forecast, and the days that lie outside; all of shape (n,)."""

    title: str
    low: Floats
    high: Floats
    missed: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class IntervalView:
    dates: Dates
    actual: Floats
    panels: tuple[Panel, ...]


def view_of(days: DrawnDays) -> IntervalView:
    actual = 100 * np.array(days.actual)
    panels = []
    for name, ends in days.ends.items():
        low, high = 100 * np.array(ends.low), 100 * np.array(ends.high)
        panels.append(Panel(NAMES[name], low, high, (actual < low) | (actual > high)))
    return IntervalView(np.array(days.dates, dtype="datetime64[D]"), actual, tuple(panels))


def plot(view: IntervalView) -> Any:
    titles = [panel.title for panel in view.panels]
    figure = make_subplots(rows=len(titles), cols=1, shared_xaxes=True, shared_yaxes="all", vertical_spacing=0.07)
    dates = [str(day) for day in view.dates]
    for row, panel in enumerate(view.panels, start=1):
        first = row == 1
        clear = {"width": 0}
        figure.add_traces(
            [
                go.Scatter(x=dates, y=panel.low, mode="lines", line=clear, hoverinfo="skip", showlegend=False),
                go.Scatter(
                    x=dates, y=panel.high, mode="lines", line=clear, fill="tonexty", fillcolor=BAND, name="Interval",
                    legendgroup="interval", showlegend=first, hoverinfo="skip",
                ),
                go.Scatter(
                    x=dates, y=view.actual, mode="lines", line={"color": COLOURS["actual"], "width": 1.2},
                    name="Actual", legendgroup="actual", showlegend=first,
                ),
                go.Scatter(
                    x=[day for day, missed in zip(dates, panel.missed, strict=True) if missed],
                    y=view.actual[panel.missed], mode="markers", marker={"color": MISS, "size": 7},
                    name="Missed", legendgroup="missed", showlegend=first,
                ),
            ],
            rows=[row] * 4,
            cols=[1] * 4,
        )  # fmt: skip
        figure.update_yaxes(title_text=f"{panel.title} (%)", row=row)
    figure.update_xaxes(title_text="Date", row=len(titles))
    return dress(figure, height=110 + 210 * len(titles))


def still(view: IntervalView) -> Figure:
    figure, axes = canvas(len(view.panels), 1, height=1 + 2.2 * len(view.panels), sharex=True, sharey=True)
    for ax, panel in zip(axes, view.panels, strict=True):
        ax.fill_between(view.dates, panel.low, panel.high, color=COLOURS["model"], alpha=0.22, lw=0, label="Interval")
        ax.plot(view.dates, view.actual, color=COLOURS["actual"], linewidth=1, label="Actual")
        ax.scatter(view.dates[panel.missed], view.actual[panel.missed], s=18, color=MISS, zorder=3, label="Missed")
        ax.set_ylabel(f"{panel.title} (%)")
    axes[-1].set_xlabel("Date")
    legend(axes[0])
    return figure


def draw(days: DrawnDays) -> Drawn:
    view = view_of(days)
    caption = CAPTION.format(100 * days.promised)
    shown = told.intervals(view.dates, view.actual, {one.title: (one.low, one.high) for one in view.panels})
    return drawn("forecast_intervals", TITLE, caption, plots=[plot(view)], still=lambda: still(view), told=shown)
