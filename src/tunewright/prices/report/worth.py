"""What the forecasts are worth: the sentence, the table of strategies and the figure of what they came to."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib.figure import Figure

from tunewright.prices.report import told
from tunewright.prices.report.strategies import Strategy, Worth
from tunewright.prices.report.zoom import days
from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import NAMES
from tunewright.report.stills import canvas, legend, stroke
from tunewright.report.tables import row, section, table, text
from tunewright.report.traces import dress, line
from tunewright.report.values import Dates, Floats
from tunewright.report.words import minus, number, share

NAME = "worth"
TITLE = "Sealed test: cumulative net return"
CAPTION = (
    "What a capital gained or lost by each day, after costs of {} basis points per half-turn. A line that ends above "
    "the others on one stretch of days shows what happened, not what will."
)
AXIS = "Net return since the start (%)"
STROKES = {"buy_and_hold": 2.4, "size": 1.6, "sign": 1.6}
"""Names and widths in pixels, those below first."""
HINT = (
    "Sign: long where the forecast lies above the last price, short below. Size: the forecast return over its mean "
    "absolute value on the development rows, at most 1. Positions are set at the forecast's origin and earn the next "
    "day's return; where forecasts overlap, their mean is held. A year has {} trading days here. Costs are {} basis "
    "points of each half-turn, the entry counted; break-even: the costs at which nothing is left, in basis points. "
    "Deflated: the probability that the true ratio lies above {}, which the best of {} without any skill would reach "
    "by luck. No interest, no price of borrowing shares, no tax. No trading advice."
)


@dataclass(frozen=True)
class WorthView:
    """dates, and by name the cumulative net return in per cent, all of shape (n,)."""

    dates: Dates
    returns: dict[str, Floats]


def view_of(worth: Worth) -> WorthView:
    curve = worth.curve
    return WorthView(
        np.array(curve.dates, dtype="datetime64[D]"),
        {name: 100 * np.array(getattr(curve, name), dtype=np.float64) for name in STROKES},
    )


def plot(view: WorthView) -> Any:
    figure = go.Figure()
    for name, width in STROKES.items():
        figure.add_trace(line(name, x=days(view.dates), y=view.returns[name], width=width))
    figure.update_yaxes(title_text=AXIS)
    figure.update_xaxes(title_text="Date")
    return dress(figure, height=400)


def still(view: WorthView) -> Figure:
    figure, (ax,) = canvas(1, 1, height=4.5)
    for name, width in STROKES.items():
        stroke(ax, name, x=view.dates, y=view.returns[name], width=0.8 * width)
    ax.set_ylabel(AXIS)
    ax.set_xlabel("Date")
    legend(ax)
    return figure


def draw(worth: Worth) -> Drawn:
    view = view_of(worth)
    caption, shown = CAPTION.format(f"{worth.costs:g}"), told.worth(worth.curve)
    return drawn(NAME, TITLE, caption, plots=[plot(view)], still=lambda: still(view), told=shown)


def worth_section(worth: Worth, figure: str) -> str:
    """figure: as HTML."""
    trials = f"{worth.trials:,} trial{'s' if worth.trials != 1 else ''}"
    hint = HINT.format(f"{worth.days_a_year:.0f}", f"{worth.costs:g}", _two(worth.best_by_luck), trials)
    return section(
        "returns", "What is it worth?", f"<p>{text(worth.sentence)}</p>", strategies_table(worth),
        f'<p class="hint">{hint}</p>', figure,
    )  # fmt: skip


def strategies_table(worth: Worth) -> str:
    """One column for each strategy: there are more figures than fit beside each other."""
    columns = [_figures(one) for one in worth.strategies.values()]
    rows = [row(text(name), [column[name] for column in columns]) for name in columns[0]]
    return table(["Measure", *(NAMES[name] for name in worth.strategies)], rows, label="Strategies")


def _figures(one: Strategy) -> dict[str, str]:
    ratio = one.sharpe
    return {
        "Net return a year": share(one.net_return),
        "Net volatility a year": share(one.volatility),
        "Net Sharpe ratio": "-" if ratio is None else _two(ratio.ratio),
        "Net Sharpe ratio, 95 % interval": "-" if ratio is None else f"{_two(ratio.low)} to {_two(ratio.high)}",
        "Deflated Sharpe ratio": number(one.deflated_sharpe, digits=3),
        "Largest drawdown": share(one.max_drawdown),
        "Gross return a year": share(one.gross_return),
        "Half-turns a year": f"{one.turnover:,.1f}",
        "Break-even costs": number(one.break_even_costs, digits=3),
    }


def _two(value: float) -> str:
    return minus(f"{value:.2f}")
