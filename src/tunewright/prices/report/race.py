"""Several runs on the days that all have sealed: where one gained on the first of them."""

import html
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib.figure import Figure

from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import COLOURS
from tunewright.report.stills import canvas, legend, plain
from tunewright.report.told import Told, course
from tunewright.report.traces import dress
from tunewright.report.values import Dates, Floats

COLUMNS = ("model", "last_value", "drift", "har", "ridge", "garch")
DASHES = (("solid", "-"), ("dash", "--"), ("dot", ":"))
CAPTION = (
    "Sum of the differences of the {noun} day by day, in per cent of all of {base}'s: a line that rises gains on "
    "{base} there, and it ends at the difference over all days. A line that rises in one stretch alone tells of that "
    "stretch."
)


def gains(losses: Sequence[Floats]) -> list[Floats]:
    """For each but the first, in per cent of the first one's whole loss. losses: of shape (days,) each."""
    base, *others = losses
    whole = float(base.sum()) or 1.0
    return [np.asarray(100 * np.cumsum(base - one) / whole) for one in others]


def draw(labels: Sequence[str], losses: Sequence[Floats], dates: Dates, *, noun: str) -> Drawn:
    """losses: of each run, shape (days,)."""
    lines, title = gains(losses), f"Gain over {labels[0]}, day by day"
    return drawn(
        "gain_day_by_day",
        title,
        CAPTION.format(noun=noun, base=labels[0]),
        plots=[plot(labels, lines, dates)],
        still=lambda: still(labels, lines, dates),
        told=told(labels, lines, dates),
    )


def told(labels: Sequence[str], lines: Sequence[Floats], dates: Dates) -> Told:
    """Where each line goes, and the gains by day."""
    others = dict(zip(labels[1:], lines, strict=True))
    gone = "; ".join(f"{name} {course(line, ' %')}" for name, line in others.items())
    return Told(
        f"Gain over {labels[0]} from {dates[0]} to {dates[-1]}: {gone}.",
        {"Day": dates.astype(str).tolist(), **{f"{name} (%)": line.tolist() for name, line in others.items()}},
        whole="",
    )


def plot(labels: Sequence[str], lines: Sequence[Floats], dates: Dates) -> Any:
    figure = go.Figure()
    for place, (label, line) in enumerate(zip(labels[1:], lines, strict=True)):
        style = {"color": COLOURS[COLUMNS[place % len(COLUMNS)]], "dash": _dash(place)[0], "width": 1.5}
        name = html.escape(label)
        figure.add_trace(
            go.Scatter(
                x=dates.astype(str), y=np.round(line, 4), mode="lines", name=name, line=style, showlegend=True,
                hovertemplate="%{x}: %{y:.2f} %",
            )
        )  # fmt: skip
    figure.add_hline(0, line={"color": COLOURS["actual"], "width": 1}, layer="below")
    figure.update_yaxes(title_text=f"Gain over {html.escape(labels[0])} (%)")
    return dress(figure, height=360)


def still(labels: Sequence[str], lines: Sequence[Floats], dates: Dates) -> Figure:
    figure, (ax,) = canvas(1, 1, height=3.6)
    for place, (label, line) in enumerate(zip(labels[1:], lines, strict=True)):
        colour = COLOURS[COLUMNS[place % len(COLUMNS)]]
        ax.plot(dates, line, color=colour, linestyle=_dash(place)[1], linewidth=1.3, label=plain(label))
    ax.axhline(0, color=COLOURS["actual"], linewidth=0.8, zorder=0)
    ax.set_ylabel(f"Gain over {plain(labels[0])} (%)")
    legend(ax)
    return figure


def _dash(place: int) -> tuple[str, str]:
    """For plotly and for matplotlib: another one where the colours begin again."""
    return DASHES[place // len(COLUMNS) % len(DASHES)]
