"""Views -> plotly figures. Titles stand in the page, not in the figure, where they could not wrap."""

import html
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.offline import get_plotlyjs
from plotly.subplots import make_subplots

from tunewright.report.look import COLOURS
from tunewright.report.results import Trial
from tunewright.report.traces import band, days, dots, dress, line, log_ticks, padded
from tunewright.report.views import (
    Comparison,
    ForecastChange,
    ForecastPrice,
    History,
    LearningCurves,
    SeriesFolds,
    Views,
)

SYMBOLS = {"complete": "circle", "pruned": "square-open", "failed": "x-thin-open"}


def plotly_figures(views: Views) -> dict[str, str]:
    """Every figure as plotly's JSON, by name."""
    figures = {
        "forecast_price": forecast_price(views.forecast_price),
        "forecast_change": forecast_change(views.forecast_change),
        "comparison": comparison(views.comparison),
        "series_folds": series_folds(views.series_folds),
        "history": history(views.history),
        "learning_curves": learning_curves(views.learning_curves),
    }
    return {name: str(figure.to_json()) for name, figure in figures.items()}


def plotly_source() -> str:
    """The whole of plotly.js, to stand once in the page."""
    return str(get_plotlyjs())


def forecast_price(view: ForecastPrice) -> Any:
    figure = make_subplots(rows=2, cols=1, vertical_spacing=0.1)
    series = (("actual", view.actual, 3.0), ("last_value", view.last_value, 1.5), ("model", view.model, 1.5))
    for row, start in ((1, 0), (2, view.zoom)):
        for key, values, width in series:
            trace = line(key, x=days(view.dates[start:]), y=values[start:], width=width, legend=row == 1)
            figure.add_trace(trace, row=row, col=1)
    figure.update_yaxes(title_text="Close (price)")
    figure.update_xaxes(title_text="Date", row=2)
    return dress(figure, height=660)


def forecast_change(view: ForecastChange) -> Any:
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


def comparison(view: Comparison) -> Any:
    figure = make_subplots(rows=2, cols=1, vertical_spacing=0.24)
    skill, direction = [0.0, view.detectable or 0.0], [view.majority or 50.0]
    for row, values, seen in ((1, view.skill, skill), (2, view.direction, direction)):
        figure.add_trace(dots(view.names, values), row=row, col=1)
        shown = [value for value in values if value is not None]
        figure.update_xaxes(range=padded([*shown, *seen]), row=row)
    figure.add_vline(0, line={"color": COLOURS["last_value"]}, layer="below", row=1, col=1)
    if view.detectable is not None:
        style = {"fillcolor": COLOURS["test"], "opacity": 0.2, "line_width": 0, "layer": "below"}
        figure.add_vrect(0, view.detectable, row=1, col=1, **style)
    if view.majority is not None:
        dashed = {"color": COLOURS["actual"], "dash": "dash"}
        figure.add_vline(view.majority, line=dashed, layer="below", row=2, col=1)
    figure.update_xaxes(title_text="Skill against the last value (%)", row=1)
    figure.update_xaxes(title_text="Direction right (% of days)", row=2)
    figure.update_yaxes(range=[len(view.names) - 0.5, -0.8])
    return dress(figure, height=540)


def series_folds(view: SeriesFolds) -> Any:
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


def describe(trial: Trial) -> str:
    """Hover text; plotly reads a little HTML in it, so what the user named is escaped."""
    lines = [f"Trial {trial.number}", *(f"{name} = {value}" for name, value in trial.params.items())]
    return "<br>".join(html.escape(part) for part in lines)


def history(view: History) -> Any:
    figure = go.Figure()
    for trials, label in ((view.scored, ""), (view.unscored, ", no score")):
        for state, symbol in SYMBOLS.items():
            chosen = [trial for trial in trials if trial.state == state]
            key = "test" if label else "model" if state == "complete" else "validation"
            edge = {"width": 2, "color": COLOURS[key]}
            if chosen:
                points = go.Scatter(
                    x=[trial.number for trial in chosen],
                    y=[view.foot if trial.score is None else trial.score for trial in chosen],
                    mode="markers",
                    name=state.capitalize() + label,
                    hovertext=[describe(trial) for trial in chosen],
                    marker={"color": COLOURS[key], "symbol": symbol, "size": 9, "line": edge},
                )
                figure.add_trace(points)
    best = {"color": COLOURS["drift"], "shape": "hv"}
    figure.add_scatter(x=view.best_numbers, y=view.best_so_far, name="Best so far", mode="lines", line=best)
    few = len(view.scored) + len(view.unscored) < 12  # else plotly would mark half trials
    figure.update_xaxes(title_text="Trial (number)", zeroline=False, dtick=1 if few else None)
    label = f"{html.escape(view.metric)} (lower is better)"
    figure.update_yaxes(title_text=label, type="log" if view.log else "linear")
    return dress(figure, height=440)


def learning_curves(view: LearningCurves) -> Any:
    columns = min(2, max(1, len(view.curves)))
    rows = max(1, -(-len(view.curves) // columns))
    figure = make_subplots(rows=rows, cols=columns, vertical_spacing=0.28 / rows)
    for index, curve in enumerate(view.curves):
        place = {"row": index // columns + 1, "col": index % columns + 1}
        for key, losses in (("train", curve.train), ("validation", curve.validation)):
            epochs = np.arange(1, len(losses) + 1)
            figure.add_trace(line(key, x=epochs, y=losses, width=2, legend=index == 0), **place)
        if curve.best is not None:
            marker = {"color": COLOURS["validation"], "symbol": "diamond", "size": 11}
            mark = go.Scatter(x=curve.best[:1], y=curve.best[1:], mode="markers", marker=marker)
            mark.update(name="Best epoch", legendgroup="best", showlegend=index == 0)
            figure.add_trace(mark, **place)
        figure.update_xaxes(title_text=f"Fold {curve.fold + 1}: epoch", **place)
        losses = np.concatenate([curve.train, curve.validation])
        if curve.log:
            figure.update_yaxes(type="log", tickvals=log_ticks(losses[np.isfinite(losses)]), **place)
    figure.update_yaxes(title_text="Loss (scaled units)", col=1)
    return dress(figure, height=120 + 230 * rows)
