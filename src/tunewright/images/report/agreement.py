"""On which of the common images two models are right: the images that tell them apart."""

import html
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
from matplotlib.figure import Figure

from tunewright.report.compared.outcome import Agreement, Pair
from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import COLOURS
from tunewright.report.stills import canvas, legend, plain
from tunewright.report.told import Told, listed
from tunewright.report.traces import dress

NAME, TITLE = "agreement", "Images that tell the models apart"
CAPTION = (
    "Common sealed images on which one of the two is right and the other is not, of the models that are shipped: to "
    "the left the first one alone, to the right the second one alone. Where both bars are of like length, neither is "
    "shown to be better. Images that both have right, or neither, tell nothing; the table counts them."
)
SIDES = (("First alone is right", "model", -1), ("Second alone is right", "last_value", 1))


def draw(pairs: Sequence[Pair]) -> Drawn:
    found = [(f"{pair.one} | {pair.other}", pair.agreement) for pair in pairs if pair.agreement is not None]
    names, counts = [name for name, _ in found], [_sides(one) for _, one in found]
    return drawn(
        NAME, TITLE, CAPTION, plots=[plot(names, counts)], still=lambda: still(names, counts), told=told(names, counts)
    )


def told(names: Sequence[str], counts: Sequence[tuple[int, int]]) -> Told:
    first, second = zip(*counts, strict=True)
    sides = listed({name: one - other for name, (one, other) in zip(names, counts, strict=True)})
    return Told(
        f"Images that the first alone has right less those that the second alone has: {sides}.",
        {"Models": list(names), SIDES[0][0]: list(first), SIDES[1][0]: list(second)},
        whole="",
    )


def plot(names: Sequence[str], counts: Sequence[tuple[int, int]]) -> Any:
    figure, rows = go.Figure(), list(range(len(names)))
    for side, (label, colour, sign) in enumerate(SIDES):
        own = [count[side] for count in counts]
        figure.add_trace(
            go.Bar(
                x=[sign * count for count in own], y=rows, orientation="h", name=label,
                text=[f"{one:,}" for one in own], textposition="outside", cliponaxis=False,
                marker={"color": COLOURS[colour]}, hovertemplate="%{text} images<extra></extra>",
            )
        )  # fmt: skip
    reach = 1.5 * max(1, *(max(count) for count in counts))
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(range=[-reach, reach], showticklabels=False, title_text="Images")
    figure.update_yaxes(
        tickvals=rows, ticktext=[html.escape(name) for name in names], range=[len(rows) - 0.4, -0.6], zeroline=False
    )
    return dress(figure, height=150 + 56 * len(rows))


def still(names: Sequence[str], counts: Sequence[tuple[int, int]]) -> Figure:
    figure, (ax,) = canvas(1, 1, height=1.5 + 0.5 * len(names))
    for side, (label, colour, sign) in enumerate(SIDES):
        own = [count[side] for count in counts]
        bars = ax.barh(range(len(names)), [sign * one for one in own], color=COLOURS[colour], height=0.6, label=label)
        ax.bar_label(bars, labels=[f"{one:,}" for one in own], padding=3, fontsize=9)
    ax.axvline(0, color=COLOURS["actual"], linewidth=0.8)
    ax.set_yticks(range(len(names)), [plain(name) for name in names])
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.margins(x=0.15)
    ax.set_xticks([])
    ax.set_xlabel("Images")
    legend(ax)
    return figure


def _sides(found: Agreement) -> tuple[int, int]:
    return found.one_alone, found.other_alone
