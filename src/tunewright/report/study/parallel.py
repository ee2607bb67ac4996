"""Parallel coordinates, lying on their side: rows of any number fit a narrow page, columns would not."""

import html
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import BEST, GIVEN
from tunewright.report.stills import SHADES, canvas, plain
from tunewright.report.study import told
from tunewright.report.study.results import Study
from tunewright.report.study.scales import (
    Scale,
    clipped,
    complete,
    parameters,
    ranks,
    scale_of,
    score_scale,
    scores_of,
    short,
)
from tunewright.report.traces import dress, shade
from tunewright.report.values import Number

TITLE = "Parallel coordinates"
CAPTION = (
    "One row per parameter{}, and one line per complete trial, from blue (best) to "
    "orange (worst); the best trial is the thick green line."
)
CONDITIONAL = " Left of the rows: the trial does not have this parameter."
ABSENT = -0.06
ROOM = -0.1  # the left end of the picture, where something is absent
GROUPS = 6  # lines of one colour are one trace: a thousand traces would be slow
HALO = [withStroke(linewidth=3, foreground="white")]
LETTERS = 44  # of all labels below one row


@dataclass(frozen=True)
class Path:
    """places: one for each row, from 0 to 1, None where the trial has no such parameter. rank: 0 best, 1 worst."""

    number: int
    places: tuple[Number, ...]
    rank: float


@dataclass(frozen=True)
class Parallel:
    """Rows from the top, the score last; paths from the worst to the best."""

    rows: tuple[Scale, ...]
    paths: tuple[Path, ...]


def view_of(study: Study) -> Parallel | None:
    """None for fewer than two scores or parameters."""
    trials, names = complete(study), parameters(study)
    if len(trials) < 2 or len(names) < 2:
        return None
    scores = scores_of(trials)
    scales, last = [scale_of(study, name) for name in names], score_scale(study.metric, scores)
    paths = [
        Path(
            trial.number,
            (*(scale.place(trial.params[scale.name]) if scale.name in trial.params else None for scale in scales),
             last.place(trial.score)),
            float(rank),
        )
        for trial, rank in zip(trials, ranks(scores), strict=True)
    ]  # fmt: skip
    return Parallel((*scales, last), tuple(sorted(paths, key=lambda path: -path.rank)))


def labels(scale: Scale) -> tuple[tuple[float, str], ...]:
    """Places along a row and what is written there."""
    if not scale.choices:
        return ((0.0, short(scale.low)), (1.0, short(scale.high)))
    width = LETTERS // len(scale.choices)
    return tuple((scale.place(choice), clipped(choice, width) if width > 1 else "") for choice in scale.choices)


def left(view: Parallel) -> float:
    """Where the picture begins: with room for what is absent, where anything is."""
    return ROOM if any(place is None for path in view.paths for place in path.places) else -0.02


def opacity(count: int) -> float:
    return min(0.8, max(0.12, 4 / math.sqrt(count)))


def plot(view: Parallel) -> Any:
    figure = go.Figure()
    for row in range(len(view.rows)):
        figure.add_shape(type="line", x0=0, x1=1, y0=row, y1=row, line={"color": GIVEN, "width": 2}, layer="below")
    groups = np.array_split(np.arange(len(view.paths) - 1), GROUPS)
    for chosen in groups:
        paths = [view.paths[index] for index in chosen]
        if paths:
            colour = shade(float(np.mean([path.rank for path in paths])))
            figure.add_trace(strands(paths, colour=colour, width=1.5).update(opacity=opacity(len(view.paths))))
    figure.add_trace(strands([view.paths[-1]], colour=BEST, width=4))
    for row, scale in enumerate(view.rows):
        name = {"x": 0, "xanchor": "left", "y": row, "yshift": 15, "text": f"<b>{html.escape(scale.name)}</b>"}
        figure.add_annotation(name, showarrow=False)
        for place, text in labels(scale):
            anchor = "center" if scale.choices else "left" if place == 0 else "right"
            below = {"x": place, "xanchor": anchor, "y": row, "yshift": -13, "text": html.escape(text)}
            figure.add_annotation(below, showarrow=False, font={"size": 11})
    figure.update_xaxes(range=[left(view), 1.02], visible=False)
    figure.update_yaxes(range=[len(view.rows) - 0.5, -0.5], visible=False)
    figure.update_layout(showlegend=False)
    return dress(figure, height=40 + 72 * len(view.rows)).update_layout(margin={"l": 4, "r": 4, "t": 4, "b": 4})


def strands(paths: list[Path], *, colour: str, width: float) -> Any:
    """Many trials as one trace, parted by None."""
    x: list[Number] = []
    y: list[Number] = []
    numbers: list[Number] = []
    for path in paths:
        x += [*(ABSENT if place is None else round(place, 4) for place in path.places), None]
        y += [*range(len(path.places)), None]
        numbers += [*[path.number] * len(path.places), None]
    return go.Scatter(
        x=x,
        y=y,
        customdata=numbers,
        mode="lines",
        line={"color": colour, "width": width},
        hovertemplate="trial %{customdata}<extra></extra>",
    )


def still(view: Parallel) -> Figure:
    figure, (ax,) = canvas(1, 1, height=0.6 + 0.72 * len(view.rows))
    ax.set_axis_off()
    down = range(len(view.rows))
    for row in down:
        ax.plot([0, 1], [row, row], color=GIVEN, linewidth=1.5, zorder=1)
    for path in view.paths:
        best = path is view.paths[-1]
        x = [ABSENT if place is None else place for place in path.places]
        alpha = 1 if best else opacity(len(view.paths))
        ax.plot(x, down, color=BEST if best else SHADES(path.rank), alpha=alpha, linewidth=3 if best else 1)
    for row, scale in enumerate(view.rows):
        above: dict[str, Any] = {"xytext": (0, 6), "textcoords": "offset points", "path_effects": HALO}
        ax.annotate(plain(scale.name), (0, row), weight="bold", **above)
        for place, text in labels(scale):
            side = "center" if scale.choices else "left" if place == 0 else "right"
            look: dict[str, Any] = {"xytext": (0, -13), "textcoords": "offset points", "ha": side, "fontsize": 9}
            look["path_effects"] = HALO
            ax.annotate(plain(text), (place, row), **look)
    ax.set(xlim=(left(view), 1.02), ylim=(len(view.rows) - 0.6, -0.5))
    return figure


def draw(study: Study) -> Drawn | None:
    view = view_of(study)
    if view is None:
        return None
    caption = CAPTION.format(", the most important first" if study.importance else "") + (
        CONDITIONAL if left(view) == ROOM else ""
    )
    return drawn(
        "parallel", TITLE, caption, plots=[plot(view)], still=lambda: still(view), told=told.by_parameter(study)
    )
