"""Who used which part of the series."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib.figure import Figure
from plotly.subplots import make_subplots

from tunewright.prices.report import told
from tunewright.prices.report.results import Fold, Forecast, Span
from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import COLOURS, NAMES
from tunewright.report.stills import canvas, legend
from tunewright.report.traces import CLEAR, dress, line
from tunewright.report.values import Dates

TITLE = "Folds on the series"
CAPTION = "Each fold trains on rows before its validation rows. The hatched sealed test took no part."


@dataclass(frozen=True)
class SeriesFolds:
    """The whole series (thinned, n points) and who used which part of it."""

    dates: tuple[date, ...]
    close: tuple[float, ...]
    folds: tuple[Fold, ...]
    test: Span


def view_of(forecast: Forecast) -> SeriesFolds:
    series = forecast.data.series
    return SeriesFolds(series.dates, series.close, forecast.folds, forecast.sealed_test)


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


def plot(view: SeriesFolds) -> Any:
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.05, row_heights=[0.6, 0.4])
    dates = [day.isoformat() for day in view.dates]
    close = line("actual", x=dates, y=view.close, legend=False).update(name="Close")
    sealed = band("test", [(min(view.close), max(view.close), view.test)], hatched=True)
    figure.add_traces([close, sealed], rows=[1, 1], cols=[1, 1])
    for key in ("train", "validation"):
        spans = [(row - 0.3, row + 0.3, getattr(fold, key)) for row, fold in enumerate(view.folds)]
        figure.add_trace(band(key, spans), row=2, col=1)
    below = band("test", [(-0.5, len(view.folds) - 0.5, view.test)], hatched=True).update(showlegend=False)
    figure.add_trace(below, row=2, col=1)
    names = [f"Fold {fold.number + 1}" for fold in view.folds]
    figure.update_yaxes(title_text="Close (price)", row=1)
    figure.update_yaxes(autorange="reversed", tickvals=list(range(len(names))), ticktext=names, row=2)
    figure.update_xaxes(title_text="Date", row=2)
    return dress(figure, height=580)


def ends(span: Span) -> Dates:
    return np.array([span.first, span.last], dtype="datetime64[D]")


def still(view: SeriesFolds) -> Figure:
    figure, (price, bands) = canvas(2, 1, height=6.5, sharex=True, height_ratios=[3, 2])
    dates = np.array(view.dates, dtype="datetime64[D]")
    price.plot(dates, np.array(view.close), color=COLOURS["actual"], linewidth=1)
    price.set_ylabel("Close (price)")
    for row, fold in enumerate(view.folds):
        for key, span in (("train", fold.train), ("validation", fold.validation)):
            label = NAMES[key] if row == 0 else None
            bands.fill_between(ends(span), row - 0.3, row + 0.3, color=COLOURS[key], linewidth=0, label=label)
    look: dict[str, Any] = {"edgecolor": COLOURS["test"], "facecolor": "none", "hatch": "//", "alpha": 0.6}
    for ax, label in ((price, None), (bands, NAMES["test"])):
        ax.fill_between(ends(view.test), 0, 1, transform=ax.get_xaxis_transform(), label=label, **look)
    bands.set_yticks(range(len(view.folds)), [f"Fold {fold.number + 1}" for fold in view.folds])
    bands.invert_yaxis()
    bands.set_xlabel("Date")
    legend(bands)
    return figure


def draw(forecast: Forecast) -> Drawn:
    view = view_of(forecast)
    shown = told.folds(view.folds, view.test)
    return drawn("series_folds", TITLE, CAPTION, plots=[plot(view)], still=lambda: still(view), told=shown)
