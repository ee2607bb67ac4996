"""The sealed test on the scale of what was forecast, price or volatility."""

from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure
from plotly.subplots import make_subplots

from tunewright.prices.report import told
from tunewright.prices.report.predictions import Predictions
from tunewright.prices.report.subject import PRICE, Stroke, Subject
from tunewright.prices.report.zoom import days, zoom_of
from tunewright.report.figure import Drawn, drawn
from tunewright.report.stills import canvas, legend, stroke
from tunewright.report.traces import dress, line
from tunewright.report.values import Dates, Floats

TITLE = "Sealed test: forecast as {}"
POINTS = 0.8  # of the PNG to a pixel of the page
CAPTION = (
    "Top: all sealed days. Bottom: the last days, enlarged. A line that hugs the {0} proves little: "
    "repeating yesterday's {0} hugs it too."
)


@dataclass(frozen=True)
class ForecastPrice:
    """Prices or volatilities, shape (n,); the enlarged panel begins at row `zoom`. axis: what they are.
    strokes: names and widths in pixels, those below first."""

    dates: Dates
    actual: Floats
    model: Floats
    last_value: Floats
    zoom: int
    axis: str
    strokes: tuple[tuple[Stroke, float], ...]

    def of(self, name: Stroke) -> Floats:
        return {"actual": self.actual, "last_value": self.last_value, "model": self.model}[name]


def view_of(predictions: Predictions, subject: Subject = PRICE) -> ForecastPrice:
    dates, zoom = predictions.dates, zoom_of(len(predictions.dates))
    values = (predictions.actual, predictions.model, predictions.last_value)
    return ForecastPrice(dates, *values, zoom, axis=subject.axis, strokes=subject.strokes)


def plot(view: ForecastPrice) -> Any:
    figure = make_subplots(rows=2, cols=1, vertical_spacing=0.1)
    for row, start in ((1, 0), (2, view.zoom)):
        for key, width in view.strokes:
            trace = line(key, x=days(view.dates[start:]), y=view.of(key)[start:], width=width, legend=row == 1)
            figure.add_trace(trace, row=row, col=1)
    figure.update_yaxes(title_text=view.axis)
    figure.update_xaxes(title_text="Date", row=2)
    return dress(figure, height=660)


def still(view: ForecastPrice) -> Figure:
    figure, axes = canvas(2, 1, height=7)
    for ax, rows in zip(axes, (slice(None), slice(view.zoom, None)), strict=True):
        for key, width in view.strokes:
            stroke(ax, key, x=view.dates[rows], y=view.of(key)[rows], width=POINTS * width)
        ax.set_ylabel(view.axis)
    axes[1].set_xlabel("Date")
    legend(axes[0])
    return figure


def draw(predictions: Predictions, subject: Subject) -> Drawn:
    view, value = view_of(predictions, subject), subject.value
    title, caption, shown = TITLE.format(value), CAPTION.format(value), told.forecast(predictions, value)
    return drawn(subject.figure, title, caption, plots=[plot(view)], still=lambda: still(view), told=shown)
