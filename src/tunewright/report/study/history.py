"""Scores in the order of the trials."""

import html
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import BEST, GIVEN, STATES
from tunewright.report.stills import canvas, legend, plain
from tunewright.report.study import told
from tunewright.report.study.results import Study, Trial
from tunewright.report.study.scales import describe, spans_decades
from tunewright.report.traces import dress
from tunewright.report.values import Floats
from tunewright.report.words import logged

TITLE = "Optimisation history"
CAPTION = (
    "One point per trial; the line is the best score so far. Gray marks at the foot are trials that ended "
    "without a score."
)

SYMBOLS = {"complete": "circle", "pruned": "square-open", "infeasible": "diamond-open", "failed": "x-thin-open"}
MARKERS = {"complete": "o", "pruned": "s", "infeasible": "D", "failed": "x"}


@dataclass(frozen=True)
class History:
    """Scores per trial, lower is better. The `unscored` trials are drawn at `foot`, below every score."""

    scored: tuple[Trial, ...]
    unscored: tuple[Trial, ...]
    foot: float
    best_numbers: tuple[int, ...]
    best_so_far: tuple[float, ...]
    metric: str
    log: bool


def view_of(study: Study) -> History:
    """The best so far moves on complete trials only: a pruned trial's score is not of all folds."""
    trials = sorted(study.trials, key=lambda trial: trial.number)
    scored = tuple(trial for trial in trials if trial.score is not None)
    complete = [trial for trial in scored if trial.state == "complete"]
    scores = np.array([trial.score for trial in complete], dtype=np.float64)
    shown = np.array([trial.score for trial in scored], dtype=np.float64)
    log = spans_decades(shown)
    return History(
        scored=scored,
        unscored=tuple(trial for trial in trials if trial.score is None),
        foot=foot_of(shown, log=log),
        best_numbers=tuple(trial.number for trial in complete),
        best_so_far=tuple(float(score) for score in np.minimum.accumulate(scores)),
        metric=study.metric,
        log=log,
    )


def foot_of(values: Floats, *, log: bool) -> float:
    """A place a tenth of the axis below the smallest value."""
    if not values.size:
        return 0.0
    low, high = float(values.min()), float(values.max())
    return float(low * (low / high) ** 0.1) if log else low - 0.1 * ((high - low) or abs(low) or 1.0)


def plot(view: History) -> Any:
    figure = go.Figure()
    size = 9 if len(view.scored) + len(view.unscored) <= 300 else 5
    for trials, label in ((view.scored, ""), (view.unscored, ", no score")):
        for state, symbol in SYMBOLS.items():
            chosen = [trial for trial in trials if trial.state == state]
            colour = GIVEN if label else STATES[state]
            edge = {"width": 2 if size > 5 else 1, "color": colour}
            if chosen:
                points = go.Scatter(
                    x=[trial.number for trial in chosen],
                    y=[view.foot if trial.score is None else trial.score for trial in chosen],
                    mode="markers",
                    name=state.capitalize() + label,
                    hovertext=[describe(trial) for trial in chosen],
                    marker={"color": colour, "symbol": symbol, "size": size, "line": edge},
                )
                figure.add_trace(points)
    best = {"color": BEST, "shape": "hv"}
    figure.add_scatter(x=view.best_numbers, y=view.best_so_far, name="Best so far", mode="lines", line=best)
    few = len(view.scored) + len(view.unscored) < 12  # else plotly would mark half trials
    figure.update_xaxes(title_text="Trial (number)", zeroline=False, dtick=1 if few else None)
    label = logged(f"{html.escape(view.metric)} (lower is better)", log=view.log)
    figure.update_yaxes(title_text=label, type="log" if view.log else "linear")
    return dress(figure, height=440)


def still(view: History) -> Figure:
    figure, (ax,) = canvas(1, 1, height=4.5)
    for trials, label in ((view.scored, ""), (view.unscored, ", no score")):
        for state, marker in MARKERS.items():
            chosen = [trial for trial in trials if trial.state == state]
            colour = GIVEN if label else STATES[state]
            if chosen:
                (points,) = ax.plot(
                    [trial.number for trial in chosen],
                    [view.foot if trial.score is None else trial.score for trial in chosen],
                    marker,
                    color=colour,
                    markersize=6 if len(trials) <= 300 else 3,
                    label=state.capitalize() + label,
                )
                points.set_fillstyle("full" if state == "complete" else "none")
    ax.step(view.best_numbers, view.best_so_far, where="post", color=BEST, label="Best so far")
    ax.set(xlabel="Trial (number)", ylabel=logged(f"{plain(view.metric)} (lower is better)", log=view.log))
    ax.set_yscale("log" if view.log else "linear")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    legend(ax, columns=5)
    return figure


def draw(study: Study) -> Drawn | None:
    if not study.trials:
        return None
    view = view_of(study)
    return drawn("history", TITLE, CAPTION, plots=[plot(view)], still=lambda: still(view), told=told.history(study))
