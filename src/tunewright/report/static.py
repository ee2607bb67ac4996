"""Views -> PNG bytes, by matplotlib's object-oriented interface: no global figure, no display."""

import io
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from tunewright.report.look import COLOURS, NAMES, TITLES
from tunewright.report.outcome import Number
from tunewright.report.reading import Dates, Floats
from tunewright.report.results import Span
from tunewright.report.views import (
    Comparison,
    ForecastChange,
    ForecastPrice,
    History,
    LearningCurves,
    SeriesFolds,
    Views,
)

DPI = 120
WIDTH = 9.0  # inches


def png_figures(views: Views) -> dict[str, bytes]:
    """Every figure as PNG, by name."""
    return {
        "forecast_price": png("forecast_price", forecast_price(views.forecast_price)),
        "forecast_change": png("forecast_change", forecast_change(views.forecast_change)),
        "comparison": png("comparison", comparison(views.comparison)),
        "series_folds": png("series_folds", series_folds(views.series_folds)),
        "history": png("history", history(views.history)),
        "learning_curves": png("learning_curves", learning_curves(views.learning_curves)),
    }


def png(name: str, figure: Figure) -> bytes:
    figure.suptitle(TITLES[name], fontsize=13)
    stream = io.BytesIO()
    figure.savefig(stream, format="png")
    return stream.getvalue()


def canvas(rows: int, columns: int, *, height: float, **grid: Any) -> tuple[Figure, list[Axes]]:
    """An empty figure and its axes, row by row."""
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, layout="constrained")
    axes = list(figure.subplots(rows, columns, squeeze=False, **grid).flat)
    for ax in axes:
        ax.grid(alpha=0.25)
        ax.spines[["top", "right"]].set_visible(False)
    return figure, axes


def legend(ax: Axes, *, columns: int = 4) -> None:
    """Above the panel, where it covers no data."""
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False, fontsize=9)


def line(ax: Axes, key: str, *, x: Any, y: Floats, width: float = 1.2) -> None:
    ax.plot(x, y, color=COLOURS[key], label=NAMES[key], linewidth=width)


def forecast_price(view: ForecastPrice) -> Figure:
    figure, axes = canvas(2, 1, height=7)
    for ax, rows in zip(axes, (slice(None), slice(view.zoom, None)), strict=True):
        line(ax, "actual", x=view.dates[rows], y=view.actual[rows], width=2.4)
        line(ax, "last_value", x=view.dates[rows], y=view.last_value[rows])
        line(ax, "model", x=view.dates[rows], y=view.model[rows])
        ax.set_ylabel("Close (price)")
    axes[1].set_xlabel("Date")
    legend(axes[0])
    return figure


def forecast_change(view: ForecastChange) -> Figure:
    figure, (lines, points) = canvas(2, 1, height=9, height_ratios=[2, 3])
    rows = slice(view.zoom, None)
    lines.axhline(0, color=COLOURS["last_value"], label="Last value repeated (always 0)")
    line(lines, "actual", x=view.dates[rows], y=view.actual[rows], width=2)
    line(lines, "model", x=view.dates[rows], y=view.model[rows], width=1.6)
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


def dots(ax: Axes, names: tuple[str, ...], *, values: tuple[Number, ...]) -> None:
    """One dot per forecast with its value above; an undefined value has no dot."""
    for row, (name, value) in enumerate(zip(names, values, strict=True)):
        if value is not None:
            ax.plot(value, row, "o", color=COLOURS[name], markersize=9)
            above = {"xytext": (0, 7), "textcoords": "offset points", "ha": "center", "fontsize": 9}
            ax.annotate(f"{value:.2f}", (value, row), **above)  # type: ignore[arg-type]
    ax.set_yticks(range(len(names)), [NAMES[name] for name in names])
    ax.set_ylim(len(names) - 0.5, -0.8)
    ax.margins(x=0.15)


def comparison(view: Comparison) -> Figure:
    figure, (skill, direction) = canvas(1, 2, height=3.8, sharey=True)
    dots(skill, view.names, values=view.skill)
    dots(direction, view.names, values=view.direction)
    skill.axvline(0, color=COLOURS["last_value"], zorder=0)
    if view.detectable is not None:
        skill.axvspan(0, view.detectable, color=COLOURS["test"], alpha=0.2, label="Too small to tell")
        legend(skill)
    if view.majority is not None:
        label = "Always the majority"
        direction.axvline(view.majority, color=COLOURS["actual"], linestyle="--", zorder=0, label=label)
        legend(direction)
    skill.set_xlabel("Skill against the last value (%)")
    direction.set_xlabel("Direction right (% of days)")
    return figure


def ends(span: Span) -> Dates:
    return np.array([span.first, span.last], dtype="datetime64[D]")


def series_folds(view: SeriesFolds) -> Figure:
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


def history(view: History) -> Figure:
    figure, (ax,) = canvas(1, 1, height=4.5)
    for trials, label in ((view.scored, ""), (view.unscored, ", no score")):
        for state, marker in (("complete", "o"), ("pruned", "s"), ("failed", "x")):
            chosen = [trial for trial in trials if trial.state == state]
            key = "test" if label else "model" if state == "complete" else "validation"
            if chosen:
                (points,) = ax.plot(
                    [trial.number for trial in chosen],
                    [view.foot if trial.score is None else trial.score for trial in chosen],
                    marker,
                    color=COLOURS[key],
                    label=state.capitalize() + label,
                )
                points.set_fillstyle("full" if state == "complete" else "none")
    ax.step(view.best_numbers, view.best_so_far, where="post", color=COLOURS["drift"], label="Best so far")
    metric = view.metric.replace("$", r"\$")  # a pair of dollars would be read as a formula
    ax.set(xlabel="Trial (number)", ylabel=f"{metric} (lower is better)")
    ax.set_yscale("log" if view.log else "linear")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    legend(ax, columns=5)
    return figure


def learning_curves(view: LearningCurves) -> Figure:
    columns = max(1, min(3, len(view.curves)))
    rows = max(1, -(-len(view.curves) // columns))
    figure, axes = canvas(rows, columns, height=1 + 2.7 * rows)
    for ax, curve in zip(axes, view.curves, strict=False):
        for key, losses in (("train", curve.train), ("validation", curve.validation)):
            line(ax, key, x=np.arange(1, len(losses) + 1), y=losses, width=1.8)
        if curve.best is not None:
            ax.plot(*curve.best, "D", color=COLOURS["validation"], markersize=7, label="Best epoch")
        ax.set_title(f"Fold {curve.fold + 1}", fontsize=10, loc="right")
        ax.set_xlabel("Epoch")
        ax.set_yscale("log" if curve.log else "linear")
    for ax in axes[len(view.curves) :]:
        ax.set_visible(False)
    for ax in axes[::columns]:
        ax.set_ylabel("Loss (scaled units)")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    return figure
