"""The sealed test on the scale of what was forecast, price or volatility."""

from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure
from plotly.subplots import make_subplots

from tunewright.report.figure import Drawn, drawn
from tunewright.report.forecast.predictions import Predictions
from tunewright.report.forecast.subject import PRICE, Subject
from tunewright.report.forecast.zoom import days, zoom_of
from tunewright.report.stills import canvas, legend, stroke
from tunewright.report.traces import dress, line
from tunewright.report.values import Dates, Floats

TITLE = "Sealed test: forecast as {}"
CAPTION = (
    "Top: all sealed days. Bottom: the last days, enlarged. A line that hugs the {0} proves little: "
    "repeating yesterday's {0} hugs it too."
)


@dataclass(frozen=True)
class ForecastPrice:
    """Prices or volatilities, shape (n,); the enlarged panel begins at row `zoom`. axis: what they are."""

    dates: Dates
    actual: Floats
    model: Floats
    last_value: Floats
    zoom: int
    axis: str


def view_of(predictions: Predictions, subject: Subject = PRICE) -> ForecastPrice:
    told, zoom = predictions, zoom_of(len(predictions.dates))
    return ForecastPrice(told.dates, told.actual, told.model, told.last_value, zoom, subject.axis)


def plot(view: ForecastPrice) -> Any:
    figure = make_subplots(rows=2, cols=1, vertical_spacing=0.1)
    series = (("actual", view.actual, 3.0), ("last_value", view.last_value, 1.5), ("model", view.model, 1.5))
    for row, start in ((1, 0), (2, view.zoom)):
        for key, values, width in series:
            trace = line(key, x=days(view.dates[start:]), y=values[start:], width=width, legend=row == 1)
            figure.add_trace(trace, row=row, col=1)
    figure.update_yaxes(title_text=view.axis)
    figure.update_xaxes(title_text="Date", row=2)
    return dress(figure, height=660)


def still(view: ForecastPrice) -> Figure:
    figure, axes = canvas(2, 1, height=7)
    for ax, rows in zip(axes, (slice(None), slice(view.zoom, None)), strict=True):
        stroke(ax, "actual", x=view.dates[rows], y=view.actual[rows], width=2.4)
        stroke(ax, "last_value", x=view.dates[rows], y=view.last_value[rows])
        stroke(ax, "model", x=view.dates[rows], y=view.model[rows])
        ax.set_ylabel(view.axis)
    axes[1].set_xlabel("Date")
    legend(axes[0])
    return figure


def draw(predictions: Predictions, subject: Subject) -> Drawn:
    view, value = view_of(predictions, subject), subject.value
    return drawn(subject.figure, TITLE.format(value), CAPTION.format(value), plots=[plot(view)], still=still(view))
