"""The score over two parameters, with every trial and the way of the best; of the function itself, where known."""

import html
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib.figure import Figure

from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import BEST, GIVEN, SCALE
from tunewright.report.stills import SHADES, canvas, legend, plain
from tunewright.report.study import told
from tunewright.report.study.heights import between
from tunewright.report.study.results import Study, Surface, Trial
from tunewright.report.study.scales import Scale, complete, describe, parameters, scale_of, scores_of
from tunewright.report.study.slices import limits, ticks, unlogged
from tunewright.report.traces import dress
from tunewright.report.values import Floats
from tunewright.report.words import logged

TITLE = "Score over two parameters"
OF_FUNCTION = (
    "Contour lines of the function itself, evenly spaced by the root of what it lies above its minimum. One point per "
    "trial, from orange (early) to blue (late); the green line is the way of the best so far, and the star the best "
    "trial."
)
OF_TRIALS = (
    "{} Blue is good: the rank among the complete trials, interpolated in "
    "straight lines between them, whatever the other parameters were. Dots are complete trials, open squares others; "
    "the green line is the way of the best so far, and the star the best trial."
)
MINIMUM = "#cc79a7"
CELLS = 60
LEVELS = 14


@dataclass(frozen=True)
class Contour:
    """heights: shape (rows of grid_y, columns of grid_x), NaN where unknown. `known`: they are of the function, the
    root of what it lies above its minimum, so that a bowl has even rings; else ranks of the trials, from 0 (best) to 1.
    way: the trials that were the best so far.
    """

    x: Scale
    y: Scale
    grid_x: Floats
    grid_y: Floats
    heights: Floats
    known: bool
    minimum: tuple[float, float] | None
    trials: tuple[Trial, ...]
    way: tuple[Trial, ...]


def view_of(study: Study, surface: Surface | None) -> Contour | None:
    """None where fewer than two numeric parameters were tuned, or too little was scored with both."""
    known = surface is not None and any(value is not None for row in surface.z for value in row)
    names = study.space if known else parameters(study)  # a surface's axes are in the order of the space
    scales = [scale for scale in (scale_of(study, name) for name in names) if scale.wide and not scale.choices]
    if len(scales) < 2:
        return None
    x, y = scales[:2]
    both = tuple(trial for trial in study.trials if x.name in trial.params and y.name in trial.params)
    scored = [trial for trial in complete(study) if x.name in trial.params and y.name in trial.params]
    if len(scored) < (1 if known else 3):
        return None
    empty = Contour(x, y, x.values(CELLS), y.values(CELLS), np.empty((0, 0)), known, None, both, way_of(scored))
    if surface is not None and known:
        return of_function(empty, surface)
    return replace(empty, heights=between(scored, x, y, cells=CELLS))


def of_function(view: Contour, surface: Surface) -> Contour:
    heights = np.array(surface.z, dtype=np.float64)
    row, column = np.unravel_index(np.nanargmin(heights), heights.shape)
    return replace(
        view,
        grid_x=np.array(surface.x, dtype=np.float64),
        grid_y=np.array(surface.y, dtype=np.float64),
        heights=np.sqrt(heights - np.nanmin(heights)),
        minimum=(surface.x[column], surface.y[row]),
    )


def way_of(scored: list[Trial]) -> tuple[Trial, ...]:
    lowest = np.minimum.accumulate(scores_of(scored))
    first = [True, *(lowest[1:] < lowest[:-1])]
    return tuple(trial for trial, better in zip(scored, first, strict=True) if better)


def span(view: Contour) -> tuple[float, float]:
    """Heights that the levels cover."""
    high = float(np.nanmax(view.heights)) if view.known else 1.0
    return (0.0, high or 1.0)


def plot(view: Contour) -> Any:
    figure = go.Figure()
    low, high = span(view)
    lines = {"start": low, "end": high, "size": (high - low) / LEVELS}
    surface = go.Contour(x=view.grid_x, y=view.grid_y, z=view.heights, zmin=low, zmax=high, hoverinfo="skip")
    surface.update(showscale=False, showlegend=False, colorscale=[list(stop) for stop in SCALE])
    if view.known:
        surface.update(contours={**lines, "coloring": "none"}, line={"color": GIVEN, "width": 1})
    else:
        surface.update(contours=lines, opacity=0.55, line={"width": 0.5, "color": GIVEN})
    figure.add_trace(surface)
    if view.minimum is not None:
        mark = {"symbol": "cross-thin", "size": 30, "line": {"width": 2.5, "color": MINIMUM}}
        figure.add_scatter(x=view.minimum[:1], y=view.minimum[1:], mode="markers", marker=mark, name="Minimum")
    figure.add_traces([points(view), way(view), star(view)])
    for update, scale in ((figure.update_xaxes, view.x), (figure.update_yaxes, view.y)):
        title, axis = logged(html.escape(scale.name), log=scale.log), "log" if scale.log else "linear"
        update(title_text=title, type=axis, range=limits(scale), zeroline=False, **ticks(scale))
    if alike(view):
        figure.update_yaxes(scaleanchor="x", constrain="domain")
        figure.update_xaxes(constrain="domain")
    return dress(figure, height=560)


def alike(view: Contour) -> bool:
    """Whether one unit may be as long on both axes, so that a circle looks like one."""
    spans = view.x.high - view.x.low, view.y.high - view.y.low
    return view.known and not view.x.log and not view.y.log and max(spans) <= 2 * min(spans)


def points(view: Contour) -> Any:
    trials = view.trials
    done = [trial.state == "complete" for trial in trials]
    last = max(1, max(trial.number for trial in trials))
    colour: Any = [last - trial.number for trial in trials] if view.known else GIVEN
    marker = {
        "symbol": ["circle" if one else "square-open" for one in done],
        "color": colour,
        "colorscale": [list(stop) for stop in SCALE],
        "cmin": 0,
        "cmax": last,
        "size": 9 if len(trials) <= 300 else 6,
        "line": {"width": [0.7 if one else 1.5 for one in done], "color": colour if not view.known else GIVEN},
    }
    x, y = ([trial.params[scale.name] for trial in trials] for scale in (view.x, view.y))
    told = [describe(trial) for trial in trials]
    return go.Scatter(x=x, y=y, mode="markers", marker=marker, hovertext=told, hoverinfo="text", name="Trials")


def way(view: Contour) -> Any:
    x, y = ([trial.params[scale.name] for trial in view.way] for scale in (view.x, view.y))
    look = {"color": BEST, "width": 2}
    return go.Scatter(x=x, y=y, mode="lines", line=look, name="Way of the best", hoverinfo="skip")


def star(view: Contour) -> Any:
    best = view.way[-1]
    look = {"symbol": "star", "size": 17, "color": BEST, "line": {"width": 1.5, "color": "#ffffff"}}
    x, y = [best.params[view.x.name]], [best.params[view.y.name]]
    return go.Scatter(x=x, y=y, mode="markers", marker=look, hovertext=[describe(best)], hoverinfo="text", name="Best")


def still(view: Contour) -> Figure:
    figure, (ax,) = canvas(1, 1, height=6.6)
    low, high = span(view)
    levels = np.linspace(low, high, LEVELS + 1)
    if np.isfinite(view.heights).any():
        grid = (view.grid_x, view.grid_y, np.ma.masked_invalid(view.heights))
        if view.known:
            ax.contour(*grid, levels=levels, colors=GIVEN, linewidths=0.8)
        else:
            ax.contourf(*grid, levels=levels, cmap=SHADES, alpha=0.55, extend="both")
    if view.minimum is not None:
        ax.plot(*view.minimum, "+", color=MINIMUM, markersize=24, markeredgewidth=2, label="Minimum")
    last = max(1, max(trial.number for trial in view.trials))
    for done, marker in ((True, "o"), (False, "s")):
        chosen = [trial for trial in view.trials if (trial.state == "complete") is done]
        age = [(last - trial.number) / last for trial in chosen]
        colours = [SHADES(place) if view.known else GIVEN for place in age]
        x, y = ([trial.params[scale.name] for trial in chosen] for scale in (view.x, view.y))
        ax.scatter(x, y, s=26, marker=marker, c=colours if done else "none", edgecolors=None if done else colours)
    x, y = ([trial.params[scale.name] for trial in view.way] for scale in (view.x, view.y))
    ax.plot(x, y, color=BEST, linewidth=1.6, label="Way of the best")
    ax.plot(x[-1:], y[-1:], "*", color=BEST, markersize=16, markeredgecolor="white", label="Best")
    for axis, scale in (("x", view.x), ("y", view.y)):
        ends, name = unlogged(limits(scale), log=scale.log), logged(plain(scale.name), log=scale.log)
        ax.set(**{f"{axis}scale": "log" if scale.log else "linear", f"{axis}lim": ends, f"{axis}label": name})
    if alike(view):
        ax.set_aspect("equal", adjustable="box")
    legend(ax)
    return figure


def draw(study: Study, surface: Surface | None) -> Drawn | None:
    view = view_of(study, surface)
    if view is None:
        return None
    chosen = "The two most important numeric parameters." if study.importance else "The first two numeric parameters."
    caption = OF_FUNCTION if view.known else OF_TRIALS.format(chosen)
    shown = told.contour(view.trials, (view.x.name, view.y.name), best=view.way[-1], minimum=view.minimum)
    return drawn("contour", TITLE, caption, plots=[plot(view)], still=lambda: still(view), told=shown)
