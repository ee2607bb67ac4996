"""The ladder: how small each mistake makes the error look, against the honest line."""

from typing import Any

import plotly.graph_objects as go
from matplotlib.figure import Figure

from tunewright.prices.comparison.report.results import Comparison
from tunewright.prices.comparison.report.words import WRONG, label, shown
from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import BEST, COLOURS, GIVEN, NAMES
from tunewright.report.stills import canvas, legend
from tunewright.report.traces import dress
from tunewright.report.words import minus

TITLE = "How good each mistake looks"
HONEST = WRONG["honest"][0]


def caption(compared: Comparison) -> str:
    return (
        "Squared error on the same validation days, in units of the error of repeating the last value: the shorter the "
        f"bar, the better it looks. Mean of {compared.repeats} repeats with other seeds; the whiskers are "
        "the intervals of the changes. Only the honest error would be found again on new days."
    )


def plot(compared: Comparison) -> Any:
    figure, rows = go.Figure(), list(range(len(compared.variants)))
    scores, (down, up) = [variant.score for variant in compared.variants], reach(compared)
    bars = go.Bar(
        x=scores,
        y=rows,
        orientation="h",
        marker={"color": [BEST, *[COLOURS["validation"]] * (len(rows) - 1)]},
        error_x={"type": "data", "symmetric": False, "array": up, "arrayminus": down, "color": GIVEN},
        showlegend=False,
        hovertemplate="%{x:.4f}<extra></extra>",
    )
    figure.add_trace(bars)
    for row, (text, score, more) in enumerate(zip(texts(compared), scores, up, strict=True)):
        figure.add_annotation(x=score + more, y=row, text=text, showarrow=False, xanchor="left", xshift=8)
    figure.add_vline(scores[0], line={"color": BEST, "dash": "dash"}, layer="below", name=HONEST, showlegend=True)
    last = {"color": COLOURS["last_value"]}
    figure.add_vline(1, line=last, layer="below", name=NAMES["last_value"], showlegend=True)
    figure.update_xaxes(title_text="Squared error / that of the last value", range=[0, widest(compared)])
    names = [label(variant.name) for variant in compared.variants]
    figure.update_yaxes(tickvals=rows, ticktext=names, autorange="reversed", zeroline=False)
    return dress(figure, height=130 + 46 * len(rows))


def still(compared: Comparison) -> Figure:
    figure, (ax,) = canvas(1, 1, height=1.7 + 0.45 * len(compared.variants))
    scores, (down, up) = [variant.score for variant in compared.variants], reach(compared)
    colours = [BEST, *[COLOURS["validation"]] * (len(scores) - 1)]
    ax.barh(range(len(scores)), scores, height=0.6, color=colours, xerr=[down, up], ecolor=GIVEN)
    for row, (text, score, more) in enumerate(zip(texts(compared), scores, up, strict=True)):
        place = {"xytext": (7, 0), "textcoords": "offset points", "va": "center", "fontsize": 9}
        ax.annotate(text, (score + more, row), **place)  # type: ignore[arg-type]
    ax.axvline(scores[0], color=BEST, linestyle="--", zorder=0, label=HONEST)
    ax.axvline(1, color=COLOURS["last_value"], zorder=0, label=NAMES["last_value"])
    ax.set_yticks(range(len(scores)), [label(variant.name) for variant in compared.variants])
    ax.invert_yaxis()
    ax.set_xlim(0, widest(compared))
    ax.set_xlabel("Squared error / that of the last value")
    legend(ax)
    return figure


def reach(compared: Comparison) -> tuple[list[float], list[float]]:
    """How far the whiskers go to the left and to the right of each bar's end; none at the base."""
    down, up = [0.0], [0.0]
    for variant in compared.variants[1:]:
        assert variant.change is not None
        own = variant.score / (1 + variant.change.change)  # the base's on the days that this variant scores
        down.append(min(variant.score, own * (variant.change.change - variant.change.low)))
        up.append(own * (variant.change.high - variant.change.change))
    return down, up


def widest(compared: Comparison) -> float:
    """The end of the axis, with room for the texts, on a telephone, too."""
    ends = [variant.score + more for variant, more in zip(compared.variants, reach(compared)[1], strict=True)]
    return 1.3 * max(*ends, 1.0)


def texts(compared: Comparison) -> list[str]:
    """What stands beside the bars."""
    honest, *lies = compared.variants
    changes = [variant.change.change for variant in lies if variant.change]
    return [f"{honest.score:.3f}", *(f"{minus(f'{100 * change:+.1f}')} %" for change in changes)]


def draw(compared: Comparison) -> Drawn:
    return drawn(
        "leakage_ladder",
        TITLE,
        caption(compared),
        plots=[plot(compared)],
        still=lambda: still(compared),
        told=shown(compared),
    )
