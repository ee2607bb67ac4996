"""Whether the probabilities mean what they say."""

from typing import Any

import plotly.graph_objects as go
from matplotlib.figure import Figure
from plotly.subplots import make_subplots

from tunewright.images.report import told
from tunewright.images.report.outcome import Bin, Outcome
from tunewright.images.report.words import percent
from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import COLOURS, GIVEN
from tunewright.report.stills import canvas, legend
from tunewright.report.traces import dress

TITLE = "Reliability of the probabilities"
IDEAL, MODEL = "As it should be", "The model"


def caption(outcome: Outcome) -> str:
    bins = [one for one in outcome.reliability if one.count and one.confidence is not None and one.accuracy is not None]
    over = sum(one.count * ((one.confidence or 0) - (one.accuracy or 0)) for one in bins)
    lean = "on the whole it is surer than it is right" if over > 0 else "on the whole it is not surer than it is right"
    return (
        "Images in bins by the probability of the predicted class. Above: the share that is right in each bin; on the "
        "dashed line a probability of 80 % is right 80 times in 100, below it the model is too sure. Below: how many "
        f"images a bin holds. Expected calibration error (ECE), the mean distance from the line: "
        f"{percent(outcome.metrics.model.ece)}; {lean}."
    )


def filled(outcome: Outcome) -> list[Bin]:
    return [one for one in outcome.reliability if one.count]


def middle(one: Bin) -> float:
    return (one.low + one.high) / 2


def plot(outcome: Outcome) -> Any:
    figure, bins = (
        make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.07, row_heights=[0.7, 0.3]),
        filled(outcome),
    )
    said = [f"{one.low:.2f} to {one.high:.2f}: {one.count:,} images" for one in bins]
    dashed = {"color": GIVEN, "dash": "dash"}
    figure.add_trace(
        go.Scatter(x=[0, 1], y=[0, 1], mode="lines", name=IDEAL, line=dashed, hoverinfo="skip"), row=1, col=1
    )
    points = go.Scatter(
        x=[one.confidence for one in bins],
        y=[one.accuracy for one in bins],
        mode="lines+markers",
        name=MODEL,
        line={"color": COLOURS["model"]},
        marker={"size": 9},
        hovertext=said,
        hovertemplate="probability %{x:.3f}, right %{y:.3f}<br>%{hovertext}<extra></extra>",
    )
    figure.add_trace(points, row=1, col=1)
    bars = go.Bar(
        x=[middle(one) for one in bins],
        y=[one.count for one in bins],
        width=[0.9 * (one.high - one.low) for one in bins],
        marker={"color": COLOURS["model"]},
        hovertext=said,
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )
    figure.add_trace(bars, row=2, col=1)
    figure.update_xaxes(range=[-0.02, 1.02])
    figure.update_xaxes(title_text="Probability of the predicted class", row=2)
    figure.update_yaxes(title_text="Share right", range=[-0.03, 1.03], row=1)
    figure.update_yaxes(title_text="Images", row=2, nticks=4)
    return dress(figure, height=520)


def still(outcome: Outcome) -> Figure:
    figure, (above, below) = canvas(2, 1, height=6, sharex=True, height_ratios=[7, 3])
    bins = filled(outcome)
    above.plot([0, 1], [0, 1], "--", color=GIVEN, label=IDEAL)
    shares = [one.accuracy or 0.0 for one in bins]
    above.plot([one.confidence or 0.0 for one in bins], shares, "o-", color=COLOURS["model"], label=MODEL)
    widths = [0.9 * (one.high - one.low) for one in bins]
    below.bar([middle(one) for one in bins], [one.count for one in bins], width=widths, color=COLOURS["model"])
    above.set(ylabel="Share right", ylim=(-0.03, 1.03), xlim=(-0.02, 1.02))
    below.set(ylabel="Images", xlabel="Probability of the predicted class")
    legend(above)
    return figure


def draw(outcome: Outcome) -> Drawn:
    return drawn(
        "reliability",
        TITLE,
        caption(outcome),
        plots=[plot(outcome)],
        still=lambda: still(outcome),
        told=told.reliability(filled(outcome)),
    )
