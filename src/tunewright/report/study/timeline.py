"""Which trial ran when, beside which others."""

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from matplotlib.figure import Figure

from tunewright.core.words import duration
from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import GIVEN, STATES
from tunewright.report.stills import canvas, legend
from tunewright.report.study import told
from tunewright.report.study.results import Study
from tunewright.report.traces import dress

TITLE = "Timeline"
CAPTION = "One bar per trial, from its begin to its end; bars above one another ran at the same time."
CUT = " Dotted lines: a pause between two sessions is cut out here."
PAUSE = 0.05  # of the time with trials under way: pauses longer than this are cut out
UNITS = ((7200.0, 3600.0, "h"), (180.0, 60.0, "min"), (0.0, 1.0, "s"))


@dataclass(frozen=True)
class Bar:
    """One trial; start and length in seconds since the first began, pauses left out. lane: from 0."""

    number: int
    state: str
    start: float
    length: float
    lane: int


@dataclass(frozen=True)
class Timeline:
    """cuts: where a pause was. scale: seconds in a `unit` of the axis."""

    bars: tuple[Bar, ...]
    cuts: tuple[float, ...]
    lanes: int
    scale: float
    unit: str


def view_of(study: Study) -> Timeline | None:
    """None where fewer than two trials have both times, or none took any."""
    timed = [(trial.began, trial.ended, trial) for trial in study.trials if None not in (trial.began, trial.ended)]
    spans = sorted(((began, max(began, ended), trial.number, trial.state) for began, ended, trial in timed
                    if began is not None and ended is not None))  # fmt: skip
    if len(spans) < 2:
        return None
    pauses = pauses_of([(began, ended) for began, ended, _, _ in spans])
    free: list[float] = []  # when each lane's last trial ended
    bars = []
    for began, ended, number, state in spans:
        lane = next((lane for lane, until in enumerate(free) if until <= began), len(free))
        free[lane : lane + 1] = [ended]
        lost = sum(stop - start for start, stop in pauses if stop <= began)
        bars.append(Bar(number, state, began - spans[0][0] - lost, ended - began, lane))
    cuts, lost = [], 0.0
    for start, stop in pauses:
        cuts.append(start - spans[0][0] - lost)
        lost += stop - start
    whole = max(bar.start + bar.length for bar in bars)
    if whole <= 0:
        return None
    _, scale, unit = next(entry for entry in UNITS if whole >= entry[0])
    return Timeline(tuple(bars), tuple(cuts), len(free), scale, unit)


def pauses_of(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Long stretches without a trial under way, (start, stop); spans are sorted by their start."""
    idle, reach = [], spans[0][0]
    busy = 0.0
    for began, ended in spans:
        if began > reach:
            idle.append((reach, began))
        busy += max(0.0, ended - max(began, reach))
        reach = max(reach, ended)
    return [(start, stop) for start, stop in idle if stop - start > PAUSE * busy]


def plot(view: Timeline) -> Any:
    figure = go.Figure()
    whole = max(bar.start + bar.length for bar in view.bars)
    numbered = min(bar.length for bar in view.bars) > 0.02 * whole  # else most numbers would not fit
    for state, colour in STATES.items():
        bars = [bar for bar in view.bars if bar.state == state]
        if bars:
            figure.add_bar(
                x=[bar.length / view.scale for bar in bars],
                base=[bar.start / view.scale for bar in bars],
                y=[bar.lane + 1 for bar in bars],
                orientation="h",
                width=0.7,
                name=state.capitalize(),
                text=[str(bar.number) for bar in bars] if numbered else None,
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                hovertext=[f"Trial {bar.number}: {duration(bar.length)}" for bar in bars],
                hoverinfo="text",
                marker={"color": colour, "line": {"width": 1 if len(view.bars) <= 200 else 0, "color": "#ffffff"}},
            )
    for cut in view.cuts:
        figure.add_vline(cut / view.scale, line={"color": GIVEN, "dash": "dot", "width": 2})
    figure.update_xaxes(title_text=f"Time with trials under way ({view.unit})", zeroline=False)
    figure.update_yaxes(title_text="Side by side", dtick=max(1, view.lanes // 8), range=[0.4, view.lanes + 0.6])
    figure.update_layout(barmode="overlay", showlegend=True, uniformtext={"mode": "hide", "minsize": 10})
    return dress(figure, height=170 + min(320, 46 * view.lanes))


def still(view: Timeline) -> Figure:
    figure, (ax,) = canvas(1, 1, height=1.6 + min(3.0, 0.42 * view.lanes))
    for state, colour in STATES.items():
        bars = [bar for bar in view.bars if bar.state == state]
        if bars:
            ax.barh(
                [bar.lane + 1 for bar in bars],
                [bar.length / view.scale for bar in bars],
                left=[bar.start / view.scale for bar in bars],
                height=0.7,
                color=colour,
                edgecolor="white",
                linewidth=0.6 if len(view.bars) <= 200 else 0,
                label=state.capitalize(),
            )
    for cut in view.cuts:
        ax.axvline(cut / view.scale, color=GIVEN, linestyle=":", linewidth=2)
    ax.set(xlabel=f"Time with trials under way ({view.unit})", ylabel="Side by side", ylim=(0.4, view.lanes + 0.6))
    ax.set_yticks(range(1, view.lanes + 1, max(1, view.lanes // 8)))
    legend(ax)
    return figure


def draw(study: Study) -> Drawn | None:
    view = view_of(study)
    if view is None:
        return None
    caption = CAPTION + (CUT if view.cuts else "")
    shown = told.timeline([(bar.number, bar.state, bar.start, bar.length, bar.lane) for bar in view.bars])
    return drawn("timeline", TITLE, caption, plots=[plot(view)], still=lambda: still(view), told=shown)
