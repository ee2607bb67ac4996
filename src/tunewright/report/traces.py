"""What every plotly figure is made of, and one look."""

from typing import Any

import plotly.graph_objects as go
from plotly.colors import sample_colorscale
from plotly.graph_objs.layout import Template

from tunewright.report.look import COLOURS, NAMES, SCALE
from tunewright.report.values import Floats

GRID = "rgba(128,128,128,0.25)"
CLEAR = "rgba(0,0,0,0)"


_AXIS = {
    "showgrid": True,  # else bars would have none
    "gridcolor": GRID,
    "zerolinecolor": GRID,
    "automargin": True,
    "title": {"standoff": 8, "font": {"size": 13}},  # plotly's own size does not fit a telephone
}
LOOK = Template(
    layout={
        "margin": {"l": 60, "r": 14, "t": 34, "b": 50},
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.02, "xanchor": "left", "x": 0},
        "modebar": {"bgcolor": CLEAR, "color": "#7a7f87", "activecolor": COLOURS["model"]},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": "system-ui, sans-serif", "size": 13, "color": "#24292f"},
        "xaxis": _AXIS,
        "yaxis": _AXIS,
    }
)
"""Legend above the data, no background of its own: the page gives light or dark. Made once: plotly takes a template as
it is, while it looks at every setting of a figure anew, which was a tenth of a report's time."""


def dress(figure: Any, *, height: int) -> Any:
    """The figure in the look that all share. `height` in pixels."""
    figure.layout.template, figure.layout.height = LOOK, height
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


def shade(place: float) -> str:
    """The colour at `place`, from 0 (good, or late) to 1, of the scale that all figures share."""
    return str(sample_colorscale([list(stop) for stop in SCALE], min(1.0, max(0.0, place)))[0])
