"""Where each trial stood at its rungs, like with like, and where the hopeless ones ended."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib.figure import Figure
from numpy.typing import NDArray

from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import BEST, GIVEN, STATES
from tunewright.report.stills import canvas, legend
from tunewright.report.study import told
from tunewright.report.study.results import Study, Trial
from tunewright.report.traces import dress
from tunewright.report.values import Floats

TITLE = "Pruning"
CAPTION = (
    "How far each trial stood from the median complete trial at the same rung: below zero is better. Where a trial "
    "stands is the mean of the folds behind it and the best of the fold under way. Squares: pruned here. Dotted lines: "
    "a new fold begins. Lines far above the others leave the picture; pan up to see them."
)
MOST_RUNGS = 200


@dataclass(frozen=True)
class Pruning:
    """standings: shape (trials, rungs), differences from the median complete trial, NaN where a trial did not get.

    x: the rungs, in epochs over all folds, shape (rungs,). folds: x at which each fold but the first begins. ends: of
    every pruned trial its column. best: the row of the best trial.
    """

    trials: tuple[Trial, ...]
    standings: Floats
    x: Floats
    folds: tuple[float, ...]
    ends: dict[int, int]
    best: int | None
    limits: tuple[float, float]


def view_of(study: Study) -> Pruning | None:
    """None where no trial was pruned, or no trial told anything at a rung."""
    trials = [trial for trial in study.trials if trial.reports and trial.state != "failed"]
    lengths = epochs_by_fold(trials)
    done = [index for index, trial in enumerate(trials) if trial.state == "complete"]
    if not done or all(trial.state != "pruned" for trial in trials):
        return None
    table = np.array([standing(trial, lengths) for trial in trials])
    known = np.flatnonzero(np.isfinite(table[done]).any(axis=0))
    columns = known[np.unique(np.linspace(0, len(known) - 1, MOST_RUNGS).astype(int))]
    table = table[:, columns] - np.nanmedian(table[done][:, columns], axis=0)
    ends = {row: last(table[row]) for row, trial in enumerate(trials) if trial.state == "pruned"}
    number = study.best.number if study.best else None
    best = next((row for row, trial in enumerate(trials) if trial.number == number), None)
    starts = tuple(float(start) + 0.5 for start in np.cumsum(lengths)[:-1])
    return Pruning(
        tuple(trials), table, (columns + 1).astype(np.float64), starts,
        {row: end for row, end in ends.items() if end >= 0}, best, limits_of(table),
    )  # fmt: skip


def epochs_by_fold(trials: list[Trial]) -> list[int]:
    """The most epochs that any trial trained, fold by fold."""
    longest: dict[int, int] = {}
    for trial in trials:
        for fold, epoch, _ in trial.reports:
            longest[fold] = max(longest.get(fold, 0), epoch)
    return [longest.get(fold, 0) for fold in range(max(longest, default=-1) + 1)]


def standing(trial: Trial, lengths: list[int]) -> Floats:
    """At every epoch of every fold, shape (sum of lengths,); a fold that ended early keeps its score to its end."""
    rungs: list[Floats] = []
    behind: list[float] = []
    for fold, length in enumerate(lengths):
        values = np.full(length, np.nan)
        reports = [(epoch, value) for where, epoch, value in trial.reports if where == fold]
        for (epoch, _), lowest in zip(reports, np.minimum.accumulate([value for _, value in reports]), strict=True):
            values[epoch - 1 :] = lowest
        ended = fold < len(trial.fold_scores)
        if reports and not ended and trial.state != "complete":
            values[reports[-1][0] :] = np.nan
        rungs.append((sum(behind) + values) / (fold + 1))
        score = trial.fold_scores[fold] if ended else None
        behind.append(np.nan if score is None else score)
    return np.concatenate(rungs)


def last(row: Floats) -> int:
    """The last column with a number, -1 where there is none."""
    return int(np.flatnonzero(np.isfinite(row)).max(initial=-1))


def limits_of(table: Floats) -> tuple[float, float]:
    """An axis on which the trials that ended well can be told apart."""
    finite = table[np.isfinite(table)]
    low, high = float(finite.min()), float(np.quantile(finite, 0.93))
    room = 0.08 * ((high - low) or 1.0)
    return (low - room, high + room)


def strands(view: Pruning, rows: list[int]) -> tuple[Floats, Floats]:
    """Many trials as one line, parted by NaN: x and y."""
    gap = np.array([np.nan])
    x = [part for _ in rows for part in (view.x, gap)]
    y = [part for row in rows for part in (view.standings[row], gap)]
    return np.concatenate(x), np.concatenate(y)


def groups(view: Pruning) -> list[tuple[str, str, float, list[int]]]:
    """Name, colour, width and rows of each kind of line, those without rows left out."""
    rows = range(len(view.trials))
    found = [
        ("Complete", STATES["complete"], 1.2, [row for row in rows if view.trials[row].state == "complete"]),
        ("Pruned", STATES["pruned"], 1.2, [row for row in rows if view.trials[row].state == "pruned"]),
        ("Best", BEST, 3.0, [] if view.best is None else [view.best]),
    ]
    return [group for group in found if group[3]]


def opacity(view: Pruning) -> float:
    return min(0.7, max(0.25, 4 / math.sqrt(len(view.trials))))


def ends_of(view: Pruning) -> tuple[NDArray[np.float64], Floats]:
    rows, columns = list(view.ends), list(view.ends.values())
    return view.x[columns], view.standings[rows, columns]


def plot(view: Pruning) -> Any:
    figure = go.Figure()
    for name, colour, width, rows in groups(view):
        x, y = strands(view, rows)
        lines = go.Scatter(x=x, y=y, mode="lines", name=name, hoverinfo="skip", line={"color": colour, "width": width})
        figure.add_trace(lines.update(opacity=1 if name == "Best" else opacity(view)))
    x, y = ends_of(view)
    marker = {"symbol": "square", "size": 8, "color": STATES["pruned"]}
    ends = go.Scatter(x=x, y=y, mode="markers", name="Pruned here", marker=marker, hoverinfo="text")
    figure.add_trace(ends.update(hovertext=[f"Trial {view.trials[row].number}" for row in view.ends]))
    for start in view.folds:
        figure.add_vline(start, line={"color": GIVEN, "dash": "dot", "width": 1.5}, layer="below")
    figure.add_hline(0, line={"color": GIVEN, "width": 1}, layer="below")
    figure.update_xaxes(title_text="Epoch, over all folds", zeroline=False)
    figure.update_yaxes(title_text="Behind the median complete trial", range=view.limits, zeroline=False)
    return dress(figure, height=460)


def still(view: Pruning) -> Figure:
    figure, (ax,) = canvas(1, 1, height=4.8)
    for name, colour, width, rows in groups(view):
        x, y = strands(view, rows)
        ax.plot(x, y, color=colour, linewidth=width, label=name, alpha=1 if name == "Best" else opacity(view))
    ax.plot(*ends_of(view), "s", color=STATES["pruned"], markersize=5, label="Pruned here")
    for start in view.folds:
        ax.axvline(start, color=GIVEN, linestyle=":", zorder=0)
    ax.axhline(0, color=GIVEN, linewidth=0.8, zorder=0)
    ax.set(xlabel="Epoch, over all folds", ylabel="Behind the median complete trial", ylim=view.limits)
    legend(ax)
    return figure


def draw(study: Study) -> Drawn | None:
    view = view_of(study)
    if view is None:
        return None
    shown = told.pruning(view.trials, view.standings, best=view.best)
    return drawn("pruning", TITLE, CAPTION, plots=[plot(view)], still=lambda: still(view), told=shown)
