"""What every plotly figure is made of: lines, points, rectangles, and one look."""

from typing import Any

import plotly.graph_objects as go

from tunewright.report.look import COLOURS, NAMES
from tunewright.report.outcome import Number
from tunewright.report.reading import Dates, Floats
from tunewright.report.results import Span

GRID = "rgba(128,128,128,0.25)"
CLEAR = "rgba(0,0,0,0)"


def dress(figure: Any, *, height: int) -> Any:
    """Legend above the data, no background of its own: the page gives light or dark. `height` in pixels."""
    figure.update_layout(
        template="none",
        height=height,
        margin={"l": 60, "r": 14, "t": 34, "b": 50},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "xanchor": "left", "x": 0},
        modebar={"bgcolor": CLEAR, "color": "#7a7f87", "activecolor": COLOURS["model"]},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        font={"family": "system-ui, sans-serif", "size": 13, "color": "#24292f"},
    )
    figure.update_xaxes(gridcolor=GRID, zerolinecolor=GRID, automargin=True, title_standoff=8)
    figure.update_yaxes(gridcolor=GRID, zerolinecolor=GRID, automargin=True, title_standoff=8)
    return figure


def line(key: str, *, x: Any, y: Any, width: float = 1.5, legend: bool = True) -> Any:
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        name=NAMES[key],
        line={"color": COLOURS[key], "width": width},
        legendgroup=key,
        showlegend=legend,
    )


def dots(names: tuple[str, ...], values: tuple[Number, ...]) -> Any:
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


def band(key: str, spans: list[tuple[float, float, Span]], *, hatched: bool = False) -> Any:
    """Rectangles (low, high, span) as one filled outline each, parted by None."""
    x: list[Any] = []
    y: list[Any] = []
    for low, high, span in spans:
        first, last = span.first.isoformat(), span.last.isoformat()
        x += [first, last, last, first, first, None]
        y += [low, low, high, high, low, None]
    pattern = {"shape": "/", "size": 9, "solidity": 0.15, "fgcolor": COLOURS[key], "bgcolor": CLEAR}
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        fill="toself",
        name=NAMES[key],
        line={"color": COLOURS[key], "width": 1},
        fillcolor=COLOURS[key],
        fillpattern=pattern if hatched else None,
        legendgroup=key,
        hoverinfo="skip",
    )


def days(dates: Dates) -> list[str]:
    return [str(day) for day in dates]


def padded(values: list[float], *, share: float = 0.15) -> list[float]:
    """An axis range around the values with room for their texts."""
    low, high = min(values), max(values)
    room = share * ((high - low) or abs(high) or 1.0)
    return [low - room, high + room]


def log_ticks(values: Floats) -> list[float]:
    """1, 2 and 5 times every power of ten that the positive, finite values of shape (n,) need."""
    low, high = float(values.min()), float(values.max())
    ticks = (float(f"{digit}e{power}") for power in range(-12, 13) for digit in (1, 2, 5))
    return [tick for tick in ticks if low / 2 <= tick <= high * 2]
