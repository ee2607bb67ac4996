"""What each set of inputs changes: its interval, and every repeat as a dot."""

import html
from typing import Any

import plotly.graph_objects as go
from matplotlib.figure import Figure

from tunewright.prices.comparison.report.results import Comparison
from tunewright.prices.comparison.report.words import shown
from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import COLOURS, GIVEN
from tunewright.report.stills import canvas, legend, plain
from tunewright.report.traces import dress, padded

TITLE = "Change of the error by set of inputs"
CLAIMED = (-20.0, -10.0)


def caption(compared: Comparison) -> str:
    return (
        f"Change of the squared error against the set {compared.variants[0].name!r}, over all validation days; left of "
        f"zero is better. With {compared.confidence:.0%} confidence the bars hold all true changes; each small dot is "
        f"one of {compared.repeats} repeats with other seeds. Gray: the 10 to 20 % that are often claimed."
    )


def plot(compared: Comparison) -> Any:
    figure = go.Figure()
    rows, changes = list(range(len(compared.changes))), [change for _, change in compared.changes]
    repeats = [(100 * one, row) for row, change in enumerate(changes) for one in change.by_repeat]
    figure.add_trace(
        go.Scatter(
            x=[x for x, _ in repeats],
            y=[row + 0.22 for _, row in repeats],
            mode="markers",
            name="One repeat",
            marker={"color": GIVEN, "size": 6, "opacity": 0.7},
            hovertemplate="%{x:.2f} %<extra></extra>",
        )
    )
    reach = {
        "type": "data",
        "symmetric": False,
        "array": [100 * (change.high - change.change) for change in changes],
        "arrayminus": [100 * (change.change - change.low) for change in changes],
        "thickness": 3,
    }
    figure.add_trace(
        go.Scatter(
            x=[100 * change.change for change in changes],
            y=rows,
            mode="markers",
            name=f"Change, {compared.confidence:.0%} interval",
            error_x=reach,
            marker={"color": COLOURS["model"], "size": 13},
            hovertemplate="%{x:.2f} %<extra></extra>",
        )
    )
    figure.add_vline(0, line={"color": COLOURS["last_value"]}, layer="below")
    band = {"fillcolor": GIVEN, "opacity": 0.2, "line_width": 0, "layer": "below"}
    figure.add_vrect(*CLAIMED, name="Often claimed", showlegend=True, **band)
    figure.update_xaxes(title_text="Change of the squared error (%)", range=padded(_seen(compared), share=0.05))
    names = [html.escape(name) for name, _ in compared.changes]
    figure.update_yaxes(tickvals=rows, ticktext=names, range=[len(rows) - 0.4, -0.6], zeroline=False)
    return dress(figure, height=150 + 62 * len(rows))


def still(compared: Comparison) -> Figure:
    figure, (ax,) = canvas(1, 1, height=1.6 + 0.6 * len(compared.changes))
    ax.axvspan(*CLAIMED, color=GIVEN, alpha=0.2, label="Often claimed")
    ax.axvline(0, color=COLOURS["last_value"], zorder=0)
    for row, (_, change) in enumerate(compared.changes):
        labels = ("One repeat", f"Change, {compared.confidence:.0%} interval") if row == 0 else (None, None)
        dots = [100 * one for one in change.by_repeat]
        ax.plot(dots, [row + 0.22] * len(dots), "o", color=GIVEN, markersize=3.5, alpha=0.7, label=labels[0])
        reach = [[100 * (change.change - change.low)], [100 * (change.high - change.change)]]
        middle = 100 * change.change
        ax.errorbar(
            [middle], [row], xerr=reach, fmt="o", color=COLOURS["model"], markersize=8, elinewidth=2.5, label=labels[1]
        )
    ax.set_yticks(range(len(compared.changes)), [plain(name) for name, _ in compared.changes])
    ax.set_ylim(len(compared.changes) - 0.4, -0.6)
    ax.set_xlim(*padded(_seen(compared), share=0.05))
    ax.set_xlabel("Change of the squared error (%)")
    legend(ax)
    return figure


def draw(compared: Comparison) -> Drawn:
    return drawn(
        "feature_sets",
        TITLE,
        caption(compared),
        plots=[plot(compared)],
        still=lambda: still(compared),
        told=shown(compared),
    )


def _seen(compared: Comparison) -> list[float]:
    """All that the picture must hold, in per cent."""
    ends = [end for _, change in compared.changes for end in (change.low, change.high, *change.by_repeat)]
    return [*CLAIMED, 2.0, *(100 * end for end in ends)]
