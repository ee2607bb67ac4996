"""Which parameters mattered, by two measures side by side."""

import html
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib.figure import Figure

from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import COLOURS
from tunewright.report.stills import canvas, legend, plain
from tunewright.report.study import told
from tunewright.report.study.results import Study
from tunewright.report.study.scales import clipped
from tunewright.report.traces import dress

TITLE = "Importance of the parameters"
CAPTION = (
    "PED-ANOVA (Watanabe et al. 2023): what sets the better trials apart. fANOVA (Hutter et al. 2014): how much of "
    "the scores' variance the parameter explains. Pruned trials count in both, with the score that they were heading "
    "for. Each sums to 100 %. With few trials both are rough, and where they disagree, neither is sure."
)
METHODS = {"ped_anova": ("PED-ANOVA", COLOURS["model"]), "fanova": ("fANOVA", COLOURS["last_value"])}


@dataclass(frozen=True)
class Importance:
    """Per cent by method (a key of METHODS), each in the order of `names`, the most important first."""

    names: tuple[str, ...]
    shares: dict[str, tuple[float, ...]]


def view_of(study: Study) -> Importance | None:
    """None where there were too few trials to tell."""
    methods = {method: study.importance[method] for method in METHODS if study.importance.get(method)}
    if not methods:
        return None
    first = next(iter(methods.values()))
    names = tuple(sorted(first, key=lambda name: -first[name]))
    shares = {method: tuple(100 * found.get(name, 0.0) for name in names) for method, found in methods.items()}
    return Importance(names, shares)


def plot(view: Importance) -> Any:
    figure = go.Figure()
    names = [html.escape(clipped(name, 24)) for name in view.names]
    for method, shares in view.shares.items():
        label, colour = METHODS[method]
        bars = go.Bar(
            x=shares,
            y=list(range(len(names))),
            orientation="h",
            name=label,
            marker={"color": colour},
            text=[f"{value:.0f} %" for value in shares],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{x:.1f} %<extra></extra>",
        )
        figure.add_trace(bars)
    highest = max(max(shares) for shares in view.shares.values())
    figure.update_xaxes(title_text="Importance (%)", range=[0, 1.15 * highest])
    figure.update_yaxes(tickvals=list(range(len(names))), ticktext=names, autorange="reversed", zeroline=False)
    figure.update_layout(barmode="group", bargap=0.3)
    return dress(figure, height=110 + 46 * len(names))


def still(view: Importance) -> Figure:
    figure, (ax,) = canvas(1, 1, height=1.4 + 0.45 * len(view.names))
    rows, thick = np.arange(len(view.names)), 0.7 / len(view.shares)
    for index, (method, shares) in enumerate(view.shares.items()):
        label, colour = METHODS[method]
        bars = ax.barh(rows - 0.35 + thick * (index + 0.5), shares, height=thick, color=colour, label=label)
        ax.bar_label(bars, fmt="%.0f %%", padding=3, fontsize=8)
    ax.set_yticks(rows, [plain(clipped(name, 24)) for name in view.names])
    ax.invert_yaxis()
    ax.margins(x=0.1)
    ax.set_xlabel("Importance (%)")
    legend(ax)
    return figure


def draw(study: Study) -> Drawn | None:
    view = view_of(study)
    if view is None:
        return None
    shown = told.importance(view.names, {METHODS[method][0]: shares for method, shares in view.shares.items()})
    return drawn("importance", TITLE, CAPTION, plots=[plot(view)], still=lambda: still(view), told=shown)
