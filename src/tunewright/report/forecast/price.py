"""The sealed test as price."""

from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure
from plotly.subplots import make_subplots

from tunewright.report.figure import Drawn, drawn
from tunewright.report.forecast.predictions import Predictions
from tunewright.report.forecast.zoom import days, zoom_of
from tunewright.report.stills import canvas, legend, stroke
from tunewright.report.traces import dress, line
from tunewright.report.values import Dates, Floats

TITLE = "Sealed test: forecast as price"
CAPTION = (
    "Top: all sealed days. Bottom: the last days, enlarged. A line that hugs the price proves little: "
    "repeating yesterday's price hugs it too."
)


@dataclass(frozen=True)
class ForecastPrice:
    """Prices, shape (n,); the enlarged panel begins at row `zoom`."""

    dates: Dates
    actual: Floats
    model: Floats
    last_value: Floats
    zoom: int


def view_of(predictions: Predictions) -> ForecastPrice:
    told, zoom = predictions, zoom_of(len(predictions.dates))
    return ForecastPrice(told.dates, told.close, told.model, told.last_value, zoom)


def plot(view: ForecastPrice) -> Any:
    figure = make_subplots(rows=2, cols=1, vertical_spacing=0.1)
    series = (("actual", view.actual, 3.0), ("last_value", view.last_value, 1.5), ("model", view.model, 1.5))
    for row, start in ((1, 0), (2, view.zoom)):
        for key, values, width in series:
            trace = line(key, x=days(view.dates[start:]), y=values[start:], width=width, legend=row == 1)
            figure.add_trace(trace, row=row, col=1)
    figure.update_yaxes(title_text="Close (price)")
    figure.update_xaxes(title_text="Date", row=2)
    return dress(figure, height=660)


def still(view: ForecastPrice) -> Figure:
    figure, axes = canvas(2, 1, height=7)
    for ax, rows in zip(axes, (slice(None), slice(view.zoom, None)), strict=True):
        stroke(ax, "actual", x=view.dates[rows], y=view.actual[rows], width=2.4)
        stroke(ax, "last_value", x=view.dates[rows], y=view.last_value[rows])
        stroke(ax, "model", x=view.dates[rows], y=view.model[rows])
        ax.set_ylabel("Close (price)")
    axes[1].set_xlabel("Date")
    legend(axes[0])
    return figure


def draw(predictions: Predictions) -> Drawn:
    view = view_of(predictions)
    return drawn("forecast_price", TITLE, CAPTION, plots=[plot(view)], still=still(view))
