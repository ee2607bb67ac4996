"""The sealed test as change from the last known value, where skill would show."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib.figure import Figure
from plotly.subplots import make_subplots

from tunewright.prices.report import told
from tunewright.prices.report.predictions import Predictions
from tunewright.prices.report.subject import PRICE, Subject
from tunewright.prices.report.zoom import days, zoom_of
from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import COLOURS
from tunewright.report.stills import canvas, legend, stroke
from tunewright.report.traces import dress, line
from tunewright.report.values import Dates, Floats

TITLE = "Sealed test: forecast as change"
CAPTION = (
    "The same forecast as change from the last known {}, which is where skill would show. Top: the "
    "last days. Bottom: every sealed day; a good forecast lies along the dashed line, one that only "
    "repeats the last {} lies flat on zero."
)


@dataclass(frozen=True)
class ForecastChange:
    """Changes from the last known value to the target day, shape (n,), in `unit`; `limit` bounds them all."""

    dates: Dates
    actual: Floats
    model: Floats
    unit: str
    limit: float
    zoom: int


def view_of(predictions: Predictions, subject: Subject = PRICE) -> ForecastChange:
    """Per cent of the last known close; plain differences where a close is not above zero. Volatilities: points."""
    last = predictions.last_value
    if subject != PRICE:
        scale, unit = np.full_like(last, 100.0), "percentage points"
    else:
        relative = bool((last > 0).all())
        scale, unit = (100 / last, "%") if relative else (np.ones_like(last), "price")
    actual, model = (predictions.actual - last) * scale, (predictions.model - last) * scale
    limit = 1.05 * max(float(np.abs(actual).max()), float(np.abs(model).max())) or 1.0
    return ForecastChange(predictions.dates, actual, model, unit, limit, zoom_of(len(last)))


def plot(view: ForecastChange) -> Any:
    figure = make_subplots(rows=2, cols=1, vertical_spacing=0.12, row_heights=[0.4, 0.6])
    dates, bounds = days(view.dates), [-view.limit, view.limit]
    recent = dates[view.zoom :]
    figure.add_trace(line("last_value", x=[recent[0], recent[-1]], y=[0, 0]), row=1, col=1)
    figure.add_trace(line("actual", x=recent, y=view.actual[view.zoom :], width=2.5), row=1, col=1)
    figure.add_trace(line("model", x=recent, y=view.model[view.zoom :], width=2), row=1, col=1)
    dashed = {"color": COLOURS["actual"], "dash": "dash"}
    perfect = go.Scatter(x=bounds, y=bounds, mode="lines", name="Perfect forecast", line=dashed)
    points = go.Scatter(
        x=view.actual,
        y=view.model,
        mode="markers",
        name="One sealed day",
        text=dates,
        marker={"color": COLOURS["model"], "size": 5, "opacity": 0.5},
        hovertemplate="%{text}<br>actual %{x:.2f}, predicted %{y:.2f}<extra></extra>",
    )
    zero = line("last_value", x=bounds, y=[0, 0], legend=False)
    figure.add_traces([zero, perfect, points], rows=[2] * 3, cols=[1] * 3)
    figure.update_xaxes(title_text=f"Actual change ({view.unit})", range=bounds, row=2)
    figure.update_yaxes(title_text=f"Predicted change ({view.unit})", range=bounds, row=2)
    figure.update_yaxes(title_text=f"Change ({view.unit})", row=1)
    return dress(figure, height=840)


def still(view: ForecastChange) -> Figure:
    figure, (lines, points) = canvas(2, 1, height=9, height_ratios=[2, 3])
    rows = slice(view.zoom, None)
    lines.axhline(0, color=COLOURS["last_value"], label="Last value repeated (always 0)")
    stroke(lines, "actual", x=view.dates[rows], y=view.actual[rows], width=2)
    stroke(lines, "model", x=view.dates[rows], y=view.model[rows], width=1.6)
    lines.set_ylabel(f"Change ({view.unit})")
    lines.set_xlabel("Date")
    legend(lines)
    bounds = (-view.limit, view.limit)
    points.axhline(0, color=COLOURS["last_value"])
    points.plot(bounds, bounds, color=COLOURS["actual"], linestyle="--", label="Perfect forecast")
    points.scatter(view.actual, view.model, s=10, alpha=0.5, color=COLOURS["model"], label="One sealed day")
    points.set(xlim=bounds, ylim=bounds)
    points.set_xlabel(f"Actual change ({view.unit})")
    points.set_ylabel(f"Predicted change ({view.unit})")
    legend(points)
    return figure


def draw(predictions: Predictions, subject: Subject) -> Drawn:
    view = view_of(predictions, subject)
    caption = CAPTION.format(subject.column, subject.value)
    shown = told.change(view.dates, view.actual, view.model, unit=view.unit)
    return drawn("forecast_change", TITLE, caption, plots=[plot(view)], still=lambda: still(view), told=shown)
